package io.beamhouse.io.delta.merge;

import io.beamhouse.core.error.DataRefusedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.roaringbitmap.RoaringBitmap;

/**
 * Reduces the records of a bucket to the last version of each parent: a record of the parent, then
 * its children.
 *
 * <p>The version is the greatest order among the parent's rows, or without one among its children;
 * children of any other order are left out.
 */
final class LastVersions {
  private final MergeShape shape;
  private final List<byte[]> sorted;
  private final List<byte[]> records = new ArrayList<>();
  private final RoaringBitmap parents = new RoaringBitmap();
  private long parentsIn;
  private boolean anyChildless;

  /** {@code sorted} are the records of whole parents, {@link Change#BY_KEY_AND_ORDER}. */
  LastVersions(MergeShape shape, List<byte[]> sorted) {
    this.shape = shape;
    this.sorted = sorted;
    int at = 0;
    while (at < sorted.size()) {
      at = Change.isParent(sorted.get(at)) ? present(at) : absent(at);
    }
  }

  /** What is left, in the order of keys. */
  List<byte[]> records() {
    return records;
  }

  /** Where in {@link #records} the parents are. */
  RoaringBitmap parents() {
    return parents;
  }

  /** Rows of parents that came in. */
  long parentsIn() {
    return parentsIn;
  }

  /** Whether a parent has no children in its last version. */
  boolean anyChildless() {
    return anyChildless;
  }

  private int present(int from) {
    int children = from;
    while (children < sorted.size()
        && Change.isParent(sorted.get(children))
        && Change.compareKeys(sorted.get(from), sorted.get(children)) == 0) {
      children++;
    }
    parentsIn += children - from;
    byte[] parent = sorted.get(children - 1);
    int tied = 1;
    while (children - tied > from && Change.sameOrder(parent, sorted.get(children - tied - 1))) {
      tied++;
    }
    if (Change.deletes(parent) != Change.deletes(sorted.get(children - tied))) {
      throw tie();
    }
    return children(parent, children, end(parent, children), tied);
  }

  private int absent(int from) {
    int keyEnd = shape.parentKeyEnd(sorted.get(from));
    byte[] newest = sorted.get(from);
    byte[] parent = Change.absentParent(newest, keyEnd);
    int end = end(parent, from);
    for (byte[] child : sorted.subList(from, end)) {
      newest = Change.compareOrders(child, newest) > 0 ? child : newest;
    }
    return children(Change.absentParent(newest, keyEnd), from, end, 1);
  }

  private int end(byte[] parent, int from) {
    int end = from;
    while (end < sorted.size() && Change.isBelow(parent, sorted.get(end))) {
      end++;
    }
    return end;
  }

  /** Versions that are tied are taken for one when each of their children is in all of them. */
  private int children(byte[] parent, int from, int end, int tied) {
    int place = records.size();
    parents.add(place);
    records.add(parent);
    int at = from;
    while (at < end) {
      byte[] child = sorted.get(at);
      int same = at + 1;
      while (same < end && Arrays.equals(child, sorted.get(same))) {
        same++;
      }
      if (!Change.deletes(parent) && Change.sameOrder(child, parent)) {
        if ((same - at) % tied != 0) {
          throw tie();
        }
        put(place, child);
      }
      at = same;
    }
    if (records.size() == place + 1) {
      records.set(place, Change.childless(parent));
      anyChildless = true;
    }
    return end;
  }

  /** Of several children of a key the last one counts. */
  private void put(int place, byte[] child) {
    int last = records.size() - 1;
    if (last > place && Change.compareKeys(records.get(last), child) == 0) {
      records.set(last, child);
    } else {
      records.add(child);
    }
  }

  private static DataRefusedException tie() {
    return new DataRefusedException(
        "A parent came in two versions of the same order that have other children, so it cannot be"
            + " told which one is the last. Let both inputs have a column that orders them: one for"
            + " sequence_by, or _run and _source (FlattenRows hands them on with carry).");
  }
}
