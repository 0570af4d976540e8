/** Turns specs into Beam pipelines and runs them. */
package io.beamhouse.pipelines.run;
