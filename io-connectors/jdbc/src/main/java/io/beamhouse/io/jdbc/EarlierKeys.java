package io.beamhouse.io.jdbc;

import io.beamhouse.core.row.RowTypes;
import io.beamhouse.io.core.increment.EarlierRows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;

/** The keys that a lost state knew, taken from what its runs captured. */
final class EarlierKeys {
  private final Shape shape;
  private final EarlierRows rows;
  private final KeyCodec codec;

  EarlierKeys(Shape shape, EarlierRows rows) {
    this.shape = shape;
    this.rows = rows;
    this.codec = new KeyCodec(shape.keys());
  }

  /**
   * Whether the rows have the table's keys and cursor with their types, and say what is deleted.
   */
  boolean known() {
    return rows.schema()
        .filter(
            schema ->
                schema.hasField(TableRead.DELETED)
                    && Stream.concat(shape.keys().stream(), Stream.of(shape.cursor()))
                        .allMatch(column -> same(schema, column)))
        .isPresent();
  }

  private static boolean same(Schema schema, Column column) {
    return schema.hasField(column.name())
        && RowTypes.equal(
            schema.getField(column.name()).getType().withNullable(false),
            column.type().withNullable(false));
  }

  long count() {
    long[] count = {0};
    rows.forEach(row -> count[0]++);
    return count[0];
  }

  void write(KeyBuckets live, KeyBuckets gone) throws IOException {
    try {
      rows.forEach(row -> write(row, Boolean.TRUE.equals(deleted(row)) ? gone : live));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static Boolean deleted(Row row) {
    return row.getBoolean(TableRead.DELETED);
  }

  private void write(Row row, KeyBuckets to) {
    List<Object> key =
        shape.keys().stream().map(column -> (Object) row.getValue(column.name())).toList();
    Object cursor = row.getValue(shape.cursor().name());
    try {
      to.write(codec.encode(key), cursor == null ? null : TypedText.of(cursor));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
