package io.beamhouse.io.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;

/** A row that was read, or a quarantined one in its place, or the counts of a file at its end. */
record Outcome(Kind kind, Row row) {
  /** What the row is. */
  enum Kind {
    BAD,
    GOOD,
    COUNTS
  }

  /** The counts of a file: its records, and how many of them were bad. */
  static final Schema COUNTS =
      Schema.builder()
          .addStringField("file")
          .addInt64Field("rows")
          .addInt64Field("rejected")
          .build();

  boolean good() {
    return kind == Kind.GOOD;
  }

  static final class OutcomeCoder extends CustomCoder<Outcome> {
    private static final Kind[] KINDS = Kind.values();

    private final RowCoder[] coders = new RowCoder[KINDS.length];

    OutcomeCoder(Schema schema) {
      coders[Kind.GOOD.ordinal()] = RowCoder.of(schema);
      coders[Kind.BAD.ordinal()] = RowCoder.of(ReadTask.QUARANTINED);
      coders[Kind.COUNTS.ordinal()] = RowCoder.of(COUNTS);
    }

    @Override
    public void encode(Outcome outcome, OutputStream out) throws IOException {
      out.write(outcome.kind().ordinal());
      coders[outcome.kind().ordinal()].encode(outcome.row(), out);
    }

    @Override
    public Outcome decode(InputStream in) throws IOException {
      int kind = in.read();
      if (kind < 0) {
        throw new IOException("cut short");
      }
      return new Outcome(KINDS[kind], coders[kind].decode(in));
    }
  }
}
