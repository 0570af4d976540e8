package io.beamhouse.io.jdbc;

import io.beamhouse.core.row.RowTypes;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.UUID;
import org.apache.beam.sdk.schemas.Schema.FieldType;

/** Values of bounds as full-precision text, and back as typed parameters. */
final class TypedText {
  private TypedText() {}

  /** Whether bounds of this type can be written down and compared by the database. */
  static boolean supports(Column column) {
    FieldType type = column.type();
    if (column.databaseType().matches("oid|char|citext|json|jsonb")) {
      return false;
    }
    return switch (type.getTypeName()) {
      case INT16, INT32, INT64, BYTES -> true;
      case STRING ->
          column.databaseType().matches("text|bpchar|name|n?varchar2?|n?char.*|character.*");
      case LOGICAL_TYPE -> !RowTypes.is(type, RowTypes.TIME);
      default -> false;
    };
  }

  /** Whether values of this type can be looked up one by one. */
  static boolean canBeLookedUp(Column column) {
    return switch (column.type().getTypeName()) {
      case INT16, INT32, INT64, BYTES, STRING -> true;
      case LOGICAL_TYPE -> !RowTypes.is(column.type(), RowTypes.TIME);
      default -> false;
    };
  }

  static String of(Object value) {
    if (value instanceof byte[] bytes) {
      return HexFormat.of().formatHex(bytes);
    }
    return value instanceof BigDecimal decimal ? decimal.toPlainString() : value.toString();
  }

  static Object value(String text, FieldType type) {
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
    if (RowTypes.is(type, RowTypes.UUID)) {
      return UUID.fromString(text);
    }
    return switch (type.getTypeName()) {
      case INT16 -> Short.valueOf(text);
      case INT32 -> Integer.valueOf(text);
      case INT64 -> Long.valueOf(text);
      case BYTES -> HexFormat.of().parseHex(text);
      case STRING -> text;
      default -> throw new IllegalArgumentException("no bound of type " + type);
    };
  }

  static void bind(PreparedStatement statement, int index, String text, Column column)
      throws SQLException {
    Object value =
        switch (column.type().getTypeName()) {
          // A bound may lie beyond the column's own range.
          case INT16, INT32, INT64 -> Long.valueOf(text);
          default -> value(text, column.type());
        };
    if (value instanceof Instant instant) {
      statement.setObject(index, instant.atOffset(ZoneOffset.UTC));
    } else if (value instanceof Long number) {
      statement.setLong(index, number);
    } else if (value instanceof BigDecimal decimal) {
      statement.setBigDecimal(index, decimal);
    } else if (value instanceof byte[] bytes) {
      statement.setBytes(index, bytes);
    } else if (value instanceof String string) {
      statement.setString(index, string);
    } else if (column.databaseType().equals("uniqueidentifier")) {
      statement.setString(index, text);
    } else {
      statement.setObject(index, value);
    }
  }
}
