package io.beamhouse.io.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.beam.sdk.values.Row;

/**
 * Executes one statement for many rows, a transaction a batch, and finds the rows that the database
 * refuses by halving the batch at savepoints.
 */
final class BatchWriter implements AutoCloseable {
  private final Connection connection;
  private final SqlConnection to;
  private final String doing;
  private final PreparedStatement statement;
  private final RowBinder binder;
  private final String part;

  /**
   * @param part bound before the row's own parameters; empty for none
   */
  BatchWriter(SqlConnection to, String sql, RowBinder binder, String part, String doing) {
    this.to = to;
    this.binder = binder;
    this.part = part;
    this.doing = doing;
    connection = to.open(to.dialect().writing());
    try {
      connection.setAutoCommit(false);
      statement = connection.prepareStatement(sql);
      statement.setQueryTimeout(to.queryTimeoutSeconds());
    } catch (SQLException e) {
      Transactions.closeQuietly(connection);
      throw SqlFailures.ofWrite(e, to, doing);
    }
  }

  /** Writes and commits; rows that cannot be written go to {@code refused} with the reason. */
  void write(List<Row> rows, BiConsumer<Row, String> refused) {
    try {
      halve(rows, refused);
      connection.commit();
    } catch (SQLException e) {
      throw SqlFailures.ofWrite(e, to, doing);
    }
  }

  private void halve(List<Row> rows, BiConsumer<Row, String> refused) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    Savepoint savepoint = connection.setSavepoint();
    try {
      execute(rows, refused);
      return;
    } catch (SQLException e) {
      if (to.dialect().kind(e) != SqlFailures.Kind.DATA) {
        throw e;
      }
      connection.rollback(savepoint);
      if (rows.size() == 1) {
        refused.accept(
            rows.get(0), "the database refused the row (SQLSTATE " + e.getSQLState() + ")");
        return;
      }
    }
    int middle = rows.size() / 2;
    halve(rows.subList(0, middle), refused);
    halve(rows.subList(middle, rows.size()), refused);
  }

  private void execute(List<Row> rows, BiConsumer<Row, String> refused) throws SQLException {
    statement.clearBatch();
    java.util.Map<Row, String> unbound = new java.util.IdentityHashMap<>();
    for (Row row : rows) {
      try {
        if (!part.isEmpty()) {
          statement.setString(1, part);
        }
        binder.bind(statement, row, part.isEmpty() ? 1 : 2);
        statement.addBatch();
      } catch (RowBinder.Refused e) {
        unbound.put(row, e.getMessage());
      }
    }
    if (unbound.size() < rows.size()) {
      statement.executeBatch();
    }
    // Told only once the batch stands, or halving would tell them twice.
    unbound.forEach(refused);
  }

  @Override
  public void close() {
    Transactions.closeQuietly(connection);
  }
}
