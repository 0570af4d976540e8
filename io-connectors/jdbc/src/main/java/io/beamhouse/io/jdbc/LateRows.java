package io.beamhouse.io.jdbc;

import io.beamhouse.io.core.storage.Storage;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.beam.sdk.values.Row;

/**
 * Reads the rows of a file of keys, some keys with each statement; a row that is gone by now is
 * left to the next run. Memory: {@link #KEYS} rows.
 */
final class LateRows implements SplitReads.SplitCursor {
  private static final int KEYS = 100;

  private final TableRead read;
  private final KeyCodec codec;
  private final List<Column> columns;
  private final KeyFile.Reader keys;
  private final Connection connection;
  private final Deque<List<Object>> rows = new ArrayDeque<>();

  LateRows(TableRead read, String file) {
    this.read = read;
    columns = DeletedKeys.keyColumns(read);
    codec = new KeyCodec(columns);
    keys = new KeyFile.Reader(Storage.path(file));
    connection = read.connection().open();
    try {
      Transactions.beginRead(connection, read.dialect(), read.snapshot());
    } catch (SQLException e) {
      close();
      throw SqlFailures.of(e, read.connection(), "reading " + read.relation().label());
    }
  }

  @Override
  public List<Object> next() throws IOException {
    while (rows.isEmpty()) {
      List<Row> some = some();
      if (some.isEmpty()) {
        return null;
      }
      select(some);
    }
    return rows.remove();
  }

  private List<Row> some() throws IOException {
    List<Row> some = new ArrayList<>();
    while (some.size() < KEYS) {
      KeyFile.Entry entry = keys.next();
      if (entry == null) {
        break;
      }
      some.add(codec.decode(entry.key()));
    }
    return some;
  }

  private void select(List<Row> some) {
    Sql sql = new Sql(read.dialect()).add("SELECT ").names(read.columns()).add(" FROM ");
    sql.add(read.relation().sql(read.dialect())).add(" WHERE (");
    for (int row = 0; row < some.size(); row++) {
      sql.add(row == 0 ? "(" : " OR (");
      for (int i = 0; i < columns.size(); i++) {
        sql.add(i == 0 ? "" : " AND ").names(columns.subList(i, i + 1)).add(" = ");
        sql.parameter(TypedText.of(some.get(row).getValue(i)), columns.get(i));
      }
      sql.add(")");
    }
    sql.add(")").add(read.where().isBlank() ? "" : " AND (" + read.where() + ")");
    try (PreparedStatement statement = sql.prepare(connection, read.connection());
        ResultSet found = statement.executeQuery()) {
      RowMapper mapper =
          new RowMapper(
              read.relation().label(), read.columns(), found, read.dialect(), read.numeric());
      while (found.next()) {
        rows.add(mapper.read(found));
      }
    } catch (SQLException e) {
      throw SqlFailures.of(e, read.connection(), "reading " + read.relation().label());
    }
  }

  @Override
  public void close() {
    keys.close();
    Transactions.closeQuietly(connection);
  }
}
