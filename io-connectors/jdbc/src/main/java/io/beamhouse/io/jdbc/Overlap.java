package io.beamhouse.io.jdbc;

import io.beamhouse.core.error.SourceFailedException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.TreeSet;

/**
 * Reads and hashes the rows of an overlap.
 *
 * <p>The rows that the next run will have seen are taken at plan time, before the capture reads
 * them. A row that commits in between is not among them and comes twice, never not at all.
 */
final class Overlap {
  /**
   * What a range holds.
   *
   * @param taken how many of its rows were among those given
   */
  record Scan(TreeSet<String> hashes, long taken) {}

  private final Connection connection;
  private final Shape shape;

  Overlap(Connection connection, Shape shape) {
    this.connection = connection;
    this.shape = shape;
  }

  Scan scan(Split split, String[] seen) {
    SqlConnection database = shape.spec().database();
    TableRead read = shape.read();
    TreeSet<String> hashes = new TreeSet<>();
    long taken = 0;
    try {
      Transactions.beginRead(connection, shape.dialect(), "");
      try (PreparedStatement statement = read.select(split).prepare(connection, database)) {
        statement.setFetchSize(read.fetchSize());
        try (ResultSet rows = statement.executeQuery()) {
          RowMapper mapper =
              new RowMapper(
                  shape.relation().label(), read.columns(), rows, shape.dialect(), read.numeric());
          Seen.Hasher hasher = new Seen.Hasher(read.columns());
          while (rows.next()) {
            List<Object> values = mapper.read(rows);
            String hash = hasher.hash(values);
            hashes.add(hash);
            taken += Seen.holds(seen, hash) ? 1 : 0;
            checkSize(hashes.size());
          }
        }
      }
      connection.rollback();
      connection.setAutoCommit(true);
    } catch (SQLException e) {
      throw SqlFailures.of(e, database, "reading the overlap of " + shape.relation().label());
    }
    return new Scan(hashes, taken);
  }

  private void checkSize(int rows) {
    if (rows > Seen.MAX_ROWS) {
      throw new SourceFailedException(
          "The overlap of "
              + shape.relation().label()
              + " holds more than "
              + Seen.MAX_ROWS
              + " rows; they are kept in memory to drop what was read before. Choose a shorter"
              + " lag, or a cursor with fewer equal values.");
    }
  }
}
