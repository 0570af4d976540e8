package io.beamhouse.io.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How far a run may read.
 *
 * @param to bound value; null when nothing can be read yet
 * @param observed largest values and when they were seen, for the bounds of later runs
 * @param facts for the report
 */
record UpperBound(String to, List<Position.Observation> observed, Map<String, String> facts) {
  static final Duration CLOCK_DELAY = Duration.ofSeconds(60);
  static final Duration COUNT_DELAY = Duration.ofSeconds(5);

  /** Asks the database; {@code previous} is null on a first run. */
  static UpperBound find(Connection connection, Shape shape, Position previous)
      throws SQLException {
    if (shape.kind() == CursorKind.ROWVERSION) {
      return rowVersion(connection);
    }
    if (shape.spec().upperBound().equals("settled")
        && shape.dialect() == PostgreSqlDialect.INSTANCE) {
      return new PostgreSqlBound(connection, shape, previous).find();
    }
    return shape.kind().isTime() ? byClock(connection, shape) : newest(connection, shape);
  }

  /** Database time less the delay. */
  private static UpperBound byClock(Connection connection, Shape shape) throws SQLException {
    boolean newest = shape.spec().upperBound().equals("newest");
    Duration delay = delay(shape, newest ? Duration.ZERO : CLOCK_DELAY);
    Instant now = now(connection, shape.dialect());
    return byClock(shape, now, delay, Map.of());
  }

  static UpperBound byClock(Shape shape, Instant now, Duration delay, Map<String, String> more) {
    Map<String, String> facts = new TreeMap<>(more);
    facts.put("bound", "database time less " + delay.toMillis() + " ms");
    facts.put(
        "promise",
        "sees commits that come within " + within(shape, delay) + " of their cursor value");
    return new UpperBound(shape.at(now.minus(delay)), List.of(), facts);
  }

  /** The largest value, after waiting for transactions that hold smaller ones. */
  private static UpperBound newest(Connection connection, Shape shape) throws SQLException {
    boolean newest = shape.spec().upperBound().equals("newest");
    Duration delay = delay(shape, newest ? Duration.ZERO : COUNT_DELAY);
    String max = max(connection, shape);
    pause(delay);
    return new UpperBound(
        max,
        List.of(),
        Map.of(
            "bound", "largest value " + delay.toMillis() + " ms before reading",
            "promise",
                "sees commits that come within "
                    + delay.toMillis()
                    + " ms of their cursor value"
                    + (shape.spec().lag().isEmpty() ? "" : " or a lag of " + shape.spec().lag())));
  }

  private static UpperBound rowVersion(Connection connection) throws SQLException {
    try (PreparedStatement statement =
            connection.prepareStatement("SELECT CAST(MIN_ACTIVE_ROWVERSION() AS binary(8))");
        ResultSet row = statement.executeQuery()) {
      row.next();
      return new UpperBound(
          TypedText.of(row.getBytes(1)),
          List.of(),
          Map.of(
              "bound", "MIN_ACTIVE_ROWVERSION()",
              "promise", "exact: below the oldest rowversion that is still open"));
    }
  }

  static Duration delay(Shape shape, Duration fallback) {
    Duration asked = shape.spec().safetyDelay();
    return asked == null ? fallback : asked;
  }

  private static String within(Shape shape, Duration delay) {
    String lag = shape.spec().lag();
    return delay.toMillis() + " ms" + (lag.isEmpty() ? "" : " or a lag of " + lag);
  }

  static String max(Connection connection, Shape shape) throws SQLException {
    Sql sql = new Sql(shape.dialect());
    sql.add("SELECT MAX(").names(List.of(shape.cursor())).add(") FROM ");
    sql.add(shape.relation().sql(shape.dialect()));
    try (PreparedStatement statement = sql.prepare(connection, shape.spec().database());
        ResultSet row = statement.executeQuery()) {
      row.next();
      return cursorText(row, 1, shape);
    }
  }

  /** A cursor value as canonical text; null for NULL. */
  static String cursorText(ResultSet row, int index, Shape shape) throws SQLException {
    Object value =
        switch (shape.kind()) {
          case INSTANT -> ColumnType.TIMESTAMP.valueOf().read(row, index);
          case LOCAL -> ColumnType.LOCAL_DATETIME.valueOf().read(row, index);
          case DATE -> ColumnType.DATE.valueOf().read(row, index);
          case NUMBER -> row.getBigDecimal(index);
          case ROWVERSION -> row.getBytes(index);
        };
    return value == null ? null : TypedText.of(value);
  }

  static Instant now(Connection connection, Dialect dialect) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(dialect.now());
        ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getObject(1, OffsetDateTime.class).toInstant();
    }
  }

  /** The database must move on meanwhile; there is nothing to be told by. */
  static void pause(Duration duration) {
    try {
      Thread.sleep(duration.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new io.beamhouse.core.error.SourceFailedException(
          "Interrupted while planning. Run again.", e);
    }
  }
}
