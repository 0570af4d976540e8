package io.beamhouse.io.jdbc;

import io.beamhouse.core.error.DataRefusedException;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The rows of a table that a staged run replaces: those with certain values.
 *
 * @param values as text, in the order of {@code columns}; none when nothing is replaced
 */
record Replaced(List<Column> columns, List<String> values) implements Serializable {
  static final Replaced NOTHING = new Replaced(List.of(), List.of());

  Replaced {
    columns = List.copyOf(columns);
    values = List.copyOf(values);
  }

  /** Adds a problem for each of {@code given} that is no column, or no value of it. */
  static Replaced of(Map<String, String> given, List<Column> all, List<String> problems) {
    List<Column> columns = new ArrayList<>();
    List<String> values = new ArrayList<>();
    given.forEach(
        (name, text) -> {
          Column column =
              all.stream().filter(c -> c.name().equalsIgnoreCase(name)).findFirst().orElse(null);
          if (column == null) {
            problems.add("no field '" + name + "', which replace names");
            return;
          }
          try {
            TypedText.value(text, column.type());
            columns.add(column);
            values.add(text);
          } catch (RuntimeException e) {
            problems.add("the value that replace has for '" + name + "' is none of its type");
          }
        });
    return new Replaced(columns, values);
  }

  /** Removes them in the transaction of {@code connection}. */
  void delete(Connection connection, Dialect dialect, String table) throws SQLException {
    if (columns.isEmpty()) {
      return;
    }
    String sql = "DELETE FROM " + table + " WHERE " + condition(dialect);
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, 1);
      statement.executeUpdate();
    }
  }

  /** Throws DataRefusedException when a part of {@code stage} has rows with other values. */
  void check(Connection connection, Dialect dialect, String stage, String part)
      throws SQLException {
    if (columns.isEmpty()) {
      return;
    }
    String sql =
        "SELECT COUNT(*) FROM "
            + stage
            + " WHERE "
            + dialect.quote(Merges.PART)
            + " = ? AND "
            + condition(dialect);
    String all = "SELECT COUNT(*) FROM " + stage + " WHERE " + dialect.quote(Merges.PART) + " = ?";
    long inside;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, part);
      bind(statement, 2);
      inside = count(statement);
    }
    try (PreparedStatement statement = connection.prepareStatement(all)) {
      statement.setString(1, part);
      if (count(statement) != inside) {
        throw new DataRefusedException(
            "Rows came whose "
                + columns.stream().map(Column::name).collect(Collectors.joining(", "))
                + " is not what 'replace' says. Nothing was written: they would be there twice"
                + " after the next run. Filter them out, or correct what computes these columns.");
      }
    }
  }

  private static long count(PreparedStatement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  private String condition(Dialect dialect) {
    return columns.stream()
        .map(column -> dialect.quote(column.name()) + " = ?")
        .collect(Collectors.joining(" AND "));
  }

  private void bind(PreparedStatement statement, int first) throws SQLException {
    for (int i = 0; i < columns.size(); i++) {
      TypedText.bind(statement, first + i, values.get(i), columns.get(i));
    }
  }
}
