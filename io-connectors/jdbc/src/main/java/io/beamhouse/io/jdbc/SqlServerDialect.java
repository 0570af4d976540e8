package io.beamhouse.io.jdbc;

import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** SQL Server 2016 and later; its SQL text is tested against H2's mode only. */
enum SqlServerDialect implements Dialect {
  INSTANCE;

  @Override
  public String quote(String identifier) {
    return '[' + identifier.replace("]", "]]") + ']';
  }

  @Override
  public String fold(String identifier) {
    return identifier;
  }

  @Override
  public Map<String, String> timeouts(Duration connect, Duration socket) {
    return Map.of(
        "loginTimeout", Dialect.seconds(connect),
        "socketTimeout", String.valueOf(socket.toMillis()),
        "applicationName", "beamhouse");
  }

  @Override
  public Optional<ColumnType> type(Column.Description column, NumericPolicy numeric) {
    return switch (column.typeName().replace(" identity", "")) {
      // tinyint is unsigned here.
      case "tinyint", "smallint" -> Optional.of(ColumnType.INT16);
      case "int" -> Optional.of(ColumnType.INT32);
      case "money" -> Optional.of(ColumnType.decimal(19, 4));
      case "smallmoney" -> Optional.of(ColumnType.decimal(10, 4));
      case "uniqueidentifier" -> Optional.of(ColumnType.UUID_TEXT);
      case "bit" -> Optional.of(ColumnType.BOOLEAN);
      case "nvarchar", "nchar", "ntext", "text", "xml", "sysname" -> Optional.of(ColumnType.STRING);
      // Another name of rowversion, not a time.
      case "timestamp" ->
          Optional.of(
              column.jdbcType() == Types.TIMESTAMP ? ColumnType.LOCAL_DATETIME : ColumnType.BYTES);
      case "rowversion" -> Optional.of(ColumnType.BYTES);
      case "image", "binary", "varbinary" -> Optional.of(ColumnType.BYTES);
      case "datetime", "datetime2", "smalldatetime" -> Optional.of(ColumnType.LOCAL_DATETIME);
      case "datetimeoffset" -> Optional.of(ColumnType.TIMESTAMP);
      case "sql_variant", "geometry", "geography", "hierarchyid" -> Optional.empty();
      default -> GenericDialect.INSTANCE.type(column, numeric);
    };
  }

  @Override
  public String limited(String select, int rows) {
    return "SELECT TOP " + rows + select.substring("SELECT".length());
  }

  @Override
  public String upsert(String table, WriteColumns columns) {
    // Without the hint two sessions may both insert.
    return Merges.merge(
            this, table + " WITH (HOLDLOCK)", columns, Merges.parameters(this, columns), "")
        + ";";
  }

  @Override
  public String upsertFrom(String stage, String table, WriteColumns columns) {
    return Merges.merge(
            this, table + " WITH (HOLDLOCK)", columns, Merges.part(this, stage, columns), "")
        + ";";
  }

  @Override
  public String createStage(String stage, String table, WriteColumns columns) {
    return "SELECT CAST('x' AS VARCHAR(36)) AS "
        + quote(Merges.PART)
        + ", "
        + columns.names(this)
        + " INTO "
        + stage
        + " FROM "
        + table
        + " WHERE 1 = 0";
  }

  @Override
  public String castType(Column column) {
    // A cast to the column's own length would cut; the column itself refuses.
    return column.databaseType().matches("n?varchar|n?char|n?text|character.*")
        ? "NVARCHAR(MAX)"
        : column.bareType();
  }

  @Override
  public String localDateTime() {
    return "DATETIME2";
  }

  @Override
  public String modulo(String a, String b) {
    return "((" + a + ") % " + b + ")";
  }

  @Override
  public String now() {
    return "SELECT SYSDATETIMEOFFSET()";
  }

  @Override
  public SqlFailures.Kind kind(SQLException e) {
    return switch (e.getErrorCode()) {
      case 18456, 18452 -> SqlFailures.Kind.LOGIN;
      case 208 -> SqlFailures.Kind.NO_TABLE;
      case 207 -> SqlFailures.Kind.NO_COLUMN;
      case 229, 230 -> SqlFailures.Kind.DENIED;
      case 4060 -> SqlFailures.Kind.NO_DATABASE;
      case 1205, 3960 -> SqlFailures.Kind.CONFLICT;
      default -> SqlFailures.byState(e);
    };
  }
}
