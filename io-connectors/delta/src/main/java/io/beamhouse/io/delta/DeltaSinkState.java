package io.beamhouse.io.delta;

import io.beamhouse.core.Internal;
import io.beamhouse.io.core.increment.Committed;
import io.beamhouse.io.core.increment.SinkContext;
import io.beamhouse.io.delta.log.DeltaLog;
import io.beamhouse.io.delta.log.LoggedCommit;
import io.beamhouse.io.delta.log.TableSnapshot;
import io.beamhouse.io.delta.log.TallyInfo;
import io.beamhouse.io.delta.log.WriterTransaction;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * What a Delta table knows of the runs that wrote it; shared by all sinks that commit to one.
 *
 * <p>The transaction is {@code <state id>/<sink id>} with the run as its version. Outcome counts
 * stand in the commit's info as {@code count.<name>}.
 */
@Internal
public final class DeltaSinkState {
  /** Prefix of outcome counts in a commit's info. */
  public static final String COUNT = "count.";

  private final String path;

  public DeltaSinkState(String path) {
    this.path = path;
  }

  /** The transaction of {@code context}'s run. */
  public static WriterTransaction transaction(SinkContext context) {
    return new WriterTransaction(
        appId(context), context.run(), context.stateId(), context.planHash());
  }

  /** What the history should say of {@code context}'s run. */
  public static Map<String, String> info(SinkContext context) {
    return Map.of(
        "sink",
        context.sinkId(),
        "run",
        String.valueOf(context.run()),
        "attempt",
        String.valueOf(context.attempt()));
  }

  private static String appId(SinkContext context) {
    return context.chunk() == 0
        ? context.applicationId()
        : context.applicationId() + "/" + context.chunk();
  }

  /** The table's id; nothing when there is no table. */
  public Optional<String> targetId() {
    return DeltaLog.at(path).find().map(TableSnapshot::tableId);
  }

  /**
   * Returns what the table holds of {@code context}'s run.
   *
   * @throws io.beamhouse.core.error.StateRefusedException when the table is ahead and the run's own
   *     commit is no longer in the log
   */
  public Optional<Committed> committed(SinkContext context) {
    DeltaLog log = DeltaLog.at(path);
    return log.find()
        .flatMap(snapshot -> log.carried(snapshot, transaction(context)))
        .map(DeltaSinkState::committed);
  }

  private static Committed committed(LoggedCommit commit) {
    Map<String, Long> counts = new TreeMap<>();
    commit
        .info()
        .forEach(
            (name, value) -> {
              if (name.startsWith(COUNT)) {
                counts.put(name.substring(COUNT.length()), Long.valueOf(value));
              }
            });
    return new Committed(
        String.valueOf(commit.version()),
        WriterTransaction.planHash(commit),
        counts,
        TallyInfo.get(commit.info()),
        TallyInfo.judgements(commit.info()));
  }

  /** The newest run of this state and sink that the table holds. */
  public OptionalLong newestRun(String stateId, String sinkId) {
    return DeltaLog.at(path)
        .find()
        .map(
            s ->
                s.transactionVersion(new SinkContext(stateId, sinkId, 1, 0, 1, "").applicationId()))
        .orElseGet(OptionalLong::empty);
  }
}
