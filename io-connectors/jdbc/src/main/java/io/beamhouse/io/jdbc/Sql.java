package io.beamhouse.io.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A statement under construction with its parameters; values never become part of the text. */
final class Sql {
  private record Parameter(String text, Column column) {}

  private final Dialect dialect;
  private final StringBuilder text = new StringBuilder();
  private final List<Parameter> parameters = new ArrayList<>();

  Sql(Dialect dialect) {
    this.dialect = dialect;
  }

  Sql add(String sql) {
    text.append(sql);
    return this;
  }

  /** Adds the names of columns, quoted, with commas. */
  Sql names(List<Column> columns) {
    return add(columns.stream().map(this::name).collect(Collectors.joining(", ")));
  }

  Sql parameter(String value, Column column) {
    parameters.add(new Parameter(value, column));
    return add(dialect.parameter(column));
  }

  /** Adds {@code (columns) operator (values)} in lexicographic order, one of {@code < <= > >=}. */
  Sql compare(List<Column> columns, String operator, List<String> values) {
    List<Column> compared = columns.subList(0, values.size());
    if (compared.size() == 1) {
      return add(name(compared.get(0)))
          .add(" " + operator + " ")
          .parameter(values.get(0), compared.get(0));
    }
    if (dialect.comparesRows()) {
      add("(").names(compared).add(") " + operator + " (");
      for (int i = 0; i < values.size(); i++) {
        add(i == 0 ? "" : ", ").parameter(values.get(i), compared.get(i));
      }
      return add(")");
    }
    // The first condition is implied by the rest and lets an index be used.
    String strict = operator.substring(0, 1);
    add("(").add(name(compared.get(0))).add(" " + strict + "= ");
    parameter(values.get(0), compared.get(0)).add(" AND (");
    for (int last = 0; last < values.size(); last++) {
      add(last == 0 ? "(" : " OR (");
      for (int i = 0; i < last; i++) {
        add(name(compared.get(i)) + " = ").parameter(values.get(i), compared.get(i)).add(" AND ");
      }
      add(name(compared.get(last)) + " " + (last == values.size() - 1 ? operator : strict) + " ");
      parameter(values.get(last), compared.get(last)).add(")");
    }
    return add("))");
  }

  /** Makes what stands so far return at most {@code rows} rows. */
  Sql limited(int rows) {
    String limited = dialect.limited(text.toString(), rows);
    text.setLength(0);
    text.append(limited);
    return this;
  }

  private String name(Column column) {
    return dialect.quote(column.name());
  }

  PreparedStatement prepare(Connection connection, SqlConnection to) throws SQLException {
    PreparedStatement statement =
        connection.prepareStatement(
            text.toString(), ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY);
    try {
      statement.setQueryTimeout(to.queryTimeoutSeconds());
      for (int i = 0; i < parameters.size(); i++) {
        TypedText.bind(statement, i + 1, parameters.get(i).text, parameters.get(i).column);
      }
      return statement;
    } catch (SQLException | RuntimeException e) {
      statement.close();
      throw e;
    }
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
