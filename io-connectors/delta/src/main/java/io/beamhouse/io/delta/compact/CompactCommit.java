package io.beamhouse.io.delta.compact;

import io.beamhouse.core.error.CommitConflictException;
import io.beamhouse.io.delta.compact.FileGroup.Rewritten;
import io.beamhouse.io.delta.log.CommitRequest;
import io.beamhouse.io.delta.log.CommitResult;
import io.beamhouse.io.delta.log.ConflictCheck.Resolution;
import io.beamhouse.io.delta.log.DataFile;
import io.beamhouse.io.delta.log.DeltaLog;
import io.beamhouse.io.delta.log.LoggedCommit;
import io.beamhouse.io.delta.log.NewFile;
import io.beamhouse.io.delta.log.TableSnapshot;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts new files in the place of small ones, as far as those are still there. */
final class CompactCommit {
  private static final Logger LOG = LoggerFactory.getLogger(CompactCommit.class);

  /** Others go first: after so many tries the small files stay for the next time. */
  private static final int MAX_ATTEMPTS = 20;

  private final DeltaLog log;
  private final CompactSettings settings;
  private final Consumer<Rewritten> drop;
  private List<Rewritten> groups;

  /**
   * @param drop deletes the file of a group that is not committed
   */
  CompactCommit(
      DeltaLog log, CompactSettings settings, List<Rewritten> groups, Consumer<Rewritten> drop) {
    this.log = log;
    this.settings = settings;
    this.groups = List.copyOf(groups);
    this.drop = drop;
  }

  /** The groups that were committed. */
  List<Rewritten> groups() {
    return groups;
  }

  /** Returns nothing when other writers were in the way of every group. */
  Optional<CommitResult> run(TableSnapshot table) {
    try {
      return Optional.of(log.commit(request(table)));
    } catch (CommitConflictException e) {
      LOG.info("Delta table {} was not compacted: {}", log.path(), e.getMessage());
      groups.forEach(drop);
      groups = List.of();
      return Optional.empty();
    }
  }

  private CommitRequest request(TableSnapshot table) {
    List<NewFile> adds = groups.stream().map(Rewritten::file).filter(Objects::nonNull).toList();
    List<DataFile> removes = groups.stream().flatMap(g -> g.group().files().stream()).toList();
    Map<String, String> metrics = new TreeMap<>();
    metrics.put("numAddedFiles", String.valueOf(adds.size()));
    metrics.put("numRemovedFiles", String.valueOf(removes.size()));
    metrics.put("numAddedBytes", String.valueOf(adds.stream().mapToLong(NewFile::bytes).sum()));
    metrics.put(
        "numRemovedBytes", String.valueOf(removes.stream().mapToLong(DataFile::bytes).sum()));
    metrics.put(
        "numDeletionVectorsRemoved",
        String.valueOf(removes.stream().filter(f -> f.deletionVector() != null).count()));
    return CommitRequest.on(table, "OPTIMIZE")
        .withAdds(adds)
        .withRemoves(removes)
        .withoutDataChange()
        .withOperationParameters(
            Map.of("predicate", "[]", "zOrderBy", "[]", "auto", String.valueOf(settings.sparing())))
        .withOperationMetrics(metrics)
        .withConflicts((mine, now, winners) -> resolve(now, winners))
        .withMaxAttempts(MAX_ATTEMPTS);
  }

  /**
   * Rows that others added are none of our business; a file of ours that they removed, also one
   * that they gave a deletion vector, keeps its group out.
   */
  private Resolution resolve(TableSnapshot now, List<LoggedCommit> winners) {
    Set<String> removed = new HashSet<>();
    for (LoggedCommit winner : winners) {
      if (winner.metadataChanged() || winner.protocolChanged()) {
        return Resolution.fail("the table's definition was changed meanwhile");
      }
      removed.addAll(winner.removes());
    }
    List<Rewritten> kept = new ArrayList<>();
    for (Rewritten group : groups) {
      if (group.group().hasOneOf(removed)) {
        drop.accept(group);
      } else {
        kept.add(group);
      }
    }
    if (kept.size() == groups.size()) {
      return Resolution.retrySameActions();
    }
    groups = kept;
    return kept.isEmpty()
        ? Resolution.fail("every group of small files was changed by others")
        : Resolution.recomputed(request(now));
  }
}
