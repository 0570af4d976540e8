package io.beamhouse.io.delta.merge;

import io.beamhouse.io.delta.log.NewFile;
import io.beamhouse.io.delta.merge.TombstoneFile.Tombstone;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.roaringbitmap.RoaringBitmap;

/**
 * The changes of some buckets that no file of the table has the key of: inserts, unless a
 * remembered delete is later, and deletes of what is not there.
 *
 * <p>Holds the changes of these buckets in memory, {@link #GROUP_BYTES} or one bucket.
 */
final class Remainder {
  /** Consecutive buckets are taken together up to this size, so that few files are written. */
  static final long GROUP_BYTES = 64L << 20;

  private final MergePlan plan;
  private final ChangeStore store;
  private final List<TombstoneFile> remembered;

  /**
   * What became of the rest of a group.
   *
   * @param group its number
   * @param tombstones a file with all deletes of the group, matched ones too; empty for none
   */
  record Outcome(int group, List<NewFile> files, String tombstones, MergeCounts counts)
      implements Serializable {}

  /** {@code remembered} are the deletes that count at the plan's version of the table. */
  Remainder(MergePlan plan, ChangeStore store, List<TombstoneFile> remembered) {
    this.plan = plan;
    this.store = store;
    this.remembered = remembered;
  }

  /** Splits the plan's buckets into groups. */
  static List<List<BucketRef>> groups(MergePlan plan) {
    List<List<BucketRef>> groups = new ArrayList<>();
    long bytes = 0;
    for (BucketRef ref : plan.refs()) {
      if (groups.isEmpty() || bytes + ref.length() > GROUP_BYTES) {
        groups.add(new ArrayList<>());
        bytes = 0;
      }
      groups.get(groups.size() - 1).add(ref);
      bytes += ref.length();
    }
    return groups;
  }

  /**
   * @param settled ordinals of changes whose key is in the table, but for moved ones
   * @param moved ordinals of changes whose row was dropped because it belongs to another partition
   * @param rememberDeletes whether the group's deletes are written for the tombstones
   */
  Outcome run(int group, RoaringBitmap settled, RoaringBitmap moved, boolean rememberDeletes)
      throws IOException {
    List<byte[]> inserts = new ArrayList<>();
    List<Tombstone> deletes = new ArrayList<>();
    long unchanged = 0;
    long superseded = 0;
    long inserted = 0;
    for (BucketRef ref : groups(plan).get(group)) {
      boolean all = rememberDeletes && plan.shape().sequenced() && ref.hasDeletes();
      int[] ordinals = new int[ref.rows()];
      int count = 0;
      for (int i = ref.base(); i < ref.base() + ref.rows(); i++) {
        if (all || !settled.contains(i)) {
          ordinals[count++] = i;
        }
      }
      byte[][] changes = store.fetch(ordinals, count);
      RoaringBitmap late = late(ref, ordinals, count, changes, settled, moved);
      for (int i = 0; i < count; i++) {
        boolean delete = Change.deletes(changes[i]);
        if (delete && all) {
          deletes.add(Tombstone.of(changes[i]));
        }
        if (settled.contains(ordinals[i])) {
          continue;
        }
        if (late.contains(ordinals[i])) {
          superseded++;
        } else if (delete) {
          unchanged++;
        } else {
          inserts.add(changes[i]);
          inserted += moved.contains(ordinals[i]) ? 0 : 1;
        }
      }
    }
    List<NewFile> files = new InsertFiles(plan).write(inserts);
    String tombstones =
        new Tombstones(plan.table().path(), plan.shape()).writePart(deletes, plan.workDirectory());
    return new Outcome(
        group, files, tombstones, new MergeCounts(inserted, 0, 0, unchanged, superseded));
  }

  /** The ordinals of unmatched changes that are older than a remembered delete of their key. */
  private RoaringBitmap late(
      BucketRef ref,
      int[] ordinals,
      int count,
      byte[][] changes,
      RoaringBitmap settled,
      RoaringBitmap moved)
      throws IOException {
    RoaringBitmap late = new RoaringBitmap();
    if (!plan.shape().sequenced() || remembered.isEmpty() || count == 0) {
      return late;
    }
    BucketIndex index = store.index(ref);
    long from = firstHash(ref.bucket());
    for (TombstoneFile file : remembered) {
      TombstoneFile.Stream stream = file.from(from);
      for (Tombstone t = stream.current();
          t != null && Hash64.bucket(t.hash(), plan.target().buckets()) <= ref.bucket();
          stream.advance(), t = stream.current()) {
        for (int e = index.next(t.hash(), -1); e >= 0; e = index.next(t.hash(), e)) {
          int ordinal = ref.base() + index.ordinal(e);
          int at = Arrays.binarySearch(ordinals, 0, count, ordinal);
          if (at >= 0
              && !settled.contains(ordinal)
              && !moved.contains(ordinal)
              && isLater(t, changes[at])) {
            late.add(ordinal);
          }
        }
      }
    }
    return late;
  }

  private static boolean isLater(Tombstone tombstone, byte[] change) {
    int order = Change.order(change);
    byte[] key = tombstone.key();
    return SortableBytes.compare(change, Change.KEY, order, key, 0, key.length) == 0
        && SortableBytes.compare(
                change,
                order,
                Change.payload(change),
                tombstone.order(),
                0,
                tombstone.order().length)
            < 0;
  }

  /** The smallest hash of a bucket; see {@link Hash64#bucket}. */
  private long firstHash(int bucket) {
    long high = ((long) bucket << 32) / plan.target().buckets();
    return high << 32;
  }
}
