package io.beamhouse.testing;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.row.RowTypes;
import java.io.Serializable;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.Row;

/**
 * Rows of one schema, written briefly: small numbers as {@code int}, decimals and times as text,
 * nested rows as lists. Immutable.
 *
 * <pre>{@code
 * Rows users = Rows.of(schema)
 *     .row(1, "Ann", "12.50", "2024-01-31T10:00:00Z")
 *     .row(2, "Bob", null, null);
 * pipeline.apply(users.create());
 * }</pre>
 */
@Evolving
public final class Rows implements Iterable<Row>, Serializable {
  private final Schema schema;
  private final List<Row> rows;

  private Rows(Schema schema, List<Row> rows) {
    this.schema = schema;
    this.rows = List.copyOf(rows);
  }

  /** Starts with no row. */
  public static Rows of(Schema schema) {
    return new Rows(schema, List.of());
  }

  /**
   * Adds a row.
   *
   * @param values in the order of the schema; null for a null
   * @throws IllegalArgumentException when a value does not fit its field
   */
  public Rows row(Object... values) {
    List<Row> more = new ArrayList<>(rows);
    more.add(convertRow(schema, Arrays.asList(values)));
    return new Rows(schema, more);
  }

  /** Adds all rows of {@code others}, which must have the same schema. */
  public Rows and(Iterable<Row> others) {
    List<Row> more = new ArrayList<>(rows);
    others.forEach(more::add);
    return new Rows(schema, more);
  }

  public Schema schema() {
    return schema;
  }

  public List<Row> list() {
    return rows;
  }

  /** Returns the source of a pipeline that holds these rows. */
  public Create.Values<Row> create() {
    return Create.of(rows).withRowSchema(schema);
  }

  @Override
  public Iterator<Row> iterator() {
    return rows.iterator();
  }

  @Override
  public String toString() {
    return RowTable.render(rows, Integer.MAX_VALUE);
  }

  private static Row convertRow(Schema schema, List<?> values) {
    if (values.size() != schema.getFieldCount()) {
      throw new IllegalArgumentException(
          values.size() + " values for the fields " + schema.getFieldNames());
    }
    List<Object> converted = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      FieldType type = schema.getField(i).getType();
      try {
        converted.add(convert(type, values.get(i)));
      } catch (RuntimeException e) {
        throw new IllegalArgumentException(
            "'" + values.get(i) + "' is no value of field " + schema.getField(i), e);
      }
    }
    try {
      return Row.withSchema(schema).addValues(converted).build();
    } catch (ClassCastException e) {
      throw new IllegalArgumentException(
          values + " do not fit the fields " + schema.getFieldNames() + ": " + e.getMessage(), e);
    }
  }

  private static Object convert(FieldType type, Object value) {
    if (value == null) {
      return null;
    }
    return switch (type.getTypeName()) {
      case BYTE -> value instanceof Integer number ? Byte.valueOf(number.toString()) : value;
      case INT16 -> value instanceof Integer number ? Short.valueOf(number.toString()) : value;
      case INT64 -> value instanceof Integer number ? Long.valueOf(number) : value;
      case FLOAT -> value instanceof Integer number ? Float.valueOf(number) : value;
      case DOUBLE -> value instanceof Integer number ? Double.valueOf(number) : value;
      case DECIMAL -> value instanceof String text ? new BigDecimal(text) : value;
      case DATETIME -> value instanceof String text ? org.joda.time.Instant.parse(text) : value;
      case LOGICAL_TYPE -> value instanceof String text ? parse(type, text) : value;
      case ROW -> value instanceof List<?> list ? convertRow(type.getRowSchema(), list) : value;
      case ARRAY, ITERABLE -> {
        List<Object> list = new ArrayList<>();
        ((Iterable<?>) value)
            .forEach(one -> list.add(convert(type.getCollectionElementType(), one)));
        yield list;
      }
      case MAP -> {
        Map<Object, Object> map = new LinkedHashMap<>();
        ((Map<?, ?>) value)
            .forEach(
                (k, v) ->
                    map.put(convert(type.getMapKeyType(), k), convert(type.getMapValueType(), v)));
        yield map;
      }
      default -> value;
    };
  }

  private static Object parse(FieldType type, String text) {
    if (RowTypes.isFixedDecimal(type)) {
      return new BigDecimal(text);
    }
    if (RowTypes.is(type, RowTypes.TIMESTAMP)) {
      return Instant.parse(text);
    }
    if (RowTypes.is(type, RowTypes.LOCAL_DATETIME)) {
      return LocalDateTime.parse(text);
    }
    if (RowTypes.is(type, RowTypes.DATE)) {
      return LocalDate.parse(text);
    }
    if (RowTypes.is(type, RowTypes.TIME)) {
      return LocalTime.parse(text);
    }
    return RowTypes.is(type, RowTypes.UUID) ? UUID.fromString(text) : text;
  }
}
