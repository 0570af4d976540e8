package io.beamhouse.io.delta.merge;

import java.util.stream.IntStream;

/** Decides between a change and the stored row of its key. */
final class Decision {
  /** The stored columns that decide must be read whole. */
  static final byte UNDECIDED = -1;

  private final MergeShape shape;

  /** Whether a change of another sequence always differs from the stored row. */
  private final boolean sequenceIsContent;

  private final Bytes stored = new Bytes(64);

  Decision(MergeShape shape) {
    this.shape = shape;
    this.sequenceIsContent =
        IntStream.of(shape.sequence())
            .allMatch(column -> IntStream.of(shape.content()).anyMatch(c -> c == column));
  }

  /**
   * What is decided by the sequence columns; {@code row} holds at least those and the combined
   * ones.
   */
  byte bySequence(byte[] change, byte[] row) {
    if (!shape.sequenced()) {
      return Change.isParent(change)
          ? ofSibling(change)
          : Change.deletes(change) ? Matches.DELETED : UNDECIDED;
    }
    shape.addSequence(stored.clear(), row, 0);
    int order = Change.order(change);
    // Encodings are free of prefixes, so a shorter one differs before it ends.
    int end = Math.min(order + stored.size, Change.payload(change));
    int comparison = SortableBytes.compare(change, order, end, stored.array, 0, stored.size);
    if (comparison < 0) {
      return ofLate(change, row);
    }
    if (Change.isParent(change)) {
      return ofSibling(change);
    }
    if (comparison == 0) {
      return UNDECIDED;
    }
    return Change.deletes(change)
        ? Matches.DELETED
        : sequenceIsContent ? Matches.UPDATED : UNDECIDED;
  }

  /** What comes late has a part in the combined columns only. */
  private byte ofLate(byte[] change, byte[] row) {
    return shape.combining().adds(change, row) ? Matches.COMBINED : Matches.STALE;
  }

  /** Of a stored row of {@code parent} that is not among the children that came. */
  private static byte ofSibling(byte[] parent) {
    return Change.isAbsentParent(parent) ? Matches.NONE : Matches.REMOVED;
  }

  /** Decides with the whole stored row. */
  byte byContent(byte[] change, byte[] row) {
    int payload = Change.payload(change);
    if (!Change.deletes(change)
        && shape.sameContent(change, payload, row, 0)
        && !shape.combining().adds(change, row)) {
      return Matches.UNCHANGED;
    }
    // The versions of a parent are not told apart by one of its children.
    if (shape.sequenced() && !shape.perParent()) {
      shape.addSequence(stored.clear(), row, 0);
      shape.addTie(stored, false, row, 0, row.length);
      int order = Change.order(change);
      if (SortableBytes.compare(change, order, payload, stored.array, 0, stored.size) < 0) {
        return ofLate(change, row);
      }
    }
    return Change.deletes(change) ? Matches.DELETED : Matches.UPDATED;
  }
}
