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
 * @param changesIn changes that came in; the others were superseded by later ones
 * @param hasDeletes whether a delete is among the rows
 * @param tally what became of rows before they got here; only in a record that holds no change
 */
record StoredBucket(
    int bucket,
    String path,
    byte @Nullable [] inline,
    long length,
    int rows,
    long changesIn,
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
    return new StoredBucket(-1, "", null, 0, 0, 0, false, KeyRanges.union(List.of()), null);
  }

  /** Holds no change, but what was counted before. */
  static StoredBucket of(Tally tally) {
    return new StoredBucket(-1, "", null, 0, 0, 0, false, KeyRanges.union(List.of()), tally);
  }

  /** Sorts and stores the changes of a bucket, which are held in memory. */
  static StoredBucket store(int bucket, Iterable<byte[]> changes, String directory)
      throws IOException {
    List<byte[]> all = new ArrayList<>();
    changes.forEach(all::add);
    all.sort(Change.BY_KEY_AND_ORDER);
    byte[][] last = new byte[all.size()][];
    int rows = 0;
    long bytes = 0;
    boolean hasDeletes = false;
    for (int i = 0; i < all.size(); i++) {
      byte[] change = all.get(i);
      if (i + 1 == all.size() || Change.compareKeys(change, all.get(i + 1)) != 0) {
        last[rows++] = change;
        bytes += change.length;
        hasDeletes |= Change.deletes(change);
      }
    }
    int count = rows;
    KeyRanges ranges = KeyRanges.of(last, count, RANGES);
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
        bucket, path, inline, length, rows, all.size(), hasDeletes, ranges, null);
  }
}
