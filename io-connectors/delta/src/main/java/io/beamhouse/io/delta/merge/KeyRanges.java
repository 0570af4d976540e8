package io.beamhouse.io.delta.merge;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Where the keys of the changes lie: at most {@link #MAX} ranges of sortable keys, cut at the
 * widest gaps, so that files and row groups without a change are told apart in bounded memory.
 *
 * <p>A range may hold keys that no change has; a key of a change is always in a range.
 */
final class KeyRanges implements Serializable {
  static final int MAX = 1024;
  private static final Comparator<byte[][]> BY_LOW = (a, b) -> Arrays.compareUnsigned(a[0], b[0]);

  /** Disjoint and ascending; range {@code i} is {@code bounds[2i] .. bounds[2i+1]}, inclusive. */
  private final byte[][] bounds;

  private KeyRanges(byte[][] bounds) {
    this.bounds = bounds;
  }

  /** The ranges of the keys of {@code count} changes in key order. */
  static KeyRanges of(byte[][] changes, int count, int max) {
    long[] gaps = new long[Math.max(0, count - 1)];
    int prefix = count == 0 ? 0 : commonPrefix(keyOf(changes[0]), keyOf(changes[count - 1]));
    for (int i = 1; i < count; i++) {
      gaps[i - 1] =
          word(changes[i], Change.KEY + prefix, Change.order(changes[i]))
              - word(changes[i - 1], Change.KEY + prefix, Change.order(changes[i - 1]));
    }
    long cut = threshold(gaps, max);
    List<byte[]> bounds = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      boolean first = i == 0 || (wide(gaps[i - 1], cut) && bounds.size() < 2 * max - 1);
      if (first) {
        if (i > 0) {
          bounds.add(keyOf(changes[i - 1]));
        }
        bounds.add(keyOf(changes[i]));
      }
    }
    if (count > 0) {
      bounds.add(keyOf(changes[count - 1]));
    }
    return new KeyRanges(bounds.toArray(byte[][]::new));
  }

  /** The union of {@code parts}, thinned to {@link #MAX} ranges. */
  static KeyRanges union(List<KeyRanges> parts) {
    List<byte[][]> all = new ArrayList<>();
    for (KeyRanges part : parts) {
      for (int i = 0; i < part.bounds.length; i += 2) {
        all.add(new byte[][] {part.bounds[i], part.bounds[i + 1]});
      }
    }
    all.sort(BY_LOW);
    List<byte[][]> merged = new ArrayList<>();
    for (byte[][] range : all) {
      byte[][] last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
      if (last != null && Arrays.compareUnsigned(range[0], last[1]) <= 0) {
        last[1] = max(last[1], range[1]);
      } else {
        merged.add(range);
      }
    }
    return thinned(merged);
  }

  private static KeyRanges thinned(List<byte[][]> ranges) {
    int count = ranges.size();
    long[] gaps = new long[Math.max(0, count - 1)];
    int prefix = count == 0 ? 0 : commonPrefix(ranges.get(0)[0], ranges.get(count - 1)[1]);
    for (int i = 1; i < count; i++) {
      byte[] low = ranges.get(i)[0];
      byte[] high = ranges.get(i - 1)[1];
      gaps[i - 1] = word(low, prefix, low.length) - word(high, prefix, high.length);
    }
    long cut = threshold(gaps, MAX);
    List<byte[]> bounds = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (i == 0 || (wide(gaps[i - 1], cut) && bounds.size() < 2 * MAX)) {
        bounds.add(ranges.get(i)[0]);
        bounds.add(ranges.get(i)[1]);
      } else {
        bounds.set(bounds.size() - 1, ranges.get(i)[1]);
      }
    }
    return new KeyRanges(bounds.toArray(byte[][]::new));
  }

  /** Whether a key of a change may be in {@code low .. high}; null is unbounded. */
  boolean meets(byte @Nullable [] low, byte @Nullable [] high) {
    int from = 0;
    int to = bounds.length / 2;
    while (low != null && from < to) {
      int middle = (from + to) >>> 1;
      if (Arrays.compareUnsigned(bounds[2 * middle + 1], low) < 0) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from < bounds.length / 2
        && (high == null || Arrays.compareUnsigned(bounds[2 * from], high) <= 0);
  }

  boolean isEmpty() {
    return bounds.length == 0;
  }

  int size() {
    return bounds.length / 2;
  }

  private static boolean wide(long gap, long cut) {
    return gap != 0 && Long.compareUnsigned(gap, cut) >= 0;
  }

  /** The width of the narrowest of the {@code max - 1} widest gaps. */
  private static long threshold(long[] gaps, int max) {
    if (gaps.length < max) {
      return 1;
    }
    long[] sorted = new long[gaps.length];
    for (int i = 0; i < gaps.length; i++) {
      sorted[i] = gaps[i] ^ Long.MIN_VALUE;
    }
    Arrays.sort(sorted);
    return sorted[sorted.length - (max - 1)] ^ Long.MIN_VALUE;
  }

  private static byte[] keyOf(byte[] change) {
    return Change.key(change);
  }

  private static byte[] max(byte[] a, byte[] b) {
    return Arrays.compareUnsigned(a, b) >= 0 ? a : b;
  }

  private static int commonPrefix(byte[] a, byte[] b) {
    int mismatch = Arrays.mismatch(a, b);
    return mismatch < 0 ? a.length : mismatch;
  }

  /** The eight bytes at {@code from} as a number, zeros behind the end. */
  private static long word(byte[] bytes, int from, int to) {
    if (from + 8 <= to) {
      return Bytes.getLong(bytes, from);
    }
    long word = 0;
    for (int i = from; i < from + 8; i++) {
      word = word << 8 | (i < to ? bytes[i] & 0xFF : 0);
    }
    return word;
  }
}
