package io.beamhouse.io.delta.merge;

import io.beamhouse.io.delta.log.DataFile;
import io.beamhouse.io.delta.log.DeltaLog;
import io.beamhouse.io.delta.log.NewFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.roaringbitmap.RoaringBitmap;

/**
 * Merges the changes into one data file: matches its keys, decides row by row and rewrites the file
 * if a row differs.
 *
 * <p>Memory: the compressed pages of a row group, the keys of a window of it ({@link #MAX_WINDOW}
 * rows at most) and the changes that match in the window. With combined columns also rows that go
 * to other partitions, {@link Remainder#GROUP_BYTES} of them.
 */
final class FileMerge {
  /** Rows that are matched and written together. */
  static final int MAX_WINDOW = 1 << 20;

  private static final int MIN_WINDOW = 1 << 15;

  /** Row groups are written about this long, so that later merges can copy most of them. */
  private static final long WINDOW_BYTES = 12L << 20;

  /** Matches of a file beyond this are fetched again for writing rather than kept. */
  private static final int KEPT_CHANGES = 1 << 16;

  private final MergePlan plan;
  private final ChangeStore store;
  private final KeyScan scan;
  private final Decision decision;
  private final RoaringBitmap parents;
  private final List<byte[]> moving = new ArrayList<>();
  private long movingBytes;
  private List<NewFile> arrivals = List.of();
  private int kept;

  FileMerge(MergePlan plan, ChangeStore store) {
    this.plan = plan;
    this.store = store;
    this.parents = Bitmaps.of(plan.parents());
    this.scan = new KeyScan(store, plan.shape().perParent());
    this.decision = new Decision(plan.shape());
  }

  /** Returns null when the file holds no key of the changes. */
  @Nullable FileOutcome run(DataFile file) throws IOException {
    long[] deleted =
        file.deletionVector() == null
            ? new long[0]
            : DeltaLog.at(plan.table().path()).deletedRows(file);
    kept = 0;
    arrivals = new ArrayList<>();
    try (TargetFile target = new TargetFile(file, plan.shape(), plan.layout(), deleted)) {
      List<Matches> matches = new ArrayList<>();
      boolean any = false;
      boolean alters = false;
      for (int group = 0; group < target.rowGroups().size(); group++) {
        Matches found = target.mayHold(group, plan.ranges()) ? match(target, group) : new Matches();
        matches.add(found);
        any |= found.size > 0;
        alters |= found.alters();
      }
      if (!any) {
        return null;
      }
      arrive();
      NewFile replacement = alters ? new FileRewrite(plan, store, target, matches).write() : null;
      return outcome(file, alters, replacement, matches);
    }
  }

  private FileOutcome outcome(
      DataFile file, boolean rewritten, @Nullable NewFile replacement, List<Matches> matches) {
    Combining combining = plan.shape().combining();
    long[] byOutcome = new long[Matches.COMBINED + 1];
    RoaringBitmap matched = new RoaringBitmap();
    RoaringBitmap moved = new RoaringBitmap();
    RoaringBitmap outdated = new RoaringBitmap();
    long repeated = 0;
    for (Matches group : matches) {
      for (int i = 0; i < group.size; i++) {
        boolean stale = group.outcomes[i] == Matches.STALE;
        if (stale && plan.shape().perParent()) {
          outdated.add(group.ordinals[i]);
        }
        boolean parent = parents.contains(group.ordinals[i]);
        byOutcome[group.outcomes[i]] += parent && stale ? 0 : 1;
        if (parent) {
          continue;
        }
        if (!matched.checkedAdd(group.ordinals[i])) {
          repeated++;
        }
        if (group.outcomes[i] == Matches.MOVED && combining.isEmpty()) {
          moved.add(group.ordinals[i]);
        }
      }
    }
    MergeCounts counts =
        new MergeCounts(
            0,
            byOutcome[Matches.UPDATED] + byOutcome[Matches.MOVED] + byOutcome[Matches.COMBINED],
            byOutcome[Matches.DELETED],
            byOutcome[Matches.UNCHANGED],
            byOutcome[Matches.STALE],
            byOutcome[Matches.REMOVED]);
    return new FileOutcome(
        file,
        rewritten,
        replacement,
        Bitmaps.toBytes(matched),
        Bitmaps.toBytes(moved),
        Bitmaps.toBytes(outdated),
        arrivals,
        repeated,
        counts);
  }

  /** How many rows of a row group are worked on at once. */
  static int window(BlockMetaData group) {
    long rows = group.getRowCount();
    long bytes = Math.max(1, group.getCompressedSize());
    long parts = Math.max(1, (bytes + WINDOW_BYTES / 2) / WINDOW_BYTES);
    long window = Math.max(MIN_WINDOW, (rows + parts - 1) / parts);
    return (int) Math.min(window, MAX_WINDOW);
  }

  private Matches match(TargetFile target, int group) throws IOException {
    MergeShape shape = plan.shape();
    int rows = Math.toIntExact(target.rowGroups().get(group).getRowCount());
    int window = window(target.rowGroups().get(group));
    int[] deleted = target.deletedIn(group);
    RowCursor keys = new RowCursor(target, shape, group, sorted(shape.keys()));
    RowCursor deciding = null;
    RowCursor whole = null;
    Matches matches = new Matches();
    for (int from = 0; from < rows; from += window) {
      scan.scan(keys, from, Math.min(rows, from + window), deleted);
      for (int i = 0; i < scan.size; i++) {
        if (deciding == null && shape.sequenced()) {
          deciding = new RowCursor(target, shape, group, shape.deciding());
        }
        byte[] row = deciding == null ? null : deciding.payload(scan.rows[i]);
        byte outcome = decision.bySequence(scan.changes[i], row);
        if (outcome == Decision.UNDECIDED) {
          if (whole == null) {
            int[] all = IntStream.range(0, shape.payload().columns()).toArray();
            whole = new RowCursor(target, shape, group, all);
          }
          row = whole.payload(scan.rows[i]);
          outcome = decision.byContent(scan.changes[i], row);
        }
        if (outcome != Matches.NONE) {
          add(matches, target, i, outcome, row);
        }
      }
    }
    return matches;
  }

  /**
   * @param row the stored row as far as it was read, the combined columns at least
   */
  private void add(Matches matches, TargetFile target, int i, byte outcome, byte @Nullable [] row)
      throws IOException {
    byte[] change = scan.changes[i];
    byte settled =
        outcome == Matches.UPDATED && !target.samePartition(plan.layout(), change)
            ? Matches.MOVED
            : outcome;
    if (settled == Matches.MOVED && !plan.shape().combining().isEmpty()) {
      move(plan.shape().combining().with(change, row, 0));
    }
    boolean keep =
        (settled == Matches.UPDATED || settled == Matches.COMBINED) && kept < KEPT_CHANGES;
    kept += keep ? 1 : 0;
    matches.add(scan.rows[i], scan.ordinals[i], settled, keep ? change : null);
  }

  /** Takes a row along that this file has a part of; it cannot be written from the change alone. */
  private void move(byte[] combined) throws IOException {
    moving.add(combined);
    movingBytes += combined.length;
    if (movingBytes > Remainder.GROUP_BYTES) {
      arrive();
    }
  }

  private void arrive() throws IOException {
    arrivals.addAll(new InsertFiles(plan).write(moving));
    moving.clear();
    movingBytes = 0;
  }

  private static int[] sorted(int[] columns) {
    int[] sorted = columns.clone();
    java.util.Arrays.sort(sorted);
    return sorted;
  }
}
