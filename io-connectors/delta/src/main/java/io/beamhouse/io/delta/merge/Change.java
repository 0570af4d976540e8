package io.beamhouse.io.delta.merge;

import java.util.Comparator;

/**
 * The layout of one encoded change: hash of the key, lengths, delete flag, sortable key, sortable
 * order, payload.
 *
 * <p>Changes are plain byte arrays, since they are shuffled, sorted and stored by the million.
 */
final class Change {
  private static final int KEY_LENGTH = 8;
  private static final int ORDER_LENGTH = 12;
  private static final int DELETE = 16;
  static final int KEY = 17;

  /** By key, then order, then content: the last of one key wins. */
  static final Comparator<byte[]> BY_KEY_AND_ORDER =
      (a, b) -> {
        int keys = compareKeys(a, b);
        if (keys != 0) {
          return keys;
        }
        int orders = SortableBytes.compare(a, order(a), payload(a), b, order(b), payload(b));
        return orders != 0
            ? orders
            : SortableBytes.compare(a, DELETE, a.length, b, DELETE, b.length);
      };

  private Change() {}

  static byte[] of(boolean delete, Bytes key, Bytes order, byte[] row, int from, int to) {
    int payload = KEY + key.size + order.size;
    byte[] change = new byte[payload + to - from];
    Bytes.putLong(change, 0, Hash64.of(key.array, 0, key.size));
    Bytes.putInt(change, KEY_LENGTH, key.size);
    Bytes.putInt(change, ORDER_LENGTH, order.size);
    change[DELETE] = (byte) (delete ? 1 : 0);
    System.arraycopy(key.array, 0, change, KEY, key.size);
    System.arraycopy(order.array, 0, change, KEY + key.size, order.size);
    System.arraycopy(row, from, change, payload, to - from);
    return change;
  }

  static long hash(byte[] change) {
    return Bytes.getLong(change, 0);
  }

  static boolean deletes(byte[] change) {
    return change[DELETE] != 0;
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
    return java.util.Arrays.copyOfRange(change, KEY, order(change));
  }
}
