package io.beamhouse.io.jdbc;

import java.sql.Types;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.schemas.Schema.FieldType;

/** PostgreSQL 12 and later. */
enum PostgreSqlDialect implements Dialect {
  INSTANCE;

  @Override
  public String fold(String identifier) {
    return identifier.toLowerCase(Locale.ROOT);
  }

  @Override
  public Map<String, String> timeouts(Duration connect, Duration socket) {
    return Map.of(
        "connectTimeout", Dialect.seconds(connect),
        "loginTimeout", Dialect.seconds(connect),
        "socketTimeout", Dialect.seconds(socket),
        "tcpKeepAlive", "true",
        "ApplicationName", "beamhouse");
  }

  @Override
  public Optional<ColumnType> type(Column.Description column, NumericPolicy numeric) {
    String name = column.typeName();
    if (name.startsWith("_")) {
      return element(name.substring(1), numeric).map(ColumnType::arrayOf);
    }
    return switch (name) {
      case "int2", "smallserial" -> Optional.of(ColumnType.INT16);
      case "int4", "serial" -> Optional.of(ColumnType.INT32);
      case "int8", "bigserial", "oid" -> Optional.of(ColumnType.INT64);
      case "float4" -> Optional.of(ColumnType.FLOAT);
      case "float8" -> Optional.of(ColumnType.DOUBLE);
      case "bool" -> Optional.of(ColumnType.BOOLEAN);
      case "text", "varchar", "bpchar", "char", "name", "citext", "json", "jsonb" ->
          Optional.of(ColumnType.STRING);
      case "bytea" -> Optional.of(ColumnType.BYTES);
      case "uuid" -> Optional.of(ColumnType.UUID_TYPE);
      case "date" -> Optional.of(ColumnType.DATE);
      case "time" -> Optional.of(ColumnType.TIME);
      case "timestamp" -> Optional.of(ColumnType.LOCAL_DATETIME);
      case "timestamptz" -> Optional.of(ColumnType.TIMESTAMP);
      case "numeric" ->
          column.precision() == 0
              ? numeric.columnType()
              : numeric.fixed(column.precision(), signed(column.scale()));
      // An enum or a domain over text: the driver says VARCHAR under the type's own name.
      default ->
          column.jdbcType() == Types.VARCHAR ? Optional.of(ColumnType.STRING) : Optional.empty();
    };
  }

  /** The driver gives the eleven bits of a scale without their sign. */
  private static int signed(int scale) {
    return scale > 1000 ? scale - 2048 : scale;
  }

  private static Optional<FieldType> element(String name, NumericPolicy numeric) {
    return switch (name) {
      case "int2" -> Optional.of(FieldType.INT16);
      case "int4" -> Optional.of(FieldType.INT32);
      case "int8" -> Optional.of(FieldType.INT64);
      case "float4" -> Optional.of(FieldType.FLOAT);
      case "float8" -> Optional.of(FieldType.DOUBLE);
      case "bool" -> Optional.of(FieldType.BOOLEAN);
      case "text", "varchar", "bpchar" -> Optional.of(FieldType.STRING);
      case "uuid" -> Optional.of(io.beamhouse.core.row.RowTypes.UUID);
      case "timestamptz" -> Optional.of(io.beamhouse.core.row.RowTypes.TIMESTAMP);
      case "numeric" -> numeric.columnType().map(ColumnType::type);
      default -> Optional.empty();
    };
  }

  @Override
  public Map<String, String> writing() {
    // Texts reach json, uuid and enum columns without a cast.
    return Map.of("stringtype", "unspecified");
  }

  @Override
  public String upsert(String table, WriteColumns columns) {
    return "INSERT INTO "
        + table
        + " AS t ("
        + columns.names(this)
        + ") VALUES ("
        + columns.marks()
        + ")"
        + onConflict(columns);
  }

  @Override
  public String upsertFrom(String stage, String table, WriteColumns columns) {
    return "INSERT INTO "
        + table
        + " AS t ("
        + columns.names(this)
        + ") SELECT "
        + columns.names(this)
        + " FROM "
        + stage
        + " WHERE "
        + quote(Merges.PART)
        + " = ?"
        + onConflict(columns);
  }

  private String onConflict(WriteColumns columns) {
    String on = " ON CONFLICT (" + columns.keyNames(this) + ") DO ";
    if (columns.others().isEmpty()) {
      return on + "NOTHING";
    }
    return on
        + "UPDATE SET "
        + Merges.assignments(this, columns, "", "EXCLUDED")
        + Merges.newer(this, columns, " WHERE ", "EXCLUDED");
  }

  @Override
  public boolean comparesRows() {
    return true;
  }

  @Override
  public String now() {
    return "SELECT clock_timestamp()";
  }
}
