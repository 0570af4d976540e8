package io.beamhouse.io.jdbc;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.error.SourceChangedException;
import io.beamhouse.core.row.RowTypes;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Reads the rows of a result as the planned columns, without loss. */
final class RowMapper {
  private final String table;
  private final List<Column> columns;
  private final List<ColumnType.ValueOf> values = new ArrayList<>();

  /** Checks that the result has the planned columns; they may have changed since the plan. */
  RowMapper(
      String table, List<Column> columns, ResultSet rows, Dialect dialect, NumericPolicy numeric)
      throws SQLException {
    this.table = table;
    this.columns = columns;
    List<Column.Description> found = Catalog.descriptions(rows.getMetaData());
    for (int i = 0; i < columns.size(); i++) {
      ColumnType type = dialect.type(found.get(i), numeric).orElse(null);
      if (type == null || !RowTypes.equal(type.type(), columns.get(i).type())) {
        throw new SourceChangedException(
            "Column "
                + columns.get(i).name()
                + " of "
                + table
                + " changed its type from "
                + columns.get(i).databaseType()
                + " to "
                + found.get(i).text()
                + " while it was read; nothing was published. Run again.");
      }
      values.add(type.valueOf());
    }
  }

  /** The values of the current row; the list may be added to. */
  List<Object> read(ResultSet row) throws SQLException {
    List<Object> result = new ArrayList<>(columns.size() + 3);
    for (int i = 0; i < columns.size(); i++) {
      result.add(value(row, i));
    }
    return result;
  }

  private Object value(ResultSet row, int i) throws SQLException {
    Column column = columns.get(i);
    try {
      Object value = values.get(i).read(row, i + 1);
      if (value == null && !column.nullable()) {
        throw new SourceChangedException(
            "Column "
                + column.name()
                + " of "
                + table
                + " holds NULL although the database said it cannot. Run again.");
      }
      return value;
    } catch (ColumnType.Unrepresentable e) {
      throw new DataRefusedException(
          "Column "
              + column.name()
              + " of "
              + table
              + " ("
              + column.databaseType()
              + ") holds "
              + e.getMessage()
              + ", which a row cannot hold. Correct the data, leave the column out with columns:,"
              + " or map the value in a query:.",
          e);
    }
  }
}
