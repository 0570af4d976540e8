package io.beamhouse.io.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The upper bound on PostgreSQL: nothing that an open transaction may still commit lies below it.
 *
 * <p>Times: {@code now()} is the start of the transaction and {@code clock_timestamp()} is later,
 * so every row of a transaction that is still open has a value at or after its {@code xact_start}.
 * The bound is the smallest one of this database, exclusive. Transactions without a transaction id
 * count: they may have taken {@code now()} and write later.
 *
 * <p>Counts: the largest value <i>m</i> seen at time <i>t</i> was handed out before <i>t</i>, and
 * so were all smaller ones; when no transaction is open that began before <i>t</i>, none of them
 * can still appear. The plan waits for those that are for the safety delay, and else falls back to
 * an older pair (t, m) from the position.
 *
 * <p>A server process reads its clock some microseconds before it reports {@code xact_start}; the
 * plan looks at the open transactions {@link #GRACE} after it took the time, so a process that was
 * suspended for longer between the two is the one case left. Rows that logical replication applies
 * carry the values of another server and are outside the rule, as are clocks of clients; both get
 * only the safety delay.
 */
final class PostgreSqlBound {
  private static final Duration GRACE = Duration.ofMillis(100);
  private static final int OBSERVATIONS = 64;

  /** Of this database, without our own session and those that never write rows by themselves. */
  private static final String OPEN =
      "SELECT min(a.xact_start),"
          + " count(*) FILTER (WHERE a.xact_start IS NULL AND a.query = '<insufficient privilege>'"
          + "   AND EXISTS (SELECT 1 FROM pg_locks l WHERE l.pid = a.pid"
          + "     AND l.locktype = 'virtualxid' AND l.mode = 'ExclusiveLock')),"
          + " (array_agg(a.pid ORDER BY a.xact_start) FILTER (WHERE a.xact_start IS NOT NULL))[1]"
          + " FROM pg_stat_activity a"
          + " WHERE a.pid <> pg_backend_pid()"
          + " AND a.datname = current_database()"
          + " AND a.backend_type IS DISTINCT FROM 'autovacuum worker'"
          + " AND a.backend_type IS DISTINCT FROM 'walsender'";

  /**
   * Prepared transactions do not say when they began, but which tables they wrote. Their locks are
   * found by the one on their own id: how they name themselves in pg_locks differs by version.
   */
  private static final String PREPARED =
      "SELECT p.gid FROM pg_prepared_xacts p"
          + " JOIN pg_locks own ON own.locktype = 'transactionid' AND own.pid IS NULL"
          + "   AND own.transactionid = p.transaction"
          + " JOIN pg_locks l ON l.virtualtransaction = own.virtualtransaction AND l.pid IS NULL"
          + " WHERE p.database = current_database() AND l.locktype = 'relation'"
          + " AND l.mode IN ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock',"
          + " 'AccessExclusiveLock')"
          + " AND (?::oid IS NULL OR l.relation = ?::oid) LIMIT 1";

  private static final String REPLICATED =
      "SELECT pg_is_in_recovery(),"
          + " COALESCE(pg_last_xact_replay_timestamp(), clock_timestamp()),"
          + " EXISTS (SELECT 1 FROM pg_subscription_rel WHERE srrelid = ?::oid)";

  private record Open(Optional<Instant> oldest, long hidden, String pid) {}

  private final Connection connection;
  private final Shape shape;
  private final Position previous;
  private final Map<String, String> facts = new TreeMap<>();

  PostgreSqlBound(Connection connection, Shape shape, Position previous) {
    this.connection = connection;
    this.shape = shape;
    this.previous = previous;
  }

  UpperBound find() throws SQLException {
    String table = plainTableId(connection, shape);
    Optional<UpperBound> copied = ofCopiedRows(table);
    if (copied.isPresent()) {
      return copied.get();
    }
    Instant now = UpperBound.now(connection, shape.dialect());
    String max = shape.kind().isTime() ? null : UpperBound.max(connection, shape);
    UpperBound.pause(GRACE);
    Optional<String> prepared = prepared(table);
    if (prepared.isPresent()) {
      facts.put("held_back", "by a prepared transaction on the table; commit or roll it back");
      facts.put("promise", "exact: the bound stays while a prepared transaction is open");
      return new UpperBound(previous == null ? null : previous.to(), observed(null), facts);
    }
    return shape.kind().isTime() ? byTime(now) : byCount(now, max);
  }

  private UpperBound byTime(Instant now) throws SQLException {
    Open open = open();
    Instant before = min(now, open.oldest());
    Duration delay = UpperBound.delay(shape, Duration.ZERO);
    if (open.hidden() > 0) {
      note(open);
      return UpperBound.byClock(
          shape, before, UpperBound.delay(shape, UpperBound.CLOCK_DELAY), facts);
    }
    heldBack(open, now);
    facts.put("bound", "start of the oldest open transaction" + less(delay));
    facts.put("promise", "exact for times that the database sets");
    return new UpperBound(shape.at(before.minus(delay)), List.of(), facts);
  }

  private UpperBound byCount(Instant now, String max) throws SQLException {
    Open open = open();
    Duration patience = UpperBound.delay(shape, UpperBound.COUNT_DELAY);
    long deadline = System.nanoTime() + patience.toNanos();
    while (System.nanoTime() < deadline && (open.hidden() > 0 || began(open, now))) {
      UpperBound.pause(Duration.ofMillis(50));
      open = open();
    }
    List<Position.Observation> observed =
        observed(max == null ? null : new Position.Observation(now.toString(), max));
    if (open.hidden() > 0) {
      note(open);
      facts.put("bound", "largest value " + patience.toMillis() + " ms before reading");
      facts.put("promise", "sees commits that come within " + patience.toMillis() + " ms");
      return new UpperBound(max, observed, facts);
    }
    heldBack(open, now);
    facts.put("bound", "largest value before the oldest open transaction");
    facts.put(
        "promise",
        "exact for values that each transaction takes from a sequence or counter"
            + " without cache");
    Instant oldest = open.oldest().orElse(Instant.MAX);
    String to =
        observed.stream()
            .filter(o -> !Instant.parse(o.at()).isAfter(oldest))
            .map(Position.Observation::max)
            .max(shape.kind()::compare)
            .orElse(previous == null ? null : previous.to());
    return new UpperBound(to, observed, facts);
  }

  /** On a standby or for a subscribed table the writers' transactions are elsewhere. */
  private Optional<UpperBound> ofCopiedRows(String table) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(REPLICATED)) {
      statement.setString(1, table);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        if (!row.getBoolean(1) && !row.getBoolean(3)) {
          return Optional.empty();
        }
        facts.put("note", "the rows are a replica's; its writers cannot be seen");
        if (!shape.kind().isTime()) {
          String max = UpperBound.max(connection, shape);
          Duration delay = UpperBound.delay(shape, UpperBound.COUNT_DELAY);
          UpperBound.pause(delay);
          facts.put("promise", "sees commits that come within " + delay.toMillis() + " ms");
          return Optional.of(new UpperBound(max, List.of(), facts));
        }
        Instant copied = row.getObject(2, OffsetDateTime.class).toInstant();
        return Optional.of(
            UpperBound.byClock(
                shape, copied, UpperBound.delay(shape, UpperBound.CLOCK_DELAY), facts));
      }
    }
  }

  private Open open() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(OPEN)) {
      row.next();
      OffsetDateTime oldest = row.getObject(1, OffsetDateTime.class);
      return new Open(
          Optional.ofNullable(oldest).map(OffsetDateTime::toInstant),
          row.getLong(2),
          row.getString(3));
    }
  }

  private Optional<String> prepared(String table) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(PREPARED)) {
      statement.setString(1, table);
      statement.setString(2, table);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
      }
    }
  }

  private List<Position.Observation> observed(Position.Observation latest) {
    List<Position.Observation> all =
        new ArrayList<>(previous == null ? List.of() : previous.observed());
    if (latest != null) {
      all.add(latest);
    }
    return all.subList(Math.max(0, all.size() - OBSERVATIONS), all.size());
  }

  /** The table's oid where it has one that locks and subscriptions name; null for all else. */
  static String plainTableId(Connection connection, Shape shape) throws SQLException {
    if (!shape.relation().isTable()) {
      return null;
    }
    String sql = "SELECT oid::text FROM pg_class WHERE oid = to_regclass(?) AND relkind = 'r'";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, shape.relation().sql(shape.dialect()));
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? row.getString(1) : null;
      }
    }
  }

  /** Identity of the table: cluster, database and oid; empty for a query. */
  static String identity(Connection connection, Relation relation) throws SQLException {
    if (!relation.isTable()) {
      return "";
    }
    String sql =
        "SELECT (SELECT oid FROM pg_database WHERE datname = current_database())::text"
            + " || '/' || to_regclass(?)::oid::text,"
            + " has_function_privilege('pg_control_system()', 'execute')";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, relation.sql(PostgreSqlDialect.INSTANCE));
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return (row.getBoolean(2) ? cluster(connection) : "") + "/" + row.getString(1);
      }
    }
  }

  private static String cluster(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT system_identifier::text FROM pg_control_system()")) {
      row.next();
      return row.getString(1);
    }
  }

  private void heldBack(Open open, Instant now) {
    if (began(open, now)) {
      facts.put(
          "held_back",
          "by the transaction of process "
              + open.pid()
              + ", open for "
              + Duration.between(open.oldest().orElse(now), now).toMillis()
              + " ms");
    }
  }

  private static boolean began(Open open, Instant now) {
    return open.oldest().map(o -> o.isBefore(now)).orElse(false);
  }

  private void note(Open open) {
    facts.put(
        "note",
        open.hidden()
            + " open transaction(s) of other users cannot be seen; for an exact bound"
            + " GRANT pg_read_all_stats to the user");
  }

  private static String less(Duration delay) {
    return delay.isZero() ? "" : " less " + delay.toMillis() + " ms";
  }

  private static Instant min(Instant a, Optional<Instant> b) {
    return b.filter(other -> other.isBefore(a)).orElse(a);
  }
}
