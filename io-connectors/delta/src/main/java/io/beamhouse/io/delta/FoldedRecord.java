package io.beamhouse.io.delta;

import static io.beamhouse.io.delta.QuarantineTable.ATTEMPT;
import static io.beamhouse.io.delta.QuarantineTable.COPIES;
import static io.beamhouse.io.delta.QuarantineTable.FIRST_RUN;
import static io.beamhouse.io.delta.QuarantineTable.POSITION;
import static io.beamhouse.io.delta.QuarantineTable.RESOLVED_BY;
import static io.beamhouse.io.delta.QuarantineTable.RUN;

import java.util.Arrays;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;

/** What came in one run for one id: how often it was refused, and whether it was replayed. */
final class FoldedRecord {
  private long refused;
  private byte @Nullable [] reason;
  private @Nullable Row replayed;

  /**
   * @param row resolved when it was replayed
   * @param bytes of the row
   */
  void add(Row row, byte[] bytes) {
    if (row.getString(RESOLVED_BY) != null) {
      replayed = row;
      return;
    }
    refused++;
    // Whatever order they come in, the same one is kept.
    if (reason == null || Arrays.compare(bytes, reason) < 0) {
      reason = bytes;
    }
  }

  /** How many rows came. */
  long rows() {
    return refused + (replayed == null ? 0 : 1);
  }

  /**
   * What becomes of the row.
   *
   * @param known what the table has of it
   */
  Row change(@Nullable Row known) {
    long waiting = waiting(known);
    if (reason == null) {
      return waiting == 0 ? replayed : stillWaiting(known, waiting);
    }
    Row change = QuarantineBytes.row(reason);
    Row before = known == null ? replayed : known;
    if (before != null) {
      change = QuarantineBytes.with(change, ATTEMPT, before.getInt32(ATTEMPT) + 1);
      change = QuarantineBytes.with(change, FIRST_RUN, before.getInt64(FIRST_RUN));
    }
    if (replayed != null) {
      // A replay has numbers of its own.
      change = QuarantineBytes.with(change, RUN, before.getInt64(RUN));
    }
    return QuarantineBytes.with(change, COPIES, refused + waiting);
  }

  /** An equal record came after the replay had chosen its own. */
  private Row stillWaiting(Row known, long copies) {
    Row row = QuarantineBytes.with(replayed, RESOLVED_BY, null);
    row = QuarantineBytes.with(row, COPIES, copies);
    row = QuarantineBytes.with(row, ATTEMPT, known.getInt32(ATTEMPT));
    return QuarantineBytes.with(row, RUN, known.getInt64(RUN));
  }

  /**
   * Equal records that the table knows beside those at hand. One with a position is the same record
   * again; without one it may be another, and none is lost.
   */
  private long waiting(@Nullable Row known) {
    if (known == null
        || known.getString(RESOLVED_BY) != null
        || known.getString(POSITION) != null) {
      return 0;
    }
    long taken = replayed == null ? 0 : replayed.getInt64(COPIES);
    return Math.max(0, known.getInt64(COPIES) - taken);
  }
}
