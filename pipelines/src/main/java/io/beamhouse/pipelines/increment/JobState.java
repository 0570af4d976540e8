package io.beamhouse.pipelines.increment;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.error.StateRefusedException;
import io.beamhouse.core.step.DurableSteps;
import io.beamhouse.io.core.increment.PlanRequest.Backfill;
import io.beamhouse.pipelines.increment.StateRecords.Stored;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The state of one job: its identity in {@code state.json}, and below the state's id its lines of
 * runs.
 *
 * <p>A reset only replaces the identity. What the old id has stays where it was, and an attempt of
 * it that wakes later cannot touch the new one.
 */
final class JobState {
  private final StateRecords records;
  private final Identity identity;

  private JobState(StateRecords records, Identity identity) {
    this.records = records;
    this.identity = identity;
  }

  /**
   * Who the state belongs to.
   *
   * @param stateId a UUID, renewed by a reset
   * @param previous the id before the last reset; null when there was none
   */
  record Identity(int version, String stateId, String pipeline, String created, String previous) {
    Identity {
      requireNonNull(stateId, "state_id");
      requireNonNull(pipeline, "pipeline");
    }

    static Identity create(String job, InstantSource clock, String previous) {
      return new Identity(
          StateJson.VERSION,
          UUID.randomUUID().toString(),
          job,
          clock.instant().toString(),
          previous);
    }
  }

  /** Opens the state of {@code job}, which is made when there is none. */
  static JobState open(StateRecords records, String job, InstantSource clock) {
    Optional<JobState> existing = find(records, job);
    if (existing.isPresent()) {
      return existing.get();
    }
    DurableSteps.before(ProtocolSteps.STATE_INIT);
    records.putIfAbsent(key(job), Identity.create(job, clock, null));
    DurableSteps.after(ProtocolSteps.STATE_INIT);
    return find(records, job)
        .orElseThrow(
            () ->
                new StateRefusedException(
                    records.where(key(job)) + " was deleted while this run started; run again."));
  }

  /** Opens the state of {@code job} if there is one. */
  static Optional<JobState> find(StateRecords records, String job) {
    for (String segment : job.split("/", -1)) {
      if (!segment.matches("[A-Za-z0-9_-][A-Za-z0-9._-]*")) {
        throw new SpecException(
            "name",
            "'"
                + job
                + "' cannot name a state: allowed are segments of [A-Za-z0-9._-] that do not start"
                + " with a dot, joined by '/'");
      }
    }
    Optional<Identity> identity = records.get(key(job), Identity.class).map(Stored::value);
    if (identity.isPresent() && !identity.get().pipeline().equals(job)) {
      throw new StateRefusedException(
          records.where(key(job))
              + " is the state of pipeline '"
              + identity.get().pipeline()
              + "', not of '"
              + job
              + "'. Choose another state location, or move that state back to where it was.");
    }
    return identity.map(found -> new JobState(records, found));
  }

  /** Gives {@code job} a new identity; works on an unreadable one too, which is kept aside. */
  static JobState renew(StateRecords records, String job, InstantSource clock) {
    String previous = null;
    try {
      previous = find(records, job).map(JobState::stateId).orElse(null);
    } catch (StateRefusedException unreadable) {
      records
          .bytes(key(job))
          .ifPresent(
              content ->
                  records.putIfAbsent(job + "/unreadable-" + UUID.randomUUID() + ".json", content));
    }
    Identity identity = Identity.create(job, clock, previous);
    records.put(key(job), identity);
    return new JobState(records, identity);
  }

  Identity identity() {
    return identity;
  }

  String stateId() {
    return identity.stateId();
  }

  RunLine main() {
    return new RunLine(records, prefix(), prefix() + "work/", identity.stateId());
  }

  /** The line of one range: its runs leave the main line's position alone. */
  RunLine backfill(Backfill range) {
    return backfill(
        StateJson.sha256((range.from() + "\0" + range.to().orElse("")).getBytes(UTF_8))
            .substring(0, 12));
  }

  RunLine backfill(String id) {
    return new RunLine(
        records,
        prefix() + "backfills/" + id + "/",
        prefix() + "work/backfill-" + id + "/",
        // Sinks want a UUID, and file names only show its beginning.
        UUID.nameUUIDFromBytes((identity.stateId() + "/backfill-" + id).getBytes(UTF_8))
            .toString());
  }

  /** The ids of all backfills that were ever started. */
  List<String> backfills() {
    int start = (prefix() + "backfills/").length();
    return records.list(prefix() + "backfills").stream()
        .map(key -> key.substring(start, key.indexOf('/', start)))
        .distinct()
        .toList();
  }

  /**
   * Copies the newest report to where people and scripts look for it, unless it is there.
   *
   * <p>It is always that of the newest run that is done: a driver that slept through later runs
   * copies theirs, and one that was killed before it could copy leaves it to the next invocation.
   *
   * @return whether something was copied
   */
  boolean putLatest() {
    RunLine main = main();
    Optional<byte[]> newest = records.bytes(main.key(main.lastDone(), "done.json"));
    String key = identity.pipeline() + "/report.json";
    if (newest.isEmpty() || Arrays.equals(records.bytes(key).orElse(null), newest.get())) {
      return false;
    }
    records.put(key, newest.get());
    return true;
  }

  /** The key prefix of everything under this identity. */
  String prefix() {
    return identity.pipeline() + "/" + identity.stateId() + "/";
  }

  private static String key(String job) {
    return job + "/state.json";
  }
}
