package io.beamhouse.pipelines.increment;

import io.beamhouse.core.error.StorageFailedException;
import io.beamhouse.io.core.increment.EarlierRows;
import io.beamhouse.io.core.increment.Increment;
import io.beamhouse.io.core.increment.IncrementalSource;
import io.beamhouse.io.core.increment.PlanRequest;
import io.beamhouse.io.core.manifest.CaptureSink;
import io.beamhouse.io.core.storage.Storage;
import io.beamhouse.pipelines.increment.Plan.PlannedSink;
import io.beamhouse.pipelines.increment.Plan.PlannedSource;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.hadoop.fs.Path;

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
    List<String> workDirectories = new ArrayList<>();
    for (Map.Entry<String, IncrementalSource> entry : job.sources().entrySet()) {
      Optional<String> position =
          options.backfill().isPresent()
              ? Optional.empty()
              : last.map(plan -> plan.sources().get(entry.getKey())).map(PlannedSource::position);
      IncrementalSource source = entry.getValue();
      String work =
          workRoot
              + line.workDirectory(run)
              + "/plan/"
              + SafeName.of(entry.getKey())
              + "-"
              + UUID.randomUUID();
      workDirectories.add(work);
      Increment increment =
          source.plan(
              new PlanRequest(
                  run,
                  position,
                  now,
                  options.backfill(),
                  work,
                  earlier(entry.getKey()),
                  refused(run, last, entry.getKey())));
      sources.put(entry.getKey(), PlannedSource.of(increment, source.replayable()));
    }
    // Also when nothing is new: "nothing new" says that the targets are as they should be.
    new Targets(job, line.stateId()).checkBeforePlan(run, line.done(run - 1));
    boolean nothingNew = sources.values().stream().allMatch(source -> source.chunks().isEmpty());
    if (nothingNew && !sources.isEmpty()) {
      workDirectories.forEach(Planner::delete);
      return Optional.empty();
    }
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
            pins(),
            sinks));
  }

  /** Without an accepted run there is no position, and "latest" is later than it was. */
  private Optional<Increment> refused(long run, Optional<Plan> accepted, String source) {
    if (accepted.isPresent() || options.backfill().isPresent()) {
      return Optional.empty();
    }
    return line.plan(run - 1)
        .map(plan -> plan.value().sources().get(source))
        .map(PlannedSource::increment);
  }

  private Map<String, String> pins() {
    Map<String, String> pins = new TreeMap<>();
    job.pinned().forEach((name, read) -> read.pin().ifPresent(pin -> pins.put(name, pin)));
    return pins;
  }

  private EarlierRows earlier(String source) {
    return job.captureSink(source).map(job.sinks()::get).stream()
        .filter(CaptureSink.class::isInstance)
        .map(sink -> ((CaptureSink) sink).earlier())
        .findFirst()
        .orElse(EarlierRows.NONE);
  }

  /** What was written for a plan that is not to be is of no use to anybody. */
  private static void delete(String directory) {
    Path path = Storage.path(directory);
    try {
      Storage.of(path).delete(path, true);
    } catch (IOException e) {
      throw new StorageFailedException(
          "Files of a plan with nothing new could not be deleted: "
              + path
              + ". Check access to the state directory and run again.",
          e);
    }
  }
}
