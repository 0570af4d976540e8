package io.beamhouse.io.delta.merge;

import java.util.Arrays;

/**
 * Encodes values so that the unsigned order of the bytes is the order of the values, one column
 * after another; no encoding is a prefix of another one of the same columns.
 *
 * <p>Strings are ordered by code point. The form is part of tombstone files: changing it needs a
 * new version of those.
 */
final class SortableBytes {
  private SortableBytes() {}

  /** Appends a value of a {@link ColumnType#fixed} type. */
  static void add(Bytes out, ColumnType type, long value) {
    switch (type.kind()) {
      case BOOLEAN -> out.add((int) value);
      case FLOAT ->
          out.addLong(floating(Double.doubleToLongBits(Float.intBitsToFloat((int) value))));
      case DOUBLE -> out.addLong(floating(value));
      default -> out.addLong(value ^ Long.MIN_VALUE);
    }
  }

  /** Appends a value of a type that is not fixed. */
  static void add(Bytes out, ColumnType type, byte[] value, int at, int length) {
    if (type.kind() == Kind.DECIMAL) {
      out.add(value[at] ^ 0x80);
      out.add(value, at + 1, length - 1);
      return;
    }
    int from = at;
    int end = at + length;
    for (int i = at; i < end; i++) {
      if (value[i] == 0) {
        out.add(value, from, i + 1 - from);
        out.add(0xFF);
        from = i + 1;
      }
    }
    out.add(value, from, end - from);
    out.add(0);
    out.add(0);
  }

  /** Returns where the encoding of a value of {@code type} ends that begins at {@code at}. */
  static int end(ColumnType type, byte[] bytes, int at) {
    switch (type.kind()) {
      case BOOLEAN:
        return at + 1;
      case STRING, BYTES:
        int end = at;
        while (bytes[end] != 0 || bytes[end + 1] != 0) {
          end += bytes[end] == 0 ? 2 : 1;
        }
        return end + 2;
      default:
        return at + (type.fixed() ? Long.BYTES : ColumnType.WIDE_DECIMAL_BYTES);
    }
  }

  /** Compares as unsigned bytes. */
  static int compare(byte[] a, int aFrom, int aTo, byte[] b, int bFrom, int bTo) {
    return Arrays.compareUnsigned(a, aFrom, aTo, b, bFrom, bTo);
  }

  private static long floating(long bits) {
    return bits ^ ((bits >> 63) | Long.MIN_VALUE);
  }
}
