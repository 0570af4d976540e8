package io.beamhouse.io.core.staging;

import io.beamhouse.core.Internal;
import io.beamhouse.core.rowwise.Tally;

/** Tallies as records beside those of a staging, so that they reach its committer. */
@Internal
public final class TallyRecords {
  /** The key of records that hold a tally. */
  public static final int KEY = -1;

  private TallyRecords() {}

  /** A tally of nothing, for a record whose only use is that it must come first. */
  public static byte[] nothing() {
    return encode(new Tally());
  }

  static byte[] encode(Tally tally) {
    return RecordBytes.encode(Tally.class, tally);
  }

  public static Tally decode(byte[] record) {
    return RecordBytes.decode(Tally.class, record);
  }
}
