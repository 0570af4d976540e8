package io.beamhouse.io.delta.merge;

import java.io.Serializable;
import java.util.List;

/**
 * Where the columns of a row lie in its bytes: a null bitmap, one slot per column, then what is not
 * fixed.
 *
 * <p>A slot holds the canonical value (see {@link ColumnType}) or offset and length, from the start
 * of the payload. Equal rows have equal bytes.
 */
final class Payload implements Serializable {
  private final List<ColumnType> types;
  private final int[] slots;
  private final int head;

  Payload(List<ColumnType> types) {
    this.types = List.copyOf(types);
    this.slots = new int[types.size()];
    int at = (types.size() + 7) / 8;
    for (int i = 0; i < slots.length; i++) {
      slots[i] = at;
      at += types.get(i).kind().width;
    }
    this.head = at;
  }

  int columns() {
    return slots.length;
  }

  ColumnType type(int column) {
    return types.get(column);
  }

  /** Appends an empty payload, all columns null, and returns its start. */
  int begin(Bytes out) {
    int start = out.zeros(head);
    for (int column = 0; column < slots.length; column++) {
      out.array[start + (column >> 3)] |= (byte) (1 << (column & 7));
    }
    return start;
  }

  /** Sets a fixed value of the payload that {@link #begin} started last. */
  void set(Bytes out, int start, int column, long value) {
    notNull(out, start, column);
    int at = start + slots[column];
    switch (types.get(column).kind().width) {
      case 1 -> out.array[at] = (byte) value;
      case 4 -> Bytes.putInt(out.array, at, (int) value);
      default -> Bytes.putLong(out.array, at, value);
    }
  }

  /** Sets a value that is not fixed; columns are set in ascending order. */
  void set(Bytes out, int start, int column, byte[] from, int at, int length) {
    notNull(out, start, column);
    Bytes.putInt(out.array, start + slots[column], out.size - start);
    Bytes.putInt(out.array, start + slots[column] + 4, length);
    out.add(from, at, length);
  }

  private static void notNull(Bytes out, int start, int column) {
    out.array[start + (column >> 3)] &= (byte) ~(1 << (column & 7));
  }

  boolean isNull(byte[] row, int start, int column) {
    return (row[start + (column >> 3)] & (1 << (column & 7))) != 0;
  }

  long getLong(byte[] row, int start, int column) {
    int at = start + slots[column];
    return switch (types.get(column).kind().width) {
      case 1 -> row[at];
      case 4 -> Bytes.getInt(row, at);
      default -> Bytes.getLong(row, at);
    };
  }

  /** Where the bytes of a value that is not fixed begin. */
  int offset(byte[] row, int start, int column) {
    return start + Bytes.getInt(row, start + slots[column]);
  }

  int length(byte[] row, int start, int column) {
    return Bytes.getInt(row, start + slots[column] + 4);
  }

  /** Whether one column is equal in two payloads; doubles are compared by their bits. */
  boolean same(int column, byte[] a, int aStart, byte[] b, int bStart) {
    boolean isNull = isNull(a, aStart, column);
    if (isNull || isNull(b, bStart, column)) {
      return isNull && isNull(b, bStart, column);
    }
    if (types.get(column).fixed()) {
      return getLong(a, aStart, column) == getLong(b, bStart, column);
    }
    int aAt = offset(a, aStart, column);
    int bAt = offset(b, bStart, column);
    return SortableBytes.compare(
            a, aAt, aAt + length(a, aStart, column), b, bAt, bAt + length(b, bStart, column))
        == 0;
  }

  /** Compares one column of two payloads that is null in neither; not for floating numbers. */
  int compare(int column, byte[] a, int aStart, byte[] b, int bStart) {
    ColumnType type = types.get(column);
    if (type.fixed()) {
      return Long.compare(getLong(a, aStart, column), getLong(b, bStart, column));
    }
    int aAt = offset(a, aStart, column);
    int bAt = offset(b, bStart, column);
    if (type.kind() == Kind.DECIMAL && a[aAt] != b[bAt]) {
      return Byte.compare(a[aAt], b[bAt]); // The first byte has the sign.
    }
    return SortableBytes.compare(
        a, aAt, aAt + length(a, aStart, column), b, bAt, bAt + length(b, bStart, column));
  }

  /** Sets a column of the payload that {@link #begin} started last to that of another payload. */
  void copy(int column, byte[] from, int fromStart, Bytes out, int start) {
    if (isNull(from, fromStart, column)) {
      return;
    }
    if (types.get(column).fixed()) {
      set(out, start, column, getLong(from, fromStart, column));
    } else {
      int at = offset(from, fromStart, column);
      set(out, start, column, from, at, length(from, fromStart, column));
    }
  }

  /** Appends the sortable form of a column; {@code nullable} puts a byte before it. */
  void addSortable(Bytes out, byte[] row, int start, int column, boolean nullable) {
    if (nullable) {
      boolean isNull = isNull(row, start, column);
      out.add(isNull ? 0 : 1);
      if (isNull) {
        return;
      }
    }
    ColumnType type = types.get(column);
    if (type.fixed()) {
      SortableBytes.add(out, type, getLong(row, start, column));
    } else {
      SortableBytes.add(out, type, row, offset(row, start, column), length(row, start, column));
    }
  }
}
