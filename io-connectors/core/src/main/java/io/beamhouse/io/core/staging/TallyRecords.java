package io.beamhouse.io.core.staging;

import io.beamhouse.core.Internal;
import io.beamhouse.core.rowwise.Tally;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.util.CoderUtils;

/** Tallies as records beside those of a staging, so that they reach its committer. */
@Internal
public final class TallyRecords {
  /** The key of records that hold a tally. */
  public static final int KEY = -1;

  private static final SerializableCoder<Tally> CODER = SerializableCoder.of(Tally.class);

  private TallyRecords() {}

  static byte[] encode(Tally tally) {
    try {
      return CoderUtils.encodeToByteArray(CODER, tally);
    } catch (IOException e) {
      throw new UncheckedIOException("a tally cannot be written down", e);
    }
  }

  public static Tally decode(byte[] record) {
    try {
      return CoderUtils.decodeFromByteArray(CODER, record);
    } catch (IOException e) {
      throw new UncheckedIOException("a tally cannot be read", e);
    }
  }
}
