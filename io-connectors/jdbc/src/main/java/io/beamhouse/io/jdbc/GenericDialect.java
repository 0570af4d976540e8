package io.beamhouse.io.jdbc;

import java.sql.Types;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Any other database with a JDBC driver, by the SQL standard; tested against H2. */
enum GenericDialect implements Dialect {
  INSTANCE;

  @Override
  public String fold(String identifier) {
    return identifier.toUpperCase(java.util.Locale.ROOT);
  }

  @Override
  public Map<String, String> timeouts(Duration connect, Duration socket) {
    return Map.of();
  }

  @Override
  public Optional<ColumnType> type(Column.Description column, NumericPolicy numeric) {
    // Some drivers say BINARY, others OTHER.
    if (column.typeName().equals("uuid")) {
      return Optional.of(ColumnType.UUID_TYPE);
    }
    return switch (column.jdbcType()) {
      case Types.BIT, Types.BOOLEAN -> Optional.of(ColumnType.BOOLEAN);
      case Types.TINYINT, Types.SMALLINT -> Optional.of(ColumnType.INT16);
      case Types.INTEGER -> Optional.of(ColumnType.INT32);
      case Types.BIGINT -> Optional.of(ColumnType.INT64);
      case Types.REAL -> Optional.of(ColumnType.FLOAT);
      case Types.FLOAT, Types.DOUBLE -> Optional.of(ColumnType.DOUBLE);
      case Types.NUMERIC, Types.DECIMAL -> numeric.fixed(column.precision(), column.scale());
      case Types.CHAR,
              Types.VARCHAR,
              Types.LONGVARCHAR,
              Types.NCHAR,
              Types.NVARCHAR,
              Types.LONGNVARCHAR,
              Types.CLOB,
              Types.NCLOB ->
          Optional.of(ColumnType.STRING);
      case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB ->
          Optional.of(ColumnType.BYTES);
      case Types.DATE -> Optional.of(ColumnType.DATE);
      case Types.TIME -> Optional.of(ColumnType.TIME);
      case Types.TIMESTAMP -> Optional.of(ColumnType.LOCAL_DATETIME);
      case Types.TIMESTAMP_WITH_TIMEZONE -> Optional.of(ColumnType.TIMESTAMP);
      default -> Optional.empty();
    };
  }

  @Override
  public String castType(Column column) {
    // A cast to the column's own length would cut; the column itself refuses.
    return column.databaseType().startsWith("character") ? "VARCHAR(32000)" : column.bareType();
  }

  @Override
  public String now() {
    return "SELECT CURRENT_TIMESTAMP";
  }
}
