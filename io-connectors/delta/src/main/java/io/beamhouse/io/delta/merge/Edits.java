package io.beamhouse.io.delta.merge;

import java.util.Arrays;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Rows to replace or to drop, ascending by row; the end is marked by a row that never comes. */
final class Edits {
  private int[] rows = new int[16];
  private byte[][] changes = new byte[16][];
  private int size;
  private int dropped;

  void replace(int row, byte[] change) {
    add(row, change);
  }

  void drop(int row) {
    add(row, null);
    dropped++;
  }

  private void add(int row, byte @Nullable [] change) {
    if (size == rows.length) {
      rows = Arrays.copyOf(rows, 2 * size);
      changes = Arrays.copyOf(changes, 2 * size);
    }
    rows[size] = row;
    changes[size++] = change;
  }

  int row(int index) {
    return index < size ? rows[index] : Integer.MAX_VALUE;
  }

  /** Null for a row that is dropped. */
  byte @Nullable [] change(int index) {
    return changes[index];
  }

  int rowsLeft(int rowsBefore) {
    return rowsBefore - dropped;
  }
}
