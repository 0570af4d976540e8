package io.beamhouse.pipelines.increment;

import io.beamhouse.core.error.StateRefusedException;
import io.beamhouse.io.core.increment.IncrementalSink;
import java.util.Map;
import java.util.Optional;

/** Refuses to go on when a target and the state do not tell the same story. */
final class Targets {
  private static final String WAYS =
      " Either bring the table and the state back to where they belong together, or run `state SPEC"
          + " reset` to keep the old state aside and load everything again under a new state id.";

  private final IncrementJob job;
  private final String stateId;

  Targets(IncrementJob job, String stateId) {
    this.job = job;
    this.stateId = stateId;
  }

  /** Checks before run {@code run} is planned. */
  void checkBeforePlan(long run, Optional<RunReport> last) {
    for (Map.Entry<String, IncrementalSink> entry : job.sinks().entrySet()) {
      IncrementalSink sink = entry.getValue();
      long newest = newest(entry.getKey(), sink);
      checkNotAhead(sink, newest, run - 1);
      RunReport.SinkReport before = last.map(r -> r.sinks().get(entry.getKey())).orElse(null);
      if (before == null || before.targetId() == null) {
        continue;
      }
      String found = sink.targetId().orElse(null);
      if (!before.targetId().equals(found)) {
        throw recreated(
            sink, "run " + (run - 1) + " wrote to " + before.target(), before.targetId(), found);
      }
      if (before.versions() != null && !before.versions().isEmpty() && newest < run - 1) {
        throw new StateRefusedException(
            sink.target()
                + " holds "
                + (newest == 0 ? "no run" : "run " + newest)
                + " of state "
                + stateId
                + ", but the state says that run "
                + (run - 1)
                + " was committed: the table is older than its state."
                + WAYS);
      }
    }
  }

  /** Checks before an interrupted run is brought to its end. */
  void checkBeforeReplay(Plan plan) {
    for (Map.Entry<String, IncrementalSink> entry : job.sinks().entrySet()) {
      IncrementalSink sink = entry.getValue();
      checkNotAhead(sink, newest(entry.getKey(), sink), plan.run());
      Plan.PlannedSink planned = plan.sinks().get(entry.getKey());
      String found = sink.targetId().orElse(null);
      if (planned != null && planned.targetId() != null && !planned.targetId().equals(found)) {
        throw recreated(
            sink,
            "run " + plan.run() + " was planned for " + planned.target(),
            planned.targetId(),
            found);
      }
    }
  }

  private long newest(String name, IncrementalSink sink) {
    return sink.newestRun(stateId, SafeName.of(name)).orElse(0);
  }

  private void checkNotAhead(IncrementalSink sink, long newest, long planned) {
    if (newest > planned) {
      throw new StateRefusedException(
          sink.target()
              + " holds run "
              + newest
              + " of state "
              + stateId
              + ", but the state has planned only "
              + planned
              + (planned == 1 ? " run" : " runs")
              + ": the state is older than its table, or another copy of it is in use."
              + WAYS);
    }
  }

  private static StateRefusedException recreated(
      IncrementalSink sink, String before, String expected, String found) {
    return new StateRefusedException(
        before
            + " with id "
            + expected
            + ", but "
            + sink.target()
            + (found == null ? " does not exist" : " has id " + found)
            + ": it was "
            + (found == null ? "deleted or moved" : "re-created or replaced")
            + "."
            + WAYS);
  }
}
