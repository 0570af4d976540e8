package io.beamhouse.io.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Oracle 12c and later; its SQL text is tested against H2's mode only. */
enum OracleDialect implements Dialect {
  INSTANCE;

  private static final int BINARY_FLOAT = 100;
  private static final int BINARY_DOUBLE = 101;
  private static final int TIMESTAMP_TZ = -101;
  private static final int TIMESTAMP_LTZ = -102;

  @Override
  public String fold(String identifier) {
    return identifier.toUpperCase(Locale.ROOT);
  }

  @Override
  public Map<String, String> timeouts(Duration connect, Duration socket) {
    return Map.of(
        "oracle.net.CONNECT_TIMEOUT", String.valueOf(connect.toMillis()),
        "oracle.jdbc.ReadTimeout", String.valueOf(socket.toMillis()),
        "v$session.program", "beamhouse");
  }

  @Override
  public Optional<ColumnType> type(Column.Description column, NumericPolicy numeric) {
    if (column.jdbcType() == TIMESTAMP_TZ || column.jdbcType() == TIMESTAMP_LTZ) {
      return Optional.of(ColumnType.TIMESTAMP);
    }
    if (column.jdbcType() == BINARY_FLOAT) {
      return Optional.of(ColumnType.FLOAT);
    }
    if (column.jdbcType() == BINARY_DOUBLE) {
      return Optional.of(ColumnType.DOUBLE);
    }
    return switch (column.typeName()) {
      // NUMBER without precision: the driver says 0 and -127.
      case "number" ->
          column.scale() == -127
              ? numeric.columnType()
              : numeric.fixed(column.precision(), column.scale());
      case "varchar2", "nvarchar2", "nchar", "clob", "nclob" -> Optional.of(ColumnType.STRING);
      case "raw", "blob" -> Optional.of(ColumnType.BYTES);
      // An Oracle DATE has a time of day.
      case "date", "timestamp" -> Optional.of(ColumnType.LOCAL_DATETIME);
      case "long", "long raw", "rowid", "urowid", "bfile", "sdo_geometry" -> Optional.empty();
      default -> GenericDialect.INSTANCE.type(column, numeric);
    };
  }

  @Override
  public String parameter(Column column) {
    // A TIMESTAMP parameter would convert the column and lose its index.
    return column.databaseType().equals("date") ? "CAST(? AS DATE)" : "?";
  }

  @Override
  public String upsert(String table, WriteColumns columns) {
    return Merges.merge(
        this,
        table,
        columns,
        Merges.parameters(this, columns),
        Merges.newer(this, columns, " WHERE ", "s"));
  }

  @Override
  public String upsertFrom(String stage, String table, WriteColumns columns) {
    return Merges.merge(
        this,
        table,
        columns,
        Merges.part(this, stage, columns),
        Merges.newer(this, columns, " WHERE ", "s"));
  }

  @Override
  public String dual() {
    return " FROM dual";
  }

  @Override
  public String castType(Column column) {
    // A cast to the column's own length would cut; the column itself refuses.
    return column.databaseType().matches("n?varchar2?|n?char|character.*")
        ? "VARCHAR2(4000)"
        : column.bareType();
  }

  @Override
  public String bigint() {
    return "NUMBER(19)";
  }

  @Override
  public String now() {
    return "SELECT SYSTIMESTAMP FROM dual";
  }

  @Override
  public SqlFailures.Kind kind(SQLException e) {
    return switch (e.getErrorCode()) {
      case 1017, 28000, 28001 -> SqlFailures.Kind.LOGIN;
      case 942 -> SqlFailures.Kind.NO_TABLE;
      case 904 -> SqlFailures.Kind.NO_COLUMN;
      case 1031 -> SqlFailures.Kind.DENIED;
      case 1033, 1034, 1089, 1090, 12514, 12505, 12541, 17002, 17410, 3113, 3114, 3135 ->
          SqlFailures.Kind.UNREACHABLE;
      case 28 -> SqlFailures.Kind.SHUTDOWN;
      case 1013 -> SqlFailures.Kind.TIMEOUT;
      case 60, 8177, 1555 -> SqlFailures.Kind.CONFLICT;
      case 18, 20, 12519, 12520 -> SqlFailures.Kind.BUSY;
      default -> SqlFailures.byState(e);
    };
  }
}
