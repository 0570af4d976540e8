package io.beamhouse.io.jdbc;

import io.beamhouse.core.error.Problems;
import io.beamhouse.core.error.SourceFailedException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The columns of a relation as the database describes them now. */
record Catalog(Relation relation, List<Column.Description> columns) {

  /** Finds the relation among {@code candidates}, the most exact name first. */
  static Catalog describe(Connection connection, SqlConnection to, List<Relation> candidates) {
    SQLException missing = null;
    for (Relation candidate : candidates) {
      String sql = "SELECT * FROM " + candidate.sql(to.dialect()) + " WHERE 1 = 0";
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        statement.setQueryTimeout(to.queryTimeoutSeconds());
        try (ResultSet rows = statement.executeQuery()) {
          List<Column.Description> found = descriptions(rows.getMetaData());
          // A query's column may be NULL by an outer join, whatever its table says.
          return new Catalog(
              candidate,
              candidate.isTable()
                  ? found
                  : found.stream().map(Column.Description::asNullable).toList());
        }
      } catch (SQLException e) {
        missing = e;
        if (to.dialect().kind(e) != SqlFailures.Kind.NO_TABLE) {
          break;
        }
      }
    }
    throw SqlFailures.of(missing, to, "looking at " + candidates.get(0).label());
  }

  static List<Column.Description> descriptions(ResultSetMetaData of) throws SQLException {
    List<Column.Description> result = new ArrayList<>();
    for (int i = 1; i <= of.getColumnCount(); i++) {
      result.add(
          new Column.Description(
              of.getColumnLabel(i),
              of.getColumnType(i),
              of.getColumnTypeName(i).toLowerCase(Locale.ROOT),
              of.getPrecision(i),
              of.getScale(i),
              of.isNullable(i) != ResultSetMetaData.columnNoNulls));
    }
    return result;
  }

  /**
   * The columns named, or all when {@code names} is empty; one exception lists all that are missing
   * or of an unsupported type.
   */
  List<Column> select(List<String> names, Dialect dialect, NumericPolicy numeric) {
    List<String> problems = new ArrayList<>();
    List<Column> result = new ArrayList<>();
    List<String> wanted =
        names.isEmpty() ? columns.stream().map(Column.Description::name).toList() : names;
    for (String name : wanted) {
      Optional<Column.Description> found = find(name);
      Optional<ColumnType> type = found.flatMap(f -> dialect.type(f, numeric));
      if (found.isEmpty()) {
        problems.add("column '" + name + "' does not exist" + Problems.didYouMean(name, known()));
      } else if (type.isEmpty()) {
        problems.add("column '" + name + "' has " + unsupported(found.get()));
      } else {
        Column.Description one = found.get();
        result.add(new Column(one.name(), one.text(), type.get().type(), one.nullable()));
      }
    }
    if (!problems.isEmpty()) {
      throw new SourceFailedException(
          relation.label()
              + " cannot be read as asked: "
              + String.join("; ", problems)
              + ". List the columns to read under columns:, or cast them in a query:.");
    }
    return result;
  }

  private static String unsupported(Column.Description column) {
    return column.typeName().matches("numeric|decimal|number")
        ? "type "
            + column.text()
            + " without a usable precision; choose numeric_as: string or decimal(p,s)"
        : "the unsupported type " + column.typeName();
  }

  private List<String> known() {
    return columns.stream().map(Column.Description::name).toList();
  }

  Optional<Column.Description> find(String name) {
    List<Column.Description> exact = columns.stream().filter(c -> c.name().equals(name)).toList();
    List<Column.Description> found =
        exact.isEmpty()
            ? columns.stream().filter(c -> c.name().equalsIgnoreCase(name)).toList()
            : exact;
    return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
  }
}
