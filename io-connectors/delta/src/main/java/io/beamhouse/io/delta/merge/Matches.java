package io.beamhouse.io.delta.merge;

import java.util.Arrays;

/**
 * Rows of a row group that a change has the key of, or a parent, ascending, and what becomes of
 * each.
 */
final class Matches {
  /** Stays as it is, and settles no change. */
  static final byte NONE = 0;

  /** The stored row is newer. */
  static final byte STALE = 1;

  static final byte UNCHANGED = 2;
  static final byte UPDATED = 3;
  static final byte DELETED = 4;

  /** The change belongs to another partition: dropped here, inserted there. */
  static final byte MOVED = 5;

  /** Not among the new children of its parent. */
  static final byte REMOVED = 6;

  /** The stored row is newer and stays, with values that the change has for combined columns. */
  static final byte COMBINED = 7;

  int[] rows = new int[16];
  int[] ordinals = new int[16];
  byte[] outcomes = new byte[16];

  /** The changes, where they are kept. */
  byte[][] changes = new byte[16][];

  int size;

  void add(int row, int ordinal, byte outcome, byte[] change) {
    if (size == rows.length) {
      rows = Arrays.copyOf(rows, 2 * size);
      ordinals = Arrays.copyOf(ordinals, 2 * size);
      outcomes = Arrays.copyOf(outcomes, 2 * size);
      changes = Arrays.copyOf(changes, 2 * size);
    }
    rows[size] = row;
    ordinals[size] = ordinal;
    outcomes[size] = outcome;
    changes[size++] = change;
  }

  boolean alters(int index) {
    return outcomes[index] >= UPDATED;
  }

  /** Whether the row stays, with other values. */
  boolean replaces(int index) {
    return outcomes[index] == UPDATED || outcomes[index] == COMBINED;
  }

  boolean alters() {
    for (int i = 0; i < size; i++) {
      if (alters(i)) {
        return true;
      }
    }
    return false;
  }

  /** The index of the first match at or after {@code row}. */
  int from(int row) {
    int found = Arrays.binarySearch(rows, 0, size, row);
    return found < 0 ? -found - 1 : found;
  }
}
