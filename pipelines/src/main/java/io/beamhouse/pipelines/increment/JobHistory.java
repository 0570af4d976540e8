package io.beamhouse.pipelines.increment;

import io.beamhouse.core.Internal;
import io.beamhouse.pipelines.increment.IncrementJob.Flow;
import java.util.List;
import java.util.Optional;

/**
 * A finished run of a job and some runs before it, for people to look at.
 *
 * @param steps in the order of the spec, as it is now
 * @param flows between them
 * @param runs newest first; never empty
 */
@Internal
public record JobHistory(String job, List<StepShape> steps, List<Flow> flows, List<Run> runs) {
  /** How many runs before the newest are read. */
  public static final int EARLIER_RUNS = 20;

  public JobHistory {
    steps = List.copyOf(steps);
    flows = List.copyOf(flows);
    runs = List.copyOf(runs);
    if (runs.isEmpty()) {
      throw new IllegalArgumentException("a history has at least one run");
    }
  }

  /**
   * One finished run.
   *
   * @param timings nothing when the process ended before it wrote them
   */
  @Internal
  public record Run(RunReport report, Optional<RunTimings> timings) {}
}
