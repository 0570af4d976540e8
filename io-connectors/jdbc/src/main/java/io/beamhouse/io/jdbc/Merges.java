package io.beamhouse.io.jdbc;

import java.util.stream.Collectors;

/** The text of MERGE statements. */
final class Merges {
  /** The column of staging tables that says which bundle wrote a row. */
  static final String PART = "bh_part";

  private Merges() {}

  /**
   * A MERGE of {@code source} into {@code table}.
   *
   * @param afterUpdate a condition behind the update, for databases that take none before it
   */
  static String merge(
      Dialect dialect, String table, WriteColumns columns, String source, String afterUpdate) {
    StringBuilder sql = new StringBuilder("MERGE INTO ").append(table).append(" t USING (");
    sql.append(source).append(") s ON (");
    sql.append(
        columns.keys().stream()
            .map(key -> "t." + dialect.quote(key) + " = s." + dialect.quote(key))
            .collect(Collectors.joining(" AND ")));
    sql.append(")");
    if (!columns.others().isEmpty()) {
      sql.append(" WHEN MATCHED");
      sql.append(afterUpdate.isEmpty() ? newer(dialect, columns, " AND ", "s") : "");
      sql.append(" THEN UPDATE SET ").append(assignments(dialect, columns, "t.", "s"));
      sql.append(afterUpdate);
    }
    sql.append(" WHEN NOT MATCHED THEN INSERT (").append(columns.names(dialect));
    return sql.append(") VALUES (").append(columns.names(dialect, "s.")).append(")").toString();
  }

  /** One row of typed parameters. */
  static String parameters(Dialect dialect, WriteColumns columns) {
    return columns.columns().stream()
        .map(
            column ->
                "CAST(? AS " + dialect.castType(column) + ") AS " + dialect.quote(column.name()))
        .collect(Collectors.joining(", ", "SELECT ", dialect.dual()));
  }

  /** The rows of one part of a staging table. */
  static String part(Dialect dialect, String stage, WriteColumns columns) {
    return "SELECT "
        + columns.names(dialect)
        + " FROM "
        + stage
        + " WHERE "
        + dialect.quote(PART)
        + " = ?";
  }

  static String assignments(Dialect dialect, WriteColumns columns, String target, String source) {
    return columns.others().stream()
        .map(c -> target + dialect.quote(c) + " = " + source + "." + dialect.quote(c))
        .collect(Collectors.joining(", "));
  }

  /** The condition that the stored row is not newer; empty without a sequence. */
  static String newer(Dialect dialect, WriteColumns columns, String before, String source) {
    if (columns.sequence().isEmpty()) {
      return "";
    }
    String name = dialect.quote(columns.sequence());
    return before + "(t." + name + " IS NULL OR t." + name + " <= " + source + "." + name + ")";
  }
}
