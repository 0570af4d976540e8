package io.beamhouse.io.jdbc;

import io.beamhouse.core.row.RowTypes;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.beam.sdk.schemas.Schema.FieldType;

/** How a column's values become a field's: the type and the way to read it without loss. */
record ColumnType(FieldType type, ValueOf valueOf) {
  /** Reads one value; null for NULL. */
  @FunctionalInterface
  interface ValueOf {
    Object read(ResultSet row, int index) throws SQLException;
  }

  /** A value that the field type cannot hold; the message names the kind, never the value. */
  static final class Unrepresentable extends RuntimeException {
    Unrepresentable(String what) {
      super(what);
    }
  }

  static final ColumnType BOOLEAN =
      new ColumnType(FieldType.BOOLEAN, (r, i) -> orNull(r, r.getBoolean(i)));
  static final ColumnType INT16 =
      new ColumnType(FieldType.INT16, (r, i) -> orNull(r, r.getShort(i)));
  static final ColumnType INT32 = new ColumnType(FieldType.INT32, (r, i) -> orNull(r, r.getInt(i)));
  static final ColumnType INT64 =
      new ColumnType(FieldType.INT64, (r, i) -> orNull(r, r.getLong(i)));
  static final ColumnType FLOAT =
      new ColumnType(FieldType.FLOAT, (r, i) -> orNull(r, r.getFloat(i)));
  static final ColumnType DOUBLE =
      new ColumnType(FieldType.DOUBLE, (r, i) -> orNull(r, r.getDouble(i)));
  static final ColumnType STRING = new ColumnType(FieldType.STRING, ResultSet::getString);
  static final ColumnType BYTES = new ColumnType(FieldType.BYTES, ResultSet::getBytes);
  static final ColumnType UUID_TYPE =
      new ColumnType(RowTypes.UUID, (r, i) -> r.getObject(i, UUID.class));
  static final ColumnType UUID_TEXT = new ColumnType(RowTypes.UUID, ColumnType::uuidOfText);
  static final ColumnType DATE = new ColumnType(RowTypes.DATE, ColumnType::date);
  static final ColumnType TIME = new ColumnType(RowTypes.TIME, ColumnType::time);
  static final ColumnType LOCAL_DATETIME =
      new ColumnType(RowTypes.LOCAL_DATETIME, ColumnType::localDateTime);
  static final ColumnType TIMESTAMP = new ColumnType(RowTypes.TIMESTAMP, ColumnType::instant);

  /** An exact decimal; a value with more digits is refused, never rounded. */
  static ColumnType decimal(int precision, int scale) {
    return new ColumnType(
        RowTypes.decimal(precision, scale),
        (r, i) -> {
          Object value = r.getObject(i);
          return value == null ? null : fitted(exact(value), precision, scale);
        });
  }

  /** A one-dimensional array of {@code element}, whose elements may be null. */
  static ColumnType arrayOf(FieldType element) {
    return new ColumnType(
        FieldType.array(element.withNullable(true)), (r, i) -> elements(r.getArray(i), element));
  }

  private static Object orNull(ResultSet row, Object value) throws SQLException {
    return row.wasNull() ? null : value;
  }

  private static Object uuidOfText(ResultSet row, int index) throws SQLException {
    String text = row.getString(index);
    return text == null ? null : UUID.fromString(text);
  }

  private static Object date(ResultSet row, int index) throws SQLException {
    LocalDate value = row.getObject(index, LocalDate.class);
    if (LocalDate.MAX.equals(value) || LocalDate.MIN.equals(value)) {
      throw new Unrepresentable("an infinite date");
    }
    return value;
  }

  private static Object time(ResultSet row, int index) throws SQLException {
    LocalTime value = row.getObject(index, LocalTime.class);
    if (LocalTime.MAX.equals(value)) {
      throw new Unrepresentable("the time 24:00:00");
    }
    return micros(value, value == null ? 0 : value.getNano());
  }

  private static Object localDateTime(ResultSet row, int index) throws SQLException {
    LocalDateTime value = row.getObject(index, LocalDateTime.class);
    if (LocalDateTime.MAX.equals(value) || LocalDateTime.MIN.equals(value)) {
      throw new Unrepresentable("an infinite timestamp");
    }
    return micros(value, value == null ? 0 : value.getNano());
  }

  private static Object instant(ResultSet row, int index) throws SQLException {
    OffsetDateTime value = row.getObject(index, OffsetDateTime.class);
    if (value == null) {
      return null;
    }
    if (value.equals(OffsetDateTime.MAX) || value.equals(OffsetDateTime.MIN)) {
      throw new Unrepresentable("an infinite timestamp");
    }
    return micros(value.toInstant(), value.getNano());
  }

  private static Object micros(Object value, int nanos) {
    if (nanos % 1000 != 0) {
      throw new Unrepresentable("a time finer than a microsecond");
    }
    return value;
  }

  private static BigDecimal exact(Object value) {
    if (value instanceof BigDecimal decimal) {
      return decimal;
    }
    if (value instanceof Double || value instanceof Float) {
      throw new Unrepresentable("NaN or an infinity");
    }
    return new BigDecimal(value.toString());
  }

  private static BigDecimal fitted(BigDecimal value, int precision, int scale) {
    BigDecimal result;
    try {
      result = value.setScale(scale);
    } catch (ArithmeticException e) {
      throw new Unrepresentable("more than " + scale + " digits after the point");
    }
    if (result.precision() > precision) {
      throw new Unrepresentable("more than " + precision + " digits");
    }
    return result;
  }

  private static Object elements(Array array, FieldType element) throws SQLException {
    if (array == null) {
      return null;
    }
    List<Object> values = new ArrayList<>();
    for (Object value : (Object[]) array.getArray()) {
      values.add(value == null ? null : element(value, element));
    }
    array.free();
    return values;
  }

  private static Object element(Object value, FieldType type) {
    if (value instanceof Object[]) {
      throw new Unrepresentable("an array of more than one dimension");
    }
    if (RowTypes.isFixedDecimal(type)) {
      return fitted(exact(value), RowTypes.precision(type), RowTypes.scale(type));
    }
    if (RowTypes.is(type, RowTypes.TIMESTAMP) && value instanceof Timestamp timestamp) {
      Instant instant = timestamp.toInstant();
      return micros(instant, instant.getNano());
    }
    return switch (type.getTypeName()) {
      case INT16 -> ((Number) value).shortValue();
      case STRING -> value.toString();
      default -> value;
    };
  }
}
