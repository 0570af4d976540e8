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
 * remembered delete is later, and deletes of what is not there. In a merge per parent: new
 * children, unless the parent's stored or remembered version is later.
 *
 * <p>Holds the changes of these buckets in memory, {@link #GROUP_BYTES} or one bucket.
 */
final class Remainder {
  /** Consecutive buckets are taken together up to this size, so that few files are written. */
  static final long GROUP_BYTES = 64L << 20;

  private final MergePlan plan;
  private final ChangeStore store;
  private final List<TombstoneFile> remembered;
  private final RoaringBitmap parents;

  /**
   * What became of the rest of a group.
   *
   * @param group its number
   * @param tombstones a file with all deletes of the group, matched ones too, or its parents
   *     without children; empty for none
   */
  record Outcome(int group, List<NewFile> files, String tombstones, MergeCounts counts)
      implements Serializable {}

  /** {@code remembered} are the deletes that count at the plan's version of the table. */
  Remainder(MergePlan plan, ChangeStore store, List<TombstoneFile> remembered) {
    this.plan = plan;
    this.store = store;
    this.remembered = remembered;
    this.parents = Bitmaps.of(plan.parents());
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
   * @param settled what the table's files have settled
   * @param rememberDeletes whether the group's deletes are written for the tombstones
   */
  Outcome run(int group, Settled settled, boolean rememberDeletes) throws IOException {
    List<byte[]> inserts = new ArrayList<>();
    List<Tombstone> deletes = new ArrayList<>();
    MergeCounts counts = MergeCounts.NONE;
    for (BucketRef ref : groups(plan).get(group)) {
      Rest rest = rest(ref, settled, rememberDeletes);
      RoaringBitmap outdated = new RoaringBitmap();
      RoaringBitmap known = new RoaringBitmap();
      lookUp(ref, rest, settled, outdated, known);
      RoaringBitmap late = late(outdated, settled, ref);
      long inserted = 0;
      long unchanged = 0;
      long superseded = 0;
      for (int i = 0; i < rest.count; i++) {
        int ordinal = rest.ordinals[i];
        byte[] change = rest.changes[i];
        boolean delete = Change.deletes(change);
        if (delete && rest.deletes && !known.contains(ordinal)) {
          deletes.add(Tombstone.of(change, plan.shape().lasting(change)));
        }
        if (settled.settled().contains(ordinal) || parents.contains(ordinal)) {
          continue;
        }
        boolean moved = settled.moved().contains(ordinal);
        if (!moved && late.contains(newestOf(ordinal))) {
          superseded++;
        } else if (delete) {
          unchanged++;
        } else {
          inserts.add(change);
          inserted += moved ? 0 : 1;
        }
      }
      counts = counts.plus(new MergeCounts(inserted, 0, 0, unchanged, superseded, 0));
    }
    List<NewFile> files = new InsertFiles(plan).write(inserts);
    String tombstones =
        new Tombstones(plan.table().path(), plan.shape()).writePart(deletes, plan.workDirectory());
    return new Outcome(group, files, tombstones, counts);
  }

  /**
   * Changes of a bucket that must be looked at.
   *
   * @param deletes whether all deletes of the bucket are among them, to be remembered
   */
  private record Rest(int[] ordinals, int count, byte[][] changes, boolean deletes) {}

  private Rest rest(BucketRef ref, Settled settled, boolean rememberDeletes) throws IOException {
    boolean deletes = rememberDeletes && plan.shape().sequenced() && ref.hasDeletes();
    boolean perParent = plan.shape().perParent();
    int[] ordinals = new int[ref.rows()];
    int count = 0;
    for (int i = ref.base(); i < ref.base() + ref.rows(); i++) {
      boolean wanted =
          parents.contains(i)
              ? deletes || !remembered.isEmpty()
              : !settled.settled().contains(i) || (deletes && !perParent);
      if (wanted) {
        ordinals[count++] = i;
      }
    }
    return new Rest(ordinals, count, store.fetch(ordinals, count), deletes);
  }

  /** Which record says whether a change is late: its parent's, else its own. */
  private int newestOf(int ordinal) {
    return plan.shape().perParent() ? (int) parents.previousValue(ordinal) : ordinal;
  }

  /** Of a bucket, the changes or parents that something newer was found of. */
  private RoaringBitmap late(RoaringBitmap outdated, Settled settled, BucketRef ref) {
    RoaringBitmap late = outdated;
    if (plan.shape().perParent()) {
      long end = (long) ref.base() + ref.rows();
      RoaringBitmap ours =
          RoaringBitmap.and(settled.outdated(), RoaringBitmap.bitmapOfRange(ref.base(), end));
      ours.forEach((int ordinal) -> late.add(newestOf(ordinal)));
    }
    return late;
  }

  /**
   * Holds unmatched changes against the remembered deletes of their keys.
   *
   * @param outdated takes the ordinals of those that are older
   * @param known takes the ordinals of parents whose tombstone says all that a new one would
   */
  private void lookUp(
      BucketRef ref, Rest rest, Settled settled, RoaringBitmap outdated, RoaringBitmap known)
      throws IOException {
    if (!plan.shape().sequenced() || remembered.isEmpty() || rest.count == 0) {
      return;
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
          int at = Arrays.binarySearch(rest.ordinals, 0, rest.count, ordinal);
          if (at < 0
              || settled.settled().contains(ordinal)
              || settled.moved().contains(ordinal)
              || !isOf(t, rest.changes[at])) {
            continue;
          }
          int later = Arrays.compareUnsigned(t.order(), plan.shape().lasting(rest.changes[at]));
          if (later > 0) {
            outdated.add(ordinal);
          }
          if (later >= 0 && plan.shape().perParent()) {
            known.add(ordinal);
          }
        }
      }
    }
  }

  private static boolean isOf(Tombstone tombstone, byte[] change) {
    byte[] key = tombstone.key();
    return SortableBytes.compare(change, Change.KEY, Change.order(change), key, 0, key.length) == 0;
  }

  /** The smallest hash of a bucket; see {@link Hash64#bucket}. */
  private long firstHash(int bucket) {
    long high = ((long) bucket << 32) / plan.target().buckets();
    return high << 32;
  }
}
