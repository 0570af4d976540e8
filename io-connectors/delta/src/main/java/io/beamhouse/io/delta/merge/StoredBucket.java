package io.beamhouse.io.delta.merge;

import io.beamhouse.core.rowwise.Tally;
import io.beamhouse.core.step.DurableSteps;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * One bucket's changes, reduced to the last one of each key and stored.
 *
 * @param path of the file; empty when the changes are so few that they travel in {@code inline}
 * @param length bytes of the file or of {@code inline}
 * @param rows keys in it
 * @param parents which of them are parents (serialised RoaringBitmap); null for none
 * @param changesIn changes that came in; the others were superseded by later ones
 * @param parentsIn rows of parents that came in
 * @param hasDeletes whether a delete is among the rows
 * @param tally what became of rows before they got here; only in a record that holds no change
 */
record StoredBucket(
    int bucket,
    String path,
    byte @Nullable [] inline,
    long length,
    int rows,
    byte @Nullable [] parents,
    long changesIn,
    long parentsIn,
    boolean hasDeletes,
    KeyRanges ranges,
    @Nullable Tally tally)
    implements Serializable {
  /** The durable step of a bucket's file. */
  static final String STEP = "delta.changes";

  private static final int INLINE_BYTES = 64 * 1024;
  private static final int RANGES = 64;

  /** Stands for no changes at all. */
  static StoredBucket none() {
    return of((Tally) null);
  }

  /** Holds no change, but what was counted before. */
  static StoredBucket of(@Nullable Tally tally) {
    return new StoredBucket(
        -1, "", null, 0, 0, null, 0, 0, false, KeyRanges.union(List.of()), tally);
  }

  /** Sorts and stores the changes of a bucket, which are held in memory. */
  static StoredBucket store(
      int bucket, MergeShape shape, Iterable<byte[]> changes, String directory) throws IOException {
    List<byte[]> all = new ArrayList<>();
    changes.forEach(all::add);
    all.sort(Change.BY_KEY_AND_ORDER);
    return shape.perParent()
        ? storeVersions(bucket, shape, all, directory)
        : storeLast(bucket, shape, all, directory);
  }

  private static StoredBucket storeVersions(
      int bucket, MergeShape shape, List<byte[]> all, String directory) throws IOException {
    LastVersions last = new LastVersions(shape, all);
    List<byte[]> parents = new ArrayList<>();
    last.parents().forEach((int at) -> parents.add(last.records().get(at)));
    StoredBucket bare =
        new StoredBucket(
            bucket,
            "",
            null,
            0,
            last.records().size(),
            Bitmaps.toBytes(last.parents()),
            all.size() - last.parentsIn(),
            last.parentsIn(),
            last.anyChildless(),
            KeyRanges.of(parents.toArray(byte[][]::new), parents.size(), RANGES),
            null);
    return bare.stored(last.records().toArray(byte[][]::new), directory);
  }

  /** The last change of each key, which has the combined values of the others. */
  private static StoredBucket storeLast(
      int bucket, MergeShape shape, List<byte[]> all, String directory) throws IOException {
    byte[][] last = new byte[all.size()][];
    int rows = 0;
    int first = 0;
    boolean hasDeletes = false;
    for (int i = 0; i < all.size(); i++) {
      byte[] change = all.get(i);
      if (i + 1 == all.size() || Change.compareKeys(change, all.get(i + 1)) != 0) {
        last[rows++] =
            shape.combining().isEmpty()
                ? change
                : shape.combining().folded(all.subList(first, i + 1));
        hasDeletes |= Change.deletes(change);
        first = i + 1;
      }
    }
    KeyRanges ranges = KeyRanges.of(last, rows, RANGES);
    return new StoredBucket(
            bucket, "", null, 0, rows, null, all.size(), 0, hasDeletes, ranges, null)
        .stored(last, directory);
  }

  /** Stores {@code last}, of which the first {@link #rows} are this bucket's. */
  private StoredBucket stored(byte[][] last, String directory) throws IOException {
    int count = rows;
    long bytes = 0;
    for (int i = 0; i < count; i++) {
      bytes += last[i].length;
    }
    String path = "";
    byte[] inline = null;
    if (bytes <= INLINE_BYTES) {
      ByteArrayOutputStream buffer = new ByteArrayOutputStream();
      BucketFile.write(last, count, buffer);
      inline = buffer.toByteArray();
    } else {
      DurableSteps.before(STEP);
      path =
          WorkFiles.write(directory, WorkFiles.CHANGES, out -> BucketFile.write(last, count, out));
      DurableSteps.after(STEP);
    }
    long length = inline == null ? BucketFile.length(last, count) : inline.length;
    return new StoredBucket(
        bucket,
        path,
        inline,
        length,
        rows,
        parents,
        changesIn,
        parentsIn,
        hasDeletes,
        ranges,
        null);
  }
}
