package io.beamhouse.io.delta.merge;

import java.io.Serializable;

/**
 * What became of changes; every change is counted once.
 *
 * @param removed stored rows that were not among the new children of their parent; no changes
 */
record MergeCounts(
    long inserted, long updated, long deleted, long unchanged, long superseded, long removed)
    implements Serializable {
  static final MergeCounts NONE = new MergeCounts(0, 0, 0, 0, 0, 0);

  MergeCounts plus(MergeCounts other) {
    return new MergeCounts(
        inserted + other.inserted,
        updated + other.updated,
        deleted + other.deleted,
        unchanged + other.unchanged,
        superseded + other.superseded,
        removed + other.removed);
  }

  /** The changes. */
  long total() {
    return inserted + updated + deleted + unchanged + superseded;
  }
}
