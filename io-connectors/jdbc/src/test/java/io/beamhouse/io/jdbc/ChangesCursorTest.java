package io.beamhouse.io.jdbc;

import static io.beamhouse.io.jdbc.SqlReadChangesTest.ids;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.io.core.increment.Increment;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which rows a run takes, by kinds of cursors and policies. */
class ChangesCursorTest {
  private final EmbeddedDatabase database = EmbeddedDatabase.create();
  private static final java.time.Duration SHORT = java.time.Duration.ofMillis(300);

  @TempDir Path work;

  @AfterEach
  void drop() {
    database.close();
  }

  private SqlReadChanges changes(String table, String cursor) {
    return SqlIO.readChanges()
        .from(database.connection())
        .table(table)
        .withCursor(cursor)
        .withKeys("id");
  }

  @Test
  void countsByASequenceAndNeverJumpsOverAnOpenTransaction() throws Exception {
    database.execute(
        "CREATE TABLE t (id serial PRIMARY KEY, v text)", "INSERT INTO t (v) VALUES ('a'), ('b')");
    Runs runs = new Runs(changes("t", "id").withSafetyDelay(SHORT), work);
    assertThat(ids(runs.next())).containsExactly(1, 2);
    assertThat(runs.plan().nothingNew()).isTrue();
    try (Connection late = database.open();
        Statement statement = late.createStatement()) {
      late.setAutoCommit(false);
      statement.execute("INSERT INTO t (v) VALUES ('late')");
      database.execute("INSERT INTO t (v) VALUES ('early')");
      Increment held = runs.plan();
      runs.accept(held);
      assertThat(held.nothingNew()).isTrue();
      assertThat(held.facts()).containsKeys("held_back", "ahead");
      late.commit();
    }
    assertThat(ids(runs.next())).containsExactly(3, 4);
    assertThat(runs.next()).isEmpty();
  }

  @Test
  void usesAnOlderObservationWhenALaterTransactionIsOpen() throws Exception {
    database.execute("CREATE TABLE t (id serial PRIMARY KEY)", "INSERT INTO t DEFAULT VALUES");
    Runs runs = new Runs(changes("t", "id").withSafetyDelay(SHORT), work);
    try (Connection first = database.open();
        Statement one = first.createStatement();
        Connection second = database.open();
        Statement two = second.createStatement()) {
      first.setAutoCommit(false);
      second.setAutoCommit(false);
      one.execute("INSERT INTO t DEFAULT VALUES");
      runs.accept(runs.plan());
      assertThat(runs.last().nothingNew()).isTrue();
      two.execute("INSERT INTO t DEFAULT VALUES");
      first.commit();
      // The second transaction began after the first plan saw 1, so 1 is settled; 2 is not.
      assertThat(ids(runs.next())).containsExactly(1);
      second.commit();
    }
    assertThat(ids(runs.next())).containsExactly(2, 3);
  }

  @Test
  void takesEqualNumbersThatComeLater() {
    database.execute(
        "CREATE TABLE t (id int PRIMARY KEY, batch bigint NOT NULL)",
        "INSERT INTO t VALUES (1, 7), (2, 7)");
    Runs runs = new Runs(changes("t", "batch"), work);
    assertThat(ids(runs.next())).containsExactly(1, 2);
    database.execute("INSERT INTO t VALUES (3, 7)");
    assertThat(ids(runs.next())).containsExactly(3);
    database.execute("INSERT INTO t VALUES (4, 8)");
    assertThat(ids(runs.next())).containsExactly(4);
    assertThat(runs.next()).isEmpty();
  }

  @Test
  void readsTheLagAgainAndDropsWhatItTook() {
    database.execute(
        "CREATE TABLE t (id int PRIMARY KEY, at timestamptz NOT NULL)",
        "INSERT INTO t SELECT i, now() - i * interval '1 minute' FROM generate_series(1, 400) i");
    Runs runs = new Runs(changes("t", "at").withLag("6h"), work);
    assertThat(runs.next()).hasSize(400);
    // A client's clock is behind: within the lag, outside the lag.
    database.execute(
        "INSERT INTO t VALUES (1001, now() - interval '3 hours'), (1002, now() - interval '7 hours')",
        "UPDATE t SET at = now() WHERE id = 5");
    assertThat(ids(runs.next())).containsExactly(5, 1001);
    assertThat(runs.plan().nothingNew()).isTrue();
  }

  @Test
  void keepsManyRowsOfTheOverlapInAFile() {
    database.execute(
        "CREATE TABLE t (id int PRIMARY KEY, at timestamptz NOT NULL)",
        "INSERT INTO t SELECT i, now() - interval '1 minute' FROM generate_series(1, 1000) i");
    Runs runs = new Runs(changes("t", "at").withLag("1h"), work);
    assertThat(runs.next()).hasSize(1000);
    assertThat(runs.position()).contains("seen-").hasSizeLessThan(2000);
    database.execute("INSERT INTO t VALUES (1001, now() - interval '10 minutes')");
    assertThat(ids(runs.next())).containsExactly(1001);
  }

  @Test
  void staysBehindByTheSafetyDelay() {
    database.execute(
        "CREATE TABLE t (id int PRIMARY KEY, at timestamptz NOT NULL)",
        "INSERT INTO t VALUES (1, now() - interval '2 hours'), (2, now())");
    Runs runs = new Runs(changes("t", "at").withSafetyDelay(java.time.Duration.ofHours(1)), work);
    assertThat(ids(runs.next())).containsExactly(1);
    assertThat(runs.last().facts()).containsKey("ahead");
  }

  @Test
  void keepsTheBoundBelowRoundedTimes() throws Exception {
    database.execute("CREATE TABLE t (id int, at timestamptz(0) NOT NULL DEFAULT now())");
    Runs runs = new Runs(changes("t", "at"), work);
    try (Connection late = database.open();
        Statement statement = late.createStatement()) {
      late.setAutoCommit(false);
      statement.execute("INSERT INTO t VALUES (1)");
      runs.accept(runs.plan());
      late.commit();
    }
    // now() may have been rounded down below the transaction's start.
    runs.position(runs.position());
    assertThat(Instant.parse(Position.parse(runs.position()).to()).getNano()).isZero();
  }

  @Test
  void needsAZoneForLocalTimesAndTakesIt() {
    database.execute(
        "CREATE TABLE t (id int, at timestamp NOT NULL)",
        "INSERT INTO t VALUES (1, timezone('Europe/Berlin', now())),"
            + " (2, timezone('Europe/Berlin', now()) + interval '10 minutes')");
    assertThatThrownBy(() -> new Runs(changes("t", "at"), work).next())
        .isInstanceOf(SourceFailedException.class)
        .hasMessageContaining("cursor_zone");
    assertThat(ids(new Runs(changes("t", "at").withCursorZone("Europe/Berlin"), work).next()))
        .containsExactly(1);
  }

  @Test
  void takesTheTimeThatClocksAreTurnedBackTo() {
    ZoneId berlin = ZoneId.of("Europe/Berlin");
    // 02:30 summer time on 2026-10-25: at 03:00 clocks go back to 02:00.
    assertThat(CursorKind.LOCAL.at(Instant.parse("2026-10-25T00:30:00.1234567Z"), berlin, 6))
        .isEqualTo("2026-10-25T02:00");
    assertThat(CursorKind.LOCAL.at(Instant.parse("2026-10-25T01:30:00Z"), berlin, 6))
        .isEqualTo("2026-10-25T02:30");
    assertThat(CursorKind.LOCAL.at(Instant.parse("2026-10-24T23:59:59Z"), berlin, 6))
        .isEqualTo("2026-10-25T01:59:59");
    assertThat(CursorKind.INSTANT.at(Instant.parse("2026-10-24T23:59:59.987654321Z"), berlin, 6))
        .isEqualTo("2026-10-24T23:59:59.987654Z");
    assertThat(CursorKind.DATE.at(Instant.parse("2026-10-24T23:59:59Z"), berlin, 6))
        .isEqualTo("2026-10-25");
  }

  @Test
  void readsWholeDaysOfADateCursor() {
    database.execute(
        "CREATE TABLE t (id int, day date NOT NULL)",
        "INSERT INTO t VALUES (1, timezone('UTC', now())::date - 1), (2, timezone('UTC', now())::date)");
    Runs runs = new Runs(changes("t", "day").withCursorZone("UTC"), work);
    assertThat(ids(runs.next())).containsExactly(1);
  }

  @Test
  void treatsRowsWithoutCursorAsAsked() {
    database.execute(
        "CREATE TABLE t (id int, at timestamptz)",
        "INSERT INTO t VALUES (1, now()), (2, NULL), (3, NULL)");
    assertThatThrownBy(() -> new Runs(changes("t", "at"), work).next())
        .isInstanceOf(SourceFailedException.class)
        .hasMessageContaining("2 row(s) of t have no value in cursor at");
    assertThat(ids(new Runs(changes("t", "at").withNullCursor("exclude"), work).next()))
        .containsExactly(1);
    Runs include = new Runs(changes("t", "at").withNullCursor("include"), work);
    assertThat(ids(include.next())).containsExactly(1, 2, 3);
    assertThat(ids(include.next())).containsExactly(2, 3);
  }

  @Test
  void backfillsARangeAndLeavesThePositionAlone() {
    database.execute(
        "CREATE TABLE t (id int PRIMARY KEY, at timestamptz NOT NULL)",
        "INSERT INTO t VALUES (1, '2026-01-01T00:00Z'), (2, '2026-01-02T00:00Z'),"
            + " (3, '2026-01-02T23:59:59.999999Z'), (4, '2026-01-03T00:00Z')");
    Runs runs = new Runs(changes("t", "at"), work);
    runs.next();
    Increment range = runs.backfill("2026-01-02", "2026-01-03T00:00:00Z");
    assertThat(ids(runs.read(range))).containsExactly(2, 3);
    assertThat(range.position()).isEqualTo(runs.position());
    assertThat(ids(runs.read(runs.backfill("2026-01-02", null)))).containsExactly(2, 3, 4);
    assertThat(runs.backfill("2027-01-01", null).nothingNew()).isTrue();
    assertThatThrownBy(() -> runs.backfill("yesterday", null))
        .hasMessageContaining("found 'yesterday'; allowed: an instant like");
  }

  @Test
  void startsWhereItIsTold() {
    database.execute(
        "CREATE TABLE t (id int PRIMARY KEY, at timestamptz NOT NULL)",
        "INSERT INTO t VALUES (1, '2025-12-31T23:59:59Z'), (2, '2026-01-01T00:00Z')");
    assertThat(ids(new Runs(changes("t", "at").withStartFrom("2026-01-01"), work).next()))
        .containsExactly(2);
  }

  @Test
  void readsChunksAndSplitsThatTogetherAreTheTable() {
    database.execute(
        "CREATE TABLE t (id int PRIMARY KEY, name text, at timestamptz NOT NULL)",
        // All in one transaction: one cursor value, so only keys can cut.
        "INSERT INTO t SELECT i, 'n' || i % 7, now() FROM generate_series(1, 1000) i",
        "INSERT INTO t SELECT i, 'n', now() FROM generate_series(1001, 1500) i");
    Runs runs = new Runs(changes("t", "at").withChunks(400, 3), work);
    Increment increment = runs.plan();
    assertThat(increment.chunks()).hasSize(4);
    List<Row> rows = runs.read(increment);
    assertThat(ids(rows)).hasSize(1500).doesNotHaveDuplicates();
    assertThat(runs.chunk(increment, 1)).hasSizeBetween(395, 405);
    assertThat(rows.stream().map(row -> row.getString("_source")))
        .contains("t[0]#1", "t[11]#1")
        .doesNotHaveDuplicates();
  }

  @Test
  void seesOneSnapshotInAllSplitsOfAChunk() throws Exception {
    database.execute(
        "CREATE TABLE t (id int PRIMARY KEY, v int, at timestamptz NOT NULL)",
        "INSERT INTO t SELECT i, 0, now() FROM generate_series(1, 100) i");
    SqlReadChanges changes = changes("t", "at").withChunks(100, 4);
    Runs runs = new Runs(changes, work);
    Increment increment = runs.plan();
    try (var session = changes.open(increment, 0, 1)) {
      List<SplitReads> splits = Runs.splits(session.rows());
      assertThat(splits).hasSize(4);
      int count = Runs.read(splits.get(0)).size();
      database.execute("UPDATE t SET v = 1", "DELETE FROM t WHERE id > 90");
      for (SplitReads split : splits.subList(1, 4)) {
        List<Row> rows = Runs.read(split);
        assertThat(rows).allMatch(row -> row.getInt32("v") == 0);
        count += rows.size();
      }
      assertThat(count).isEqualTo(100);
    }
  }

  @Test
  void marksRowsWhoseFlagIsSet() {
    database.execute(
        "CREATE TABLE t (id int PRIMARY KEY, at timestamptz NOT NULL DEFAULT now(),"
            + " gone timestamptz, dead boolean, state text)",
        "INSERT INTO t VALUES (1, now(), NULL, false, 'n'), (2, now(), now(), true, 'Y'),"
            + " (3, now(), NULL, NULL, NULL)");
    for (String flag : List.of("gone", "dead", "state")) {
      assertThat(new Runs(changes("t", "at").withDeleteFlag(flag), work).next())
          .extracting(row -> row.getInt32("id") + ":" + row.getBoolean("_deleted"))
          .containsExactlyInAnyOrder("1:false", "2:true", "3:false");
    }
  }

  @Test
  void readsOnlyWhatWhereAndColumnsAskFor() {
    database.execute(
        "CREATE TABLE t (id int PRIMARY KEY, at timestamptz NOT NULL DEFAULT now(), v interval)",
        "INSERT INTO t SELECT i FROM generate_series(1, 10) i");
    List<Row> rows =
        new Runs(changes("t", "at").withColumns("ID", "at").where("id > 5 OR id = 1"), work).next();
    assertThat(ids(rows)).containsExactly(1, 6, 7, 8, 9, 10);
    assertThat(rows.get(0).getSchema().getFieldNames())
        .containsExactly("id", "at", "_deleted", "_run", "_source");
  }

  @Test
  void readsAQuery() {
    database.execute(
        "CREATE TABLE t (id int PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())",
        "INSERT INTO t SELECT i FROM generate_series(1, 3) i");
    Runs runs =
        new Runs(
            SqlIO.readChanges()
                .from(database.connection())
                .query("SELECT id, at, id * 2 AS \"Double\" FROM t")
                .withCursor("at")
                .withKeys("id"),
            work);
    assertThat(runs.next()).extracting(row -> row.getInt32("Double")).contains(2, 4, 6);
    database.execute("UPDATE t SET at = now() WHERE id = 2");
    assertThat(ids(runs.next())).containsExactly(2);
  }
}
