package io.beamhouse.io.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;

/** A row that was read, or a quarantined one in its place. */
record Outcome(boolean good, Row row) {
  static final class OutcomeCoder extends CustomCoder<Outcome> {
    private final RowCoder good;
    private final RowCoder bad;

    OutcomeCoder(Schema schema) {
      this.good = RowCoder.of(schema);
      this.bad = RowCoder.of(ReadTask.QUARANTINED);
    }

    @Override
    public void encode(Outcome outcome, OutputStream out) throws IOException {
      out.write(outcome.good() ? 1 : 0);
      (outcome.good() ? good : bad).encode(outcome.row(), out);
    }

    @Override
    public Outcome decode(InputStream in) throws IOException {
      boolean isGood = in.read() == 1;
      return new Outcome(isGood, (isGood ? good : bad).decode(in));
    }
  }
}
