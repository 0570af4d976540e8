package io.beamhouse.io.delta.merge;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.error.GateRefusedException;
import io.beamhouse.core.error.StorageFailedException;
import io.beamhouse.core.rowwise.Gate;
import io.beamhouse.io.delta.log.CommitRequest;
import io.beamhouse.io.delta.log.CommitResult;
import io.beamhouse.io.delta.log.ConflictCheck.Resolution;
import io.beamhouse.io.delta.log.DataFile;
import io.beamhouse.io.delta.log.DeltaLog;
import io.beamhouse.io.delta.log.LoggedCommit;
import io.beamhouse.io.delta.log.NewFile;
import io.beamhouse.io.delta.log.TableSnapshot;
import io.beamhouse.io.delta.log.TallyInfo;
import io.beamhouse.io.delta.log.WriterTransaction;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.roaringbitmap.RoaringBitmap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits a merge, once, from one worker.
 *
 * <p>When other writers were faster, files of theirs that may hold our keys are merged here, and
 * only the groups of changes that this touches are worked out again. Holds the actions (about 1 KB
 * a file) and two bytes for each matched change.
 */
final class MergeCommit {
  private static final Logger LOG = LoggerFactory.getLogger(MergeCommit.class);

  /** How often the merge is worked out again for other writers' files. */
  private static final int MAX_REDONE = 10;

  /** The key, in the table's history, of the merge's token. */
  private static final String TOKEN = "merge";

  private final MergePlan plan;
  private final DeltaLog log;
  private final List<FileOutcome> files;
  private final List<Remainder.Outcome> rests;
  private final Tombstones tombstones;
  private final List<String> parts;
  private final Gate gate;
  private @Nullable WriterTransaction transaction;
  private @Nullable Set<String> known;
  private int redone;

  /**
   * @param gate is asked about deletes; it has let the rows through already
   */
  MergeCommit(MergePlan plan, List<FileOutcome> files, List<Remainder.Outcome> rests, Gate gate) {
    this.plan = plan;
    this.gate = gate;
    this.log = DeltaLog.at(plan.target().path());
    this.files = new ArrayList<>(files);
    this.rests = new ArrayList<>(rests);
    this.tombstones = new Tombstones(plan.target().path(), plan.shape());
    this.parts =
        rests.stream()
            .sorted(java.util.Comparator.comparingInt(Remainder.Outcome::group))
            .map(Remainder.Outcome::tombstones)
            .filter(path -> !path.isEmpty())
            .toList();
    this.transaction = plan.target().transaction();
  }

  MergeOutcome run() throws IOException {
    Optional<LoggedCommit> earlier = earlier();
    MergeOutcome outcome = earlier.isPresent() ? MergeOutcome.replayed(earlier.get()) : commit();
    try {
      WorkFiles.deleteChanges(plan.workDirectory());
      WorkFiles.deleteOld(plan.target().path(), plan.target().transaction());
      if (outcome.committed() && !parts.isEmpty()) {
        tombstones.removeReplaced(log.at(outcome.version()));
      }
    } catch (IOException e) {
      LOG.warn(
          "The merge stands; files that it no longer needs were left in {}",
          plan.workDirectory(),
          e);
    }
    return outcome;
  }

  /** The commit of this merge if it is in the log, made by this committer or another attempt. */
  private Optional<LoggedCommit> earlier() {
    TableSnapshot latest = log.latest();
    if (transaction != null) {
      return log.replayed(latest, transaction);
    }
    for (long version = latest.version(); version > plan.table().version(); version--) {
      Optional<LoggedCommit> commit = log.commit(version).filter(this::isOurs);
      if (commit.isPresent()) {
        return commit;
      }
    }
    return Optional.empty();
  }

  private boolean isOurs(LoggedCommit commit) {
    return plan.target().token().equals(commit.info().get(TOKEN));
  }

  private MergeOutcome commit() throws IOException {
    requireUnique();
    if (parts.isEmpty()
        && transaction == null
        && files.stream().noneMatch(FileOutcome::rewritten)
        && newFiles().findAny().isEmpty()) {
      return outcome(plan.table().version(), false);
    }
    if (!parts.isEmpty() && transaction == null) {
      // Tombstones count by their transaction, so each attempt gets one of its own.
      transaction = WriterTransaction.of("beamhouse.merge/" + UUID.randomUUID(), 1);
    }
    tombstones.write(parts, transaction, plan.table());
    try {
      CommitResult result =
          log.commit(request(plan.table()).withConflicts((mine, now, w) -> resolve(now, w)));
      return result.replayed()
          ? MergeOutcome.replayed(result.commit())
          : outcome(result.version(), true);
    } catch (CommittedBefore e) {
      return MergeOutcome.replayed(e.commit);
    }
  }

  private MergeOutcome outcome(long version, boolean committed) {
    return MergeOutcome.of(version, committed, plan.changesIn(), counts(), plan.parentsIn());
  }

  private CommitRequest request(TableSnapshot table) {
    checkDeletes(table);
    List<NewFile> adds = newFiles().toList();
    List<DataFile> removes =
        files.stream().filter(FileOutcome::rewritten).map(FileOutcome::file).toList();
    Map<String, String> info = new LinkedHashMap<>(plan.target().info());
    info.put(TOKEN, plan.target().token());
    info.putAll(MergeOutcome.info(plan, counts()));
    CommitRequest request =
        CommitRequest.on(table, "MERGE")
            .withAdds(adds)
            .withRemoves(removes)
            .withOperationParameters(Map.of("predicate", predicate()))
            .withOperationMetrics(MergeOutcome.metrics(plan, counts(), adds.size(), removes.size()))
            .withInfo(info);
    return transaction == null ? request : request.withTransaction(transaction);
  }

  private void checkDeletes(TableSnapshot table) {
    long deleted = counts().deleted();
    if (deleted > 0 && gate.limitsDeletes()) {
      TableRows rows = TableRows.of(table);
      try {
        gate.checkDeletes(
            "Delta table " + plan.target().path(), deleted, rows.known(), rows.uncounted());
      } catch (GateRefusedException e) {
        throw e.with(TallyInfo.judgements(plan.target().info()));
      }
    }
  }

  private String predicate() {
    List<String> equal = new ArrayList<>();
    for (int key : plan.shape().keys()) {
      String name = plan.shape().name(key);
      equal.add("table." + name + " = changes." + name);
    }
    return String.join(" AND ", equal);
  }

  private Stream<NewFile> newFiles() {
    return Stream.of(
            files.stream().map(FileOutcome::replacement).filter(Objects::nonNull),
            files.stream().flatMap(file -> file.arrivals().stream()),
            rests.stream().flatMap(rest -> rest.files().stream()))
        .flatMap(parts -> parts);
  }

  private MergeCounts counts() {
    MergeCounts counts = new MergeCounts(0, 0, 0, 0, plan.supersededInside(), 0);
    for (FileOutcome file : files) {
      counts = counts.plus(file.counts());
    }
    for (Remainder.Outcome rest : rests) {
      counts = counts.plus(rest.counts());
    }
    if (counts.total() != plan.changesIn()) {
      throw new IllegalStateException(
          "A merge took in "
              + plan.changesIn()
              + " changes and accounts for "
              + counts.total()
              + "; nothing was committed.");
    }
    return counts;
  }

  private void requireUnique() {
    long repeated = 0;
    RoaringBitmap seen = new RoaringBitmap();
    for (FileOutcome file : files) {
      RoaringBitmap matched = Bitmaps.of(file.matched());
      repeated += file.repeated() + RoaringBitmap.andCardinality(seen, matched);
      seen.or(matched);
    }
    if (repeated > 0) {
      throw new DataRefusedException(
          "Delta table "
              + plan.target().path()
              + " holds more than one row of a key: "
              + repeated
              + " rows too many among the keys of the changes. Merge by columns that are unique in"
              + " the table, or remove the duplicates from it first.");
    }
  }

  private Resolution resolve(TableSnapshot now, List<LoggedCommit> winners) {
    for (LoggedCommit winner : winners) {
      if (isOurs(winner)) {
        throw new CommittedBefore(winner);
      }
      if (winner.metadataChanged() || winner.protocolChanged()) {
        return Resolution.fail("the table's definition was changed meanwhile");
      }
    }
    try {
      return redo(now, winners);
    } catch (IOException e) {
      throw new StorageFailedException(
          "Files of other writers at Delta table "
              + plan.target().path()
              + " could not be merged with ours; nothing was committed. Run again.",
          e);
    }
  }

  private Resolution redo(TableSnapshot now, List<LoggedCommit> winners) throws IOException {
    Set<String> removed = new HashSet<>();
    Map<String, DataFile> added = new LinkedHashMap<>();
    for (LoggedCommit winner : winners) {
      winner.removes().forEach(added::remove);
      removed.addAll(winner.removes());
      winner.adds().forEach(file -> added.put(file.logPath(), file));
    }
    List<FileOutcome> gone =
        files.stream().filter(file -> removed.contains(file.file().logPath())).toList();
    List<DataFile> touched =
        added.values().stream()
            .filter(f -> TargetFile.mayHold(f, plan.shape(), plan.layout(), plan.ranges()))
            .toList();
    boolean deletes = plan.shape().sequenced() && deletesWereAdded(now);
    if (gone.isEmpty() && touched.isEmpty() && !deletes) {
      return Resolution.retrySameActions();
    }
    if (++redone > MAX_REDONE) {
      return Resolution.fail(
          "rows of the same keys were changed "
              + redone
              + " times while this merge was on its way");
    }
    MergePlan current = plan.withTable(now);
    RoaringBitmap affected = new RoaringBitmap();
    files.removeAll(gone);
    gone.forEach(file -> affected.or(file.touched()));
    try (ChangeStore store = plan.openStore()) {
      FileMerge merge = new FileMerge(current, store);
      for (DataFile file : touched) {
        FileOutcome outcome = merge.run(file);
        if (outcome != null) {
          files.add(outcome);
          affected.or(outcome.touched());
        }
      }
      requireUnique();
      redoGroups(current, store, affected, deletes);
    }
    return Resolution.recomputed(request(now).withConflicts((mine, next, w) -> resolve(next, w)));
  }

  private boolean deletesWereAdded(TableSnapshot now) throws IOException {
    Set<String> counting = tombstones.names(now);
    boolean added = !(known == null ? tombstones.names(plan.table()) : known).equals(counting);
    known = counting;
    return added;
  }

  /** Works out again the groups of {@code affected} changes, or all when deletes were added. */
  private void redoGroups(MergePlan current, ChangeStore store, RoaringBitmap affected, boolean all)
      throws IOException {
    Settled settled = Settled.of(files);
    List<TombstoneFile> remembered = tombstones.valid(current.table());
    try {
      Remainder remainder = new Remainder(current, store, remembered);
      List<List<BucketRef>> groups = Remainder.groups(plan);
      for (int i = 0; i < rests.size(); i++) {
        int group = rests.get(i).group();
        List<BucketRef> refs = groups.get(group);
        BucketRef last = refs.get(refs.size() - 1);
        long from = refs.get(0).base();
        long to = (long) last.base() + last.rows();
        if (all || affected.intersects(from, to)) {
          rests.set(i, remainder.run(group, settled, false));
        }
      }
    } finally {
      Tombstones.close(remembered);
    }
  }

  /** An attempt of this merge that was thought dead had committed it. */
  private static final class CommittedBefore extends RuntimeException {
    private final transient LoggedCommit commit;

    CommittedBefore(LoggedCommit commit) {
      super("committed before", null, false, false);
      this.commit = commit;
    }
  }
}
