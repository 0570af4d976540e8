package io.beamhouse.io.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Cuts a range into parts of equally many rows, by the cursor and then the keys. */
final class Quantiles {
  /** Below this a part is not worth a connection of its own. */
  private static final int SMALL = 10_000;

  private Quantiles() {}

  /** Splits a range so that each chunk of {@code chunkRows} rows has {@code parts} of them. */
  static List<Split> splits(
      Connection connection, TableRead read, Split whole, long rows, int chunkRows, int parts)
      throws SQLException {
    long wanted = (Math.min(rows, chunkRows) + parts - 1) / parts;
    long size = Math.max(1, Math.max(wanted, Math.min(SMALL, chunkRows / parts)));
    return rows <= size ? List.of(whole) : splits(connection, read, whole, size);
  }

  /**
   * Consecutive ranges of {@code size} rows that together are {@code whole}. Rows that equal in all
   * ordering columns stay together, so parts are only as even as the order is unique.
   */
  private static List<Split> splits(Connection connection, TableRead read, Split whole, long size)
      throws SQLException {
    List<Split> splits = new ArrayList<>();
    List<String> from = whole.from();
    for (List<String> bound : bounds(connection, read, whole, size)) {
      if (!bound.equals(from)) {
        splits.add(Split.range(from, bound, false));
        from = bound;
      }
    }
    splits.add(Split.range(from, whole.to(), whole.toInclusive()));
    return splits;
  }

  private static List<List<String>> bounds(
      Connection connection, TableRead read, Split whole, long size) throws SQLException {
    Sql sql = new Sql(read.dialect());
    sql.add("SELECT ").names(read.order()).add(" FROM (SELECT ").names(read.order());
    sql.add(", ROW_NUMBER() OVER (ORDER BY ").names(read.order()).add(") AS bh_row");
    read.where(sql, whole);
    sql.add(" AND ").names(read.order().subList(0, 1)).add(" IS NOT NULL");
    sql.add(") bh WHERE bh_row > 1 AND ");
    sql.add(read.dialect().modulo("bh_row - 1", String.valueOf(size)));
    sql.add(" = 0 ORDER BY bh_row");
    List<List<String>> bounds = new ArrayList<>();
    try (PreparedStatement statement = sql.prepare(connection, read.connection());
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        bounds.add(texts(row, 1, read));
      }
    }
    return bounds;
  }

  /** The values of the order from column {@code index} of the row on, as text. */
  static List<String> texts(ResultSet row, int index, TableRead read) throws SQLException {
    List<String> texts = new ArrayList<>();
    List<Column.Description> described = Catalog.descriptions(row.getMetaData());
    for (int i = index; i <= read.order().size(); i++) {
      ColumnType type = read.dialect().type(described.get(i - 1), read.numeric()).orElseThrow();
      texts.add(TypedText.of(type.valueOf().read(row, i)));
    }
    return texts;
  }
}
