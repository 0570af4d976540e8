package io.beamhouse.io.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Read-only transactions. */
final class Transactions {
  private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);
  private static final String SHUTDOWN_STATE = "57P01";
  private static final Pattern SNAPSHOT = Pattern.compile("[0-9A-Fa-f-]+");

  private Transactions() {}

  /**
   * Begins a read-only transaction whose results stream (PostgreSQL's driver streams only inside
   * one), in {@code snapshot} when it is not empty.
   */
  static void beginRead(Connection connection, Dialect dialect, String snapshot)
      throws SQLException {
    connection.setReadOnly(true);
    connection.setAutoCommit(false);
    if (dialect != PostgreSqlDialect.INSTANCE) {
      return;
    }
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    if (!snapshot.isEmpty()) {
      if (!SNAPSHOT.matcher(snapshot).matches()) {
        throw new IllegalArgumentException("not a snapshot's name");
      }
      try (Statement statement = connection.createStatement()) {
        statement.execute("SET TRANSACTION SNAPSHOT '" + snapshot + "'");
      } catch (SQLException e) {
        throw new SQLException(
            "the driver's snapshot is gone, " + e.getMessage(), SHUTDOWN_STATE, e);
      }
    }
  }

  /** Closes without hiding what went wrong before; a failure to close loses nothing here. */
  static void closeQuietly(Connection connection) {
    try {
      if (!connection.isClosed() && !connection.getAutoCommit()) {
        connection.rollback();
      }
    } catch (SQLException e) {
      LOG.debug("rollback of a read-only transaction failed", e);
    }
    try {
      connection.close();
    } catch (SQLException e) {
      LOG.debug("close failed", e);
    }
  }
}
