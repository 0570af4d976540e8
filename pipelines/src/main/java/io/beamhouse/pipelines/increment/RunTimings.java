package io.beamhouse.pipelines.increment;

import io.beamhouse.core.Internal;

/**
 * How long the attempt that ended a run took; beside the report, because another attempt at the
 * same run would take another time.
 *
 * @param version of the format; 1
 * @param started when capture and apply began
 * @param ended when the report was put
 */
@Internal
public record RunTimings(int version, int attempt, String started, String ended, long millis) {}
