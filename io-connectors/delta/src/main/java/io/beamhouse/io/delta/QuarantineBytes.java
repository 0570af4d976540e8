package io.beamhouse.io.delta;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;

/** Rows of the quarantine table as bytes that can be shuffled. */
final class QuarantineBytes {
  private static final RowCoder CODER = RowCoder.of(QuarantineTable.SCHEMA);

  private QuarantineBytes() {}

  static byte[] of(Row row) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      CODER.encode(row, bytes);
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("a row in memory cannot be written down", e);
    }
  }

  static Row row(byte[] bytes) {
    try {
      return CODER.decode(new ByteArrayInputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException("a row in memory cannot be read", e);
    }
  }

  /** The same row with another value in one column. */
  static Row with(Row row, String column, Object value) {
    Schema schema = QuarantineTable.SCHEMA;
    Object[] values = row.getValues().toArray();
    values[schema.indexOf(column)] = value;
    return Row.withSchema(schema).attachValues(values);
  }
}
