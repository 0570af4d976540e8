package io.beamhouse.pipelines.increment;

import io.beamhouse.core.Internal;
import io.beamhouse.core.error.HeldException;
import io.beamhouse.core.error.StateRefusedException;
import io.beamhouse.core.error.StorageFailedException;
import io.beamhouse.io.core.increment.IncrementalSink;
import io.beamhouse.io.core.manifest.CaptureSink;
import io.beamhouse.io.core.manifest.Manifests;
import io.beamhouse.io.core.state.StateStore;
import io.beamhouse.io.core.state.StateStores;
import io.beamhouse.io.core.storage.Storage;
import io.beamhouse.pipelines.increment.RunLine.RunKey;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at, resets and cleans the state of a job. */
@Internal
public final class StateCommand {
  private static final Logger LOG = LoggerFactory.getLogger(StateCommand.class);

  private final StateRecords records;
  private final String job;
  private final InstantSource clock;

  StateCommand(StateStore store, String job, InstantSource clock) {
    this.records = new StateRecords(store);
    this.job = job;
    this.clock = clock;
  }

  /** The commands on the state of {@code job} below {@code stateLocation}. */
  public static StateCommand at(String stateLocation, String job) {
    return new StateCommand(StateStores.at(stateLocation), job, InstantSource.system());
  }

  /**
   * What there is.
   *
   * @param location of the job's state
   * @param stateId null when there is no state yet
   * @param created when the state id was made; null as above
   * @param lastDone number of the newest run that is done, 0 when none is
   * @param positions by source, as the next run starts from; the sources' own text
   * @param unfinished number of a run that was planned and is not done; null when there is none
   * @param attempts of the run after the newest done one, interrupted or about to be planned
   * @param heldBy who is at work; null when nobody is
   * @param lastReport null when no run is done
   * @param backfills newest done run by id
   */
  public record View(
      String location,
      String stateId,
      String created,
      long lastDone,
      Map<String, String> positions,
      Long unfinished,
      int attempts,
      String heldBy,
      RunReport lastReport,
      Map<String, Long> backfills) {}

  /** Returns what there is; changes nothing. */
  public View show() {
    Optional<JobState> found = JobState.find(records, job);
    if (found.isEmpty()) {
      return new View(records.where(job), null, null, 0, Map.of(), null, 0, null, null, Map.of());
    }
    JobState state = found.get();
    RunLine line = state.main();
    long done = line.lastDone();
    Map<String, String> positions = new TreeMap<>();
    line.lastPlan(done)
        .ifPresent(
            plan ->
                plan.sources().forEach((name, source) -> positions.put(name, source.position())));
    Map<String, Long> backfills = new TreeMap<>();
    state.backfills().forEach(id -> backfills.put(id, state.backfill(id).lastDone()));
    return new View(
        records.where(state.prefix()),
        state.stateId(),
        state.identity().created(),
        done,
        positions,
        line.plan(done + 1).isPresent() ? done + 1 : null,
        Attempt.newest(records, line, done + 1),
        Attempt.holder(records, line, done + 1, clock.instant())
            .map(Attempt.Start::who)
            .orElse(null),
        line.done(done).orElse(null),
        backfills);
  }

  /**
   * Renews the state id, so that the next run loads everything again; the old state stays beside.
   *
   * @return the old state id, if there was one that could be read
   */
  public Optional<String> reset() {
    try {
      Optional<JobState> state = JobState.find(records, job);
      if (state.isPresent()) {
        refuseWhileHeld(state.get());
      }
    } catch (StateRefusedException e) {
      LOG.info("resetting a state that cannot be used: {}", e.getMessage());
    }
    return Optional.ofNullable(JobState.renew(records, job, clock).identity().previous());
  }

  /**
   * Deletes what finished runs left behind: plans, reports and attempts older than the newest
   * {@code keepRuns} done runs, and the working and staging files of all done runs, but for what
   * the position refers to. Nothing of newer runs is touched, so others may begin and end some
   * meanwhile, and nothing that was published.
   *
   * @param cleaned the job whose state this is
   * @param keepRuns at least 1
   * @return how many keys and directories were deleted
   */
  public int clean(IncrementJob cleaned, int keepRuns) {
    if (keepRuns < 1) {
      throw new IllegalArgumentException("keep at least the newest run: it holds the position");
    }
    Optional<JobState> state = JobState.find(records, job);
    if (state.isEmpty()) {
      return 0;
    }
    refuseWhileHeld(state.get());
    int deleted = clean(cleaned, state.get().main(), keepRuns);
    for (String id : state.get().backfills()) {
      deleted += clean(cleaned, state.get().backfill(id), keepRuns);
    }
    return deleted;
  }

  private int clean(IncrementJob cleaned, RunLine line, int keepRuns) {
    long done = line.lastDone();
    long kept = line.lastAccepted(done) - keepRuns;
    int staging = 0;
    for (Map.Entry<String, IncrementalSink> entry : cleaned.sinks().entrySet()) {
      if (entry.getValue() instanceof CaptureSink files) {
        staging += cleanStaging(files, line.stateId(), SafeName.of(entry.getKey()), done);
      }
    }
    List<RunKey> old = line.list().stream().filter(key -> key.run() <= kept).toList();
    if (!old.isEmpty()) {
      line.clean(kept);
    }
    // The report last: while it stands, a killed clean-up leaves a run that is known to be done.
    old.stream().filter(key -> !key.name().equals("done.json")).forEach(this::delete);
    old.stream().filter(key -> key.name().equals("done.json")).forEach(this::delete);
    old.stream().map(RunKey::run).distinct().forEach(line::prune);
    return staging + old.size() + cleanWork(line, done);
  }

  private void delete(RunKey key) {
    records.delete(key.key());
  }

  private static int cleanStaging(CaptureSink files, String stateId, String sinkId, long done) {
    try {
      return Manifests.at(files.directory()).clean(stateId, sinkId, done);
    } catch (IOException e) {
      throw new StorageFailedException("cannot clean " + files.target() + ": " + e.getMessage(), e);
    }
  }

  private int cleanWork(RunLine line, long done) {
    Path work = Storage.path(records.where(line.work()));
    int deleted = 0;
    try {
      for (FileStatus entry : Storage.of(work).listStatus(work)) {
        String name = entry.getPath().getName();
        if (!name.matches("\\d+") || Long.parseLong(name) > done) {
          continue;
        }
        if (Long.parseLong(name) < done && !named(line, done, Long.parseLong(name))) {
          Storage.of(work).delete(entry.getPath(), true);
          deleted++;
        } else {
          deleted += cleanNewest(entry.getPath());
        }
      }
    } catch (FileNotFoundException e) {
      return deleted; // No run ever needed working files.
    } catch (IOException e) {
      throw new StorageFailedException("cannot clean " + work + ": " + e.getMessage(), e);
    }
    return deleted;
  }

  /** A source that had nothing new for a while may still name files of an old plan. */
  private static boolean named(RunLine line, long done, long run) {
    return line.lastPlan(done).stream()
        .flatMap(plan -> plan.sources().values().stream())
        .anyMatch(source -> source.position().contains(line.workDirectory(run) + "/"));
  }

  /** The position of the newest run may name files of its plan, such as key lists. */
  private static int cleanNewest(Path run) throws IOException {
    int deleted = 0;
    for (FileStatus entry : Storage.of(run).listStatus(run)) {
      if (!entry.getPath().getName().equals("plan")) {
        Storage.of(run).delete(entry.getPath(), true);
        deleted++;
      }
    }
    return deleted;
  }

  private void refuseWhileHeld(JobState state) {
    RunLine line = state.main();
    Optional<Attempt.Start> holder =
        Attempt.holder(records, line, line.lastDone() + 1, clock.instant());
    if (holder.isPresent()) {
      throw new HeldException(
          records.where(job) + " is in use by " + holder.get().who() + ". Wait for it or stop it.");
    }
  }
}
