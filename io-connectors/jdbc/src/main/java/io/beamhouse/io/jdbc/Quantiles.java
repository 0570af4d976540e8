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

  /**
   * Consecutive ranges that together are {@code whole}. Rows that equal in all ordering columns
   * stay together, so parts are only as even as the order is unique.
   */
  static List<Split> splits(Connection connection, Shape shape, Split whole, long rows)
      throws SQLException {
    int chunk = shape.spec().chunkRows();
    long wanted = (Math.min(rows, chunk) + shape.spec().splits() - 1) / shape.spec().splits();
    long size = Math.max(1, Math.max(wanted, Math.min(SMALL, chunk / shape.spec().splits())));
    if (rows <= size) {
      return List.of(whole);
    }
    List<Split> splits = new ArrayList<>();
    List<String> from = whole.from();
    for (List<String> bound : bounds(connection, shape, whole, size)) {
      if (!bound.equals(from)) {
        splits.add(Split.range(from, bound, false));
        from = bound;
      }
    }
    splits.add(Split.range(from, whole.to(), whole.toInclusive()));
    return splits;
  }

  private static List<List<String>> bounds(
      Connection connection, Shape shape, Split whole, long size) throws SQLException {
    Sql sql = new Sql(shape.dialect());
    sql.add("SELECT ").names(shape.order()).add(" FROM (SELECT ").names(shape.order());
    sql.add(", ROW_NUMBER() OVER (ORDER BY ").names(shape.order()).add(") AS bh_row");
    shape.read("", Seen.NONE, 0).where(sql, whole);
    sql.add(") bh WHERE bh_row > 1 AND ");
    sql.add(shape.dialect().modulo("bh_row - 1", String.valueOf(size)));
    sql.add(" = 0 ORDER BY bh_row");
    List<List<String>> bounds = new ArrayList<>();
    try (PreparedStatement statement = sql.prepare(connection, shape.spec().database());
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        List<String> bound = new ArrayList<>();
        bound.add(UpperBound.cursorText(row, 1, shape));
        bound.addAll(texts(row, 2, shape));
        bounds.add(bound);
      }
    }
    return bounds;
  }

  /** The key columns of the order as text, from {@code index} on. */
  static List<String> texts(ResultSet row, int index, Shape shape) throws SQLException {
    List<String> texts = new ArrayList<>();
    List<Column.Description> described = Catalog.descriptions(row.getMetaData());
    for (int i = 1; i < shape.order().size(); i++) {
      ColumnType type =
          shape.dialect().type(described.get(index + i - 2), shape.spec().numeric()).orElseThrow();
      texts.add(TypedText.of(type.valueOf().read(row, index + i - 1)));
    }
    return texts;
  }
}
