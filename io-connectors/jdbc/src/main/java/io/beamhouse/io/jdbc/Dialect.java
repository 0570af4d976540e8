package io.beamhouse.io.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What differs between databases; chosen by the url. */
interface Dialect {
  static Dialect of(String url) {
    String lower = url.toLowerCase(Locale.ROOT);
    if (lower.startsWith("jdbc:postgresql:")) {
      return PostgreSqlDialect.INSTANCE;
    }
    if (lower.startsWith("jdbc:sqlserver:") || lower.matches("jdbc:h2:.*;mode=mssqlserver.*")) {
      return SqlServerDialect.INSTANCE;
    }
    if (lower.startsWith("jdbc:oracle:") || lower.matches("jdbc:h2:.*;mode=oracle.*")) {
      return OracleDialect.INSTANCE;
    }
    return GenericDialect.INSTANCE;
  }

  String name();

  /** Quotes one identifier so that it means exactly this name, whatever is in it. */
  default String quote(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }

  /** The name that an unquoted identifier stands for. */
  String fold(String identifier);

  /** The driver's properties for the timeouts; zero means no limit. */
  Map<String, String> timeouts(Duration connect, Duration socket);

  /** How a column maps to a field, or nothing when the type has no place in the type table. */
  Optional<ColumnType> type(Column.Description column, NumericPolicy numeric);

  /** A parameter that is compared with {@code column}. */
  default String parameter(Column column) {
    return "?";
  }

  /** {@code select} (which begins with SELECT) with at most {@code rows} rows. */
  default String limited(String select, int rows) {
    return select + " FETCH FIRST " + rows + " ROWS ONLY";
  }

  default String modulo(String a, String b) {
    return "MOD(" + a + ", " + b + ")";
  }

  /** Whether {@code (a, b) >= (?, ?)} is understood and uses an index. */
  default boolean comparesRows() {
    return false;
  }

  /** The driver's properties of connections that write. */
  default Map<String, String> writing() {
    return Map.of();
  }

  /** Inserts or updates one row of parameters; {@code table} is quoted. */
  default String upsert(String table, WriteColumns columns) {
    return Merges.merge(this, table, columns, Merges.parameters(this, columns), "");
  }

  /** Inserts or updates from the rows of one part of a staging table. */
  default String upsertFrom(String stage, String table, WriteColumns columns) {
    return Merges.merge(this, table, columns, Merges.part(this, stage, columns), "");
  }

  /** Creates an empty staging table like the columns of {@code table}. */
  default String createStage(String stage, String table, WriteColumns columns) {
    return "CREATE TABLE "
        + stage
        + " AS SELECT CAST('x' AS VARCHAR(36)) AS "
        + quote(Merges.PART)
        + ", "
        + columns.names(this)
        + " FROM "
        + table
        + " WHERE 1 = 0";
  }

  /** What follows {@code SELECT 1} where a FROM is needed. */
  default String dual() {
    return "";
  }

  /** The type that a parameter is cast to for {@code column}. */
  default String castType(Column column) {
    return column.bareType();
  }

  /** A type that holds a local time with microseconds. */
  default String localDateTime() {
    return "TIMESTAMP";
  }

  default String bigint() {
    return "BIGINT";
  }

  /** A statement that returns the database's time. */
  String now();

  default SqlFailures.Kind kind(SQLException e) {
    return SqlFailures.byState(e);
  }

  static String seconds(Duration duration) {
    return String.valueOf((duration.toMillis() + 999) / 1000);
  }
}
