package io.beamhouse.io.delta.data;

import io.beamhouse.core.row.RowTypes;
import java.time.Instant;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.Schema.TypeName;
import org.apache.beam.sdk.values.Row;
import org.joda.time.ReadableInstant;

/**
 * Turns the values of rows into those that a table holds: TIME and UUID into text, millisecond
 * timestamps into instants, columns into the table's order. Everything else stays as it is.
 */
final class StoredValues {
  private StoredValues() {}

  /** Returns a function for rows of {@code from}; columns that they lack become null. */
  static UnaryOperator<Row> rows(Schema from, Schema to) {
    int[] source = new int[to.getFieldCount()];
    List<UnaryOperator<Object>> converters = new ArrayList<>();
    boolean same = from.getFieldCount() == to.getFieldCount();
    for (int i = 0; i < source.length; i++) {
      String name = to.getField(i).getName();
      source[i] = from.hasField(name) ? from.indexOf(name) : -1;
      converters.add(
          source[i] < 0
              ? null
              : converter(from.getField(source[i]).getType(), to.getField(i).getType()));
      same &= source[i] == i && converters.get(i) == null;
    }
    if (same) {
      return UnaryOperator.identity();
    }
    return row -> {
      Object[] values = new Object[source.length];
      for (int i = 0; i < source.length; i++) {
        Object value = source[i] < 0 ? null : row.getValue(source[i]);
        UnaryOperator<Object> converter = converters.get(i);
        values[i] = value == null || converter == null ? value : converter.apply(value);
      }
      return Row.withSchema(to).attachValues(Arrays.asList(values));
    };
  }

  /** Returns a function for non-null values, or null when they stay as they are. */
  static UnaryOperator<Object> converter(FieldType from, FieldType to) {
    if (from.getTypeName() == TypeName.DATETIME) {
      return value -> Instant.ofEpochMilli(((ReadableInstant) value).getMillis());
    }
    if (RowTypes.is(from, RowTypes.TIME)) {
      return value -> DateTimeFormatter.ISO_LOCAL_TIME.format((LocalTime) value);
    }
    if (RowTypes.is(from, RowTypes.UUID)) {
      return Object::toString;
    }
    return switch (from.getTypeName()) {
      case ROW -> {
        UnaryOperator<Row> rows = rows(from.getRowSchema(), to.getRowSchema());
        yield rows == UnaryOperator.<Row>identity() ? null : value -> rows.apply((Row) value);
      }
      case ARRAY, ITERABLE ->
          Containers.elements(
              converter(from.getCollectionElementType(), to.getCollectionElementType()));
      case MAP ->
          Containers.entries(
              converter(from.getMapKeyType(), to.getMapKeyType()),
              converter(from.getMapValueType(), to.getMapValueType()));
      default -> null;
    };
  }
}
