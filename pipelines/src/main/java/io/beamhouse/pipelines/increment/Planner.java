package io.beamhouse.pipelines.increment;

import io.beamhouse.io.core.increment.Increment;
import io.beamhouse.io.core.increment.IncrementalSource;
import io.beamhouse.io.core.increment.PlanRequest;
import io.beamhouse.pipelines.increment.Plan.PlannedSink;
import io.beamhouse.pipelines.increment.Plan.PlannedSource;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/** Fixes what a run will read; changes nothing itself. */
final class Planner {
  private final IncrementJob job;
  private final RunLine line;
  private final String workRoot;
  private final RunOptions options;

  Planner(IncrementJob job, RunLine line, String workRoot, RunOptions options) {
    this.job = job;
    this.line = line;
    this.workRoot = workRoot;
    this.options = options;
  }

  /** Returns the plan of run {@code run}; nothing when no source has anything new. */
  Optional<Plan> plan(long run, int attempt) {
    Instant now = options.clock().instant();
    Optional<Plan> last = line.lastPlan(run - 1);
    Map<String, PlannedSource> sources = new TreeMap<>();
    for (Map.Entry<String, IncrementalSource> entry : job.sources().entrySet()) {
      Optional<String> position =
          options.backfill().isPresent()
              ? Optional.empty()
              : last.map(plan -> plan.sources().get(entry.getKey())).map(PlannedSource::position);
      IncrementalSource source = entry.getValue();
      Increment increment =
          source.plan(
              new PlanRequest(
                  run,
                  position,
                  now,
                  options.backfill(),
                  workRoot
                      + line.workDirectory(run)
                      + "/plan/"
                      + SafeName.of(entry.getKey())
                      + "-"
                      + UUID.randomUUID()));
      sources.put(entry.getKey(), PlannedSource.of(increment, source.replayable()));
    }
    boolean nothingNew = sources.values().stream().allMatch(source -> source.chunks().isEmpty());
    if (nothingNew && !sources.isEmpty()) {
      return Optional.empty();
    }
    new Targets(job, line.stateId()).checkBeforePlan(run, line.done(run - 1));
    Map<String, PlannedSink> sinks = new TreeMap<>();
    job.sinks()
        .forEach(
            (name, sink) ->
                sinks.put(
                    name,
                    new PlannedSink(sink.target(), sink.delivery(), sink.targetId().orElse(null))));
    return Optional.of(
        new Plan(
            StateJson.VERSION,
            job.name(),
            line.stateId(),
            run,
            attempt,
            job.specHash(),
            now.toString(),
            new SecureRandom().nextLong(),
            options
                .backfill()
                .map(range -> new Plan.Range(range.from(), range.to().orElse(null)))
                .orElse(null),
            sources,
            sinks));
  }
}
