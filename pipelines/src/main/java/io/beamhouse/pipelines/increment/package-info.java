/** The increment protocol: plan, capture, apply, done. */
package io.beamhouse.pipelines.increment;
