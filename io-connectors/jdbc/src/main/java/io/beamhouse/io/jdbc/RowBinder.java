package io.beamhouse.io.jdbc;

import io.beamhouse.core.row.RowTypes;
import java.io.Serializable;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.Schema.TypeName;
import org.apache.beam.sdk.values.Row;

/** Puts the fields of a row into parameters; what would be cut or rounded is refused instead. */
record RowBinder(List<Column> columns) implements Serializable {
  private static final Set<TypeName> INTEGERS =
      Set.of(TypeName.BYTE, TypeName.INT16, TypeName.INT32, TypeName.INT64);

  /** A row that the table cannot hold; the message holds no value. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    Refused(String message) {
      super(message);
    }
  }

  /** What is wrong with writing fields of {@code from} to {@code to}, or nothing. */
  static Optional<String> mismatch(FieldType from, Column to) {
    return accepts(from, to.type())
        ? Optional.empty()
        : Optional.of(
            "field '"
                + to.name()
                + "' has type "
                + name(from)
                + ", which does not fit the column's "
                + to.databaseType());
  }

  private static String name(FieldType type) {
    return type.getTypeName().isLogicalType()
        ? type.getLogicalType().getIdentifier()
        : type.getTypeName().name();
  }

  private static boolean accepts(FieldType from, FieldType to) {
    boolean decimal = RowTypes.isFixedDecimal(to);
    return switch (from.getTypeName()) {
      case BYTE, INT16, INT32, INT64 -> decimal || INTEGERS.contains(to.getTypeName());
      case DECIMAL -> decimal || to.getTypeName().isStringType();
      case FLOAT -> to.getTypeName().equals(from.getTypeName()) || isDouble(to);
      case DOUBLE -> isDouble(to);
      // Databases without a boolean keep 0 and 1.
      case BOOLEAN -> to.getTypeName().equals(from.getTypeName()) || decimal;
      case STRING -> to.getTypeName().isStringType() || RowTypes.is(to, RowTypes.UUID);
      case BYTES -> to.getTypeName().equals(from.getTypeName());
      case DATETIME -> RowTypes.is(to, RowTypes.TIMESTAMP);
      case ARRAY, ITERABLE ->
          to.getTypeName().isCollectionType()
              && accepts(from.getCollectionElementType(), to.getCollectionElementType());
      case LOGICAL_TYPE ->
          RowTypes.isFixedDecimal(from)
              ? decimal || to.getTypeName().isStringType()
              : RowTypes.is(from, to)
                  || (RowTypes.is(from, RowTypes.UUID) && to.getTypeName().isStringType());
      default -> false;
    };
  }

  private static boolean isDouble(FieldType type) {
    return type.equals(FieldType.DOUBLE);
  }

  void bind(PreparedStatement statement, Row row, int first) throws SQLException, Refused {
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      Object value = row.getValue(i);
      if (value == null && !column.nullable()) {
        throw new Refused("column " + column.name() + " must not be NULL");
      }
      bind(statement, first + i, value, column);
    }
  }

  private static void bind(PreparedStatement statement, int index, Object value, Column column)
      throws SQLException, Refused {
    if (value == null) {
      statement.setObject(index, null);
    } else if (value instanceof Instant instant) {
      statement.setObject(index, utc(instant, column));
    } else if (value instanceof org.joda.time.ReadableInstant instant) {
      statement.setObject(index, utc(Instant.ofEpochMilli(instant.getMillis()), column));
    } else if (value instanceof LocalDateTime time) {
      checkDigits(time.getNano(), column);
      statement.setObject(index, time);
    } else if (value instanceof LocalTime time) {
      checkDigits(time.getNano(), column);
      statement.setObject(index, time);
    } else if (value instanceof BigDecimal decimal) {
      statement.setBigDecimal(index, fitted(decimal, column));
    } else if (value instanceof Boolean flag && RowTypes.isFixedDecimal(column.type())) {
      statement.setInt(index, flag ? 1 : 0);
    } else if (value instanceof Byte || value instanceof Short) {
      statement.setInt(index, ((Number) value).intValue());
    } else if (value instanceof Collection<?> elements) {
      statement.setArray(index, array(statement.getConnection(), elements, column));
    } else if (value instanceof String text) {
      statement.setString(index, text);
    } else if (value instanceof byte[] bytes) {
      statement.setBytes(index, bytes);
    } else {
      statement.setObject(index, value);
    }
  }

  private static java.sql.Array array(Connection connection, Collection<?> elements, Column column)
      throws SQLException {
    return connection.createArrayOf(
        column.databaseType().replaceFirst("^_", ""), elements.toArray());
  }

  private static OffsetDateTime utc(Instant instant, Column column) throws Refused {
    checkDigits(instant.getNano(), column);
    return instant.atOffset(ZoneOffset.UTC);
  }

  private static void checkDigits(int nanos, Column column) throws Refused {
    long unit = (long) Math.pow(10, 9 - column.secondDigits());
    if (nanos % unit != 0) {
      throw new Refused("column " + column.name() + " keeps fewer digits of the second");
    }
  }

  private static BigDecimal fitted(BigDecimal value, Column column) throws Refused {
    if (RowTypes.isFixedDecimal(column.type())
        && value.stripTrailingZeros().scale() > RowTypes.scale(column.type())) {
      throw new Refused("column " + column.name() + " keeps fewer digits after the point");
    }
    return value;
  }
}
