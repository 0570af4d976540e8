/** The reference of transforms, generated from the registry. */
package io.beamhouse.pipelines.reference;
