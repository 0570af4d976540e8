package io.beamhouse.io.delta.merge;

import java.util.Arrays;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Rows to change or to drop, ascending by row; the end is marked by a row that never comes. */
final class Edits {
  private int[] rows = new int[16];
  private byte[][] changes = new byte[16][];
  private boolean[] late = new boolean[16];
  private int size;
  private int dropped;

  /**
   * @param late whether the row keeps what is not combined
   */
  void replace(int row, byte[] change, boolean late) {
    add(row, change, late);
  }

  void drop(int row) {
    add(row, null, false);
    dropped++;
  }

  private void add(int row, byte @Nullable [] change, boolean isLate) {
    if (size == rows.length) {
      rows = Arrays.copyOf(rows, 2 * size);
      changes = Arrays.copyOf(changes, 2 * size);
      late = Arrays.copyOf(late, 2 * size);
    }
    rows[size] = row;
    late[size] = isLate;
    changes[size++] = change;
  }

  int row(int index) {
    return index < size ? rows[index] : Integer.MAX_VALUE;
  }

  /** Null for a row that is dropped. */
  byte @Nullable [] change(int index) {
    return changes[index];
  }

  /** Whether the row keeps what is not combined. */
  boolean isLate(int index) {
    return late[index];
  }

  int rowsLeft(int rowsBefore) {
    return rowsBefore - dropped;
  }
}
