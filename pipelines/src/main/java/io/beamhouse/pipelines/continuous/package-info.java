/** A loop of increments in one process: streams without Beam's unbounded mode. */
package io.beamhouse.pipelines.continuous;
