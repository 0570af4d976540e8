package io.beamhouse.io.delta.merge;

import java.util.Arrays;
import java.util.Comparator;

/**
 * The layout of one encoded change: hash of the key, lengths, flags, sortable key, sortable order,
 * payload.
 *
 * <p>In a merge per parent a key begins with the parent's, and each parent has a {@link #parent}
 * record, whose key is just that and which has no payload; it sorts before its children.
 *
 * <p>Changes are plain byte arrays, since they are shuffled, sorted and stored by the million.
 */
final class Change {
  private static final int KEY_LENGTH = 8;
  private static final int ORDER_LENGTH = 12;
  private static final int FLAGS = 16;

  /** The key is deleted; of a parent: it has no children. */
  private static final int DELETES = 1;

  /** Not a row, but a parent. */
  private static final int PARENT = 2;

  /** A parent of which only children came, which are put to those that are stored. */
  private static final int ABSENT = 4;

  static final int KEY = 17;

  /** By key, then order, then content: the last of one key wins. */
  static final Comparator<byte[]> BY_KEY_AND_ORDER =
      (a, b) -> {
        int keys = compareKeys(a, b);
        if (keys != 0) {
          return keys;
        }
        int orders = compareOrders(a, b);
        return orders != 0 ? orders : SortableBytes.compare(a, FLAGS, a.length, b, FLAGS, b.length);
      };

  private Change() {}

  static byte[] of(boolean delete, Bytes key, Bytes order, byte[] row, int from, int to) {
    int payload = KEY + key.size + order.size;
    byte[] change = new byte[payload + to - from];
    Bytes.putLong(change, 0, Hash64.of(key.array, 0, key.size));
    Bytes.putInt(change, KEY_LENGTH, key.size);
    Bytes.putInt(change, ORDER_LENGTH, order.size);
    change[FLAGS] = (byte) (delete ? DELETES : 0);
    System.arraycopy(key.array, 0, change, KEY, key.size);
    System.arraycopy(order.array, 0, change, KEY + key.size, order.size);
    System.arraycopy(row, from, change, payload, to - from);
    return change;
  }

  static long hash(byte[] change) {
    return Bytes.getLong(change, 0);
  }

  /** A row that stands for its parent: its key, which is all of {@code change}'s, and its order. */
  static byte[] parent(byte[] change) {
    byte[] parent = Arrays.copyOf(change, payload(change));
    parent[FLAGS] |= PARENT;
    return parent;
  }

  /** The parent of {@code child}, whose key ends at {@code keyEnd}, where no row of it came. */
  static byte[] absentParent(byte[] child, int keyEnd) {
    Bytes key = new Bytes(keyEnd - KEY);
    key.add(child, KEY, keyEnd - KEY);
    Bytes order = new Bytes(payload(child) - order(child));
    order.add(child, order(child), payload(child) - order(child));
    byte[] parent = of(false, key, order, child, 0, 0);
    parent[FLAGS] = PARENT | ABSENT;
    return parent;
  }

  /** {@code parent} as one without children. */
  static byte[] childless(byte[] parent) {
    byte[] childless = parent.clone();
    childless[FLAGS] |= DELETES;
    return childless;
  }

  static boolean deletes(byte[] change) {
    return (change[FLAGS] & DELETES) != 0;
  }

  static boolean isParent(byte[] change) {
    return (change[FLAGS] & PARENT) != 0;
  }

  static boolean isAbsentParent(byte[] change) {
    return (change[FLAGS] & ABSENT) != 0;
  }

  /** Whether the key of {@code change} begins with all of {@code parent}'s. */
  static boolean isBelow(byte[] parent, byte[] change) {
    int end = order(parent);
    return order(change) >= end && Arrays.equals(parent, KEY, end, change, KEY, end);
  }

  static boolean sameOrder(byte[] a, byte[] b) {
    return compareOrders(a, b) == 0;
  }

  static int compareOrders(byte[] a, byte[] b) {
    return SortableBytes.compare(a, order(a), payload(a), b, order(b), payload(b));
  }

  /** Where the order begins, which is where the key ends. */
  static int order(byte[] change) {
    return KEY + Bytes.getInt(change, KEY_LENGTH);
  }

  /** Where the payload begins, which is where the order ends. */
  static int payload(byte[] change) {
    return order(change) + Bytes.getInt(change, ORDER_LENGTH);
  }

  static int compareKeys(byte[] a, byte[] b) {
    return SortableBytes.compare(a, KEY, order(a), b, KEY, order(b));
  }

  static byte[] key(byte[] change) {
    return Arrays.copyOfRange(change, KEY, order(change));
  }
}
