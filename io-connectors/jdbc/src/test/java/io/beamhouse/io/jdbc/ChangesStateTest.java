package io.beamhouse.io.jdbc;

import static io.beamhouse.io.jdbc.SqlReadChangesTest.ids;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.GateRefusedException;
import io.beamhouse.core.error.SourceChangedException;
import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.core.error.StateRefusedException;
import io.beamhouse.core.secret.SecretRef;
import io.beamhouse.io.core.increment.Increment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.beam.sdk.io.BoundedSource.BoundedReader;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens when the world does not fit the state, or fails. */
class ChangesStateTest {
  private final EmbeddedDatabase database = EmbeddedDatabase.create();
  @TempDir Path work;

  @AfterEach
  void drop() {
    database.close();
  }

  @BeforeEach
  void table() {
    database.execute(
        "CREATE TABLE t (id int PRIMARY KEY, v text, at timestamptz NOT NULL DEFAULT now())",
        "INSERT INTO t SELECT i, 'v', now() - i * interval '1 day' FROM generate_series(1, 20) i");
  }

  private SqlReadChanges changes() {
    return SqlIO.readChanges()
        .from(database.connection())
        .table("t")
        .withCursor("at")
        .withKeys("id");
  }

  private Runs started() {
    Runs runs = new Runs(changes(), work);
    assertThat(runs.next()).hasSize(20);
    return runs;
  }

  private static void refuses(Runs runs, String... words) {
    String before = runs.position();
    assertThatThrownBy(runs::next)
        .isInstanceOf(StateRefusedException.class)
        .hasMessageContainingAll(words)
        .hasMessageContaining("reset the state");
    assertThat(runs.position()).isEqualTo(before);
  }

  @Test
  void refusesACursorThatWentBackwards() {
    Runs runs = started();
    database.execute("UPDATE t SET at = at - interval '5 hours'");
    refuses(runs, "cursor at of t went backwards: its largest value was", "and is");
  }

  @Test
  void refusesATableThatLostItsNewestRows() {
    Runs runs = started();
    database.execute("DELETE FROM t WHERE id <= 12");
    refuses(runs, "went backwards");
  }

  @Test
  void goesOnWhenTheNewestRowWasDeleted() {
    Runs runs = started();
    database.execute("DELETE FROM t WHERE id <= 3");
    assertThat(runs.next()).isEmpty();
    database.execute("INSERT INTO t VALUES (30)");
    assertThat(ids(runs.next())).containsExactly(30);
  }

  @Test
  void refusesATableThatWasMadeAgain() {
    Runs runs = started();
    database.execute(
        "CREATE TABLE u AS TABLE t",
        "DROP TABLE t",
        "ALTER TABLE u RENAME TO t",
        "ALTER TABLE t ALTER at SET NOT NULL");
    refuses(runs, "it was dropped and made again");
  }

  @Test
  void refusesThePositionOfAnotherTable() {
    Runs runs = started();
    database.execute("CREATE TABLE other (id int, at timestamptz NOT NULL)");
    refuses(
        new Runs(changes().table("other"), work).position(runs.position()),
        "the state belongs to",
        "t by at",
        "other by at");
    assertThatThrownBy(() -> new Runs(changes(), work).position("[1]").next())
        .isInstanceOf(StateRefusedException.class);
    assertThatThrownBy(() -> new Runs(changes(), work).position("{\"version\": 2}").next())
        .isInstanceOf(StateRefusedException.class)
        .hasMessageContaining("version 2");
  }

  @Test
  void namesColumnsThatChanged() {
    Runs runs = started();
    database.execute("ALTER TABLE t ADD new_one int", "ALTER TABLE t ALTER v TYPE varchar(5)");
    assertThatThrownBy(runs::next)
        .isInstanceOf(SourceFailedException.class)
        .hasMessageContaining("v was text and is varchar")
        .hasMessageContaining("new_one is new")
        .hasMessageContaining("on_schema_change: evolve");
    database.execute("ALTER TABLE t ALTER v TYPE text", "INSERT INTO t VALUES (50)");
    Runs evolving =
        new Runs(changes().withOnSchemaChange("evolve"), work).position(runs.position());
    assertThat(evolving.next().get(0).getSchema().hasField("new_one")).isTrue();
    database.execute("INSERT INTO t VALUES (51)");
    assertThat(evolving.next()).hasSize(1);
    database.execute("ALTER TABLE t DROP v");
    assertThatThrownBy(evolving::next)
        .isInstanceOf(SourceFailedException.class)
        .hasMessageContaining("v is gone");
  }

  @Test
  void pinsColumns() {
    Runs runs = new Runs(changes().withColumns("id", "at"), work);
    runs.next();
    database.execute("ALTER TABLE t ADD new_one int", "INSERT INTO t VALUES (50)");
    assertThat(ids(runs.next())).containsExactly(50);
  }

  @Test
  void findsRowsThatWereDeleted() {
    Runs runs = new Runs(changes().reconcileKeys(0.5), work);
    assertThat(runs.next()).hasSize(20);
    assertThat(runs.last().facts()).containsEntry("hard_deletes", "seen from the next run on");
    database.execute(
        "DELETE FROM t WHERE id IN (3, 5)", "UPDATE t SET v = 'w', at = now() WHERE id = 4");
    List<Row> rows = runs.next();
    assertThat(rows.stream().map(r -> r.getInt32("id") + ":" + r.getBoolean("_deleted")))
        .containsExactlyInAnyOrder("3:true", "4:false", "5:true");
    Row gone = rows.stream().filter(r -> r.getInt32("id") == 3).findFirst().orElseThrow();
    assertThat(gone.getString("v")).isNull();
    assertThat(gone.<Object>getValue("at")).hasToString(Position.parse(runs.position()).to());
    assertThat(gone.getString("_source")).startsWith("t[deleted]#");
    assertThat(gone.getSchema().getField("v").getType().getNullable()).isTrue();
    assertThat(gone.getSchema().getField("id").getType().getNullable()).isFalse();
    database.execute("INSERT INTO t VALUES (3, 'back')");
    assertThat(runs.next())
        .extracting(r -> r.getInt32("id") + ":" + r.getBoolean("_deleted"))
        .containsExactly("3:false");
    assertThat(runs.plan().nothingNew()).isTrue();
  }

  @Test
  void findsRowsThatComeBelowTheBoundByTheirKeys() {
    Runs runs = new Runs(changes().reconcileKeys(0.5), work);
    runs.next();
    // Longer after its cursor was set than any delay: new, and changed.
    database.execute(
        "INSERT INTO t (id, v, at) VALUES (90, 'late', now() - interval '1 day')",
        "UPDATE t SET v = 'late', at = at + interval '1 microsecond' WHERE id = 7");
    assertThat(ids(runs.next())).containsExactlyInAnyOrder(7, 90);
    assertThat(runs.last().facts())
        .containsEntry("late_rows", "2 rows below the range were found by their keys");
    assertThat(runs.plan().nothingNew()).isTrue();
  }

  @Test
  void aLateRowThatIsGoneAgainComesAsADelete() {
    Runs runs = new Runs(changes().reconcileKeys(0.5), work);
    runs.next();
    database.execute("INSERT INTO t (id, v, at) VALUES (90, 'x', now() - interval '1 day')");
    Increment increment = runs.plan();
    database.execute("DELETE FROM t WHERE id = 90");
    assertThat(runs.read(increment)).isEmpty();
    runs.accept(increment);
    assertThat(runs.next())
        .extracting(r -> r.getInt32("id") + ":" + r.getBoolean("_deleted"))
        .containsExactly("90:true");
  }

  @Test
  void refusesARowWhoseCursorWentBack() {
    Runs runs = new Runs(changes().reconcileKeys(0.5), work);
    runs.next();
    database.execute("UPDATE t SET at = at - interval '1 day' WHERE id = 5");
    assertThatThrownBy(runs::next)
        .isInstanceOf(StateRefusedException.class)
        .hasMessageContaining("1 row(s) have a smaller value than before, and 0 row(s)");
    database.execute("UPDATE t SET at = now() WHERE id = 5");
    assertThat(ids(runs.next())).containsExactly(5);
  }

  @Test
  void refusesADeletedRowThatComesBackAsItWas() {
    Runs runs = new Runs(changes().reconcileKeys(0.5), work);
    runs.next();
    database.execute("CREATE TABLE old AS TABLE t", "DELETE FROM t WHERE id = 3");
    runs.next();
    database.execute("INSERT INTO t VALUES (77)");
    runs.next();
    database.execute("INSERT INTO t SELECT * FROM old WHERE id = 3");
    assertThatThrownBy(runs::next)
        .isInstanceOf(StateRefusedException.class)
        .hasMessageContaining("1 row(s) that were deleted are back");
    database.execute("UPDATE t SET at = now() WHERE id = 3", "DROP TABLE old");
    assertThat(ids(runs.next())).containsExactly(3);
  }

  @Test
  void refusesToDeleteMostOfATable() {
    Runs runs = new Runs(changes().reconcileKeys(0.5), work);
    runs.next();
    database.execute("DELETE FROM t WHERE id BETWEEN 2 AND 17");
    assertThatThrownBy(runs::next)
        .isInstanceOf(GateRefusedException.class)
        .hasMessageContaining("16 of 20 keys of t vanished")
        .hasMessageContaining("max_delete_share");
    Runs allowed = new Runs(changes().reconcileKeys(1), work).position(runs.position());
    assertThat(allowed.next()).hasSize(16).allMatch(row -> row.getBoolean("_deleted"));
    database.execute("DELETE FROM t");
    assertThatThrownBy(
            () -> new Runs(changes().reconcileKeys(0.9), work).position(allowed.position()).next())
        .isInstanceOf(GateRefusedException.class);
  }

  @Test
  void comparesKeysOverMoreBucketsThanBefore() {
    // 1 bucket holds 200 000 keys.
    database.execute(
        "CREATE TABLE big AS SELECT i AS id, now() AS at FROM generate_series(1, 120000) i",
        "ALTER TABLE big ALTER id SET NOT NULL");
    Runs runs = new Runs(changes().table("big").reconcileKeys(0.5), work);
    runs.accept(runs.plan());
    database.execute(
        "INSERT INTO big SELECT i, now() FROM generate_series(120001, 410000) i",
        "DELETE FROM big WHERE id IN (1, 77777, 120000)");
    Increment increment = runs.plan();
    assertThat(Position.parse(increment.position()).keys().buckets()).isEqualTo(4);
    List<Row> rows = runs.chunk(increment, increment.chunks().size() - 1);
    assertThat(rows.stream().filter(row -> row.getBoolean("_deleted")).map(r -> r.getInt32("id")))
        .containsExactlyInAnyOrder(1, 77777, 120000);
  }

  @Test
  void readsAnEmptyTable() {
    database.execute("DELETE FROM t");
    Runs runs = new Runs(changes().reconcileKeys(0.5), work);
    assertThat(runs.plan().nothingNew()).isTrue();
    runs.accept(runs.last());
    database.execute("INSERT INTO t VALUES (1)");
    assertThat(ids(runs.next())).containsExactly(1);
  }

  private void fails(SqlReadChanges changes, String... words) {
    assertThatThrownBy(() -> new Runs(changes, work).next())
        .isInstanceOf(SourceFailedException.class)
        .hasMessageContainingAll(words)
        .hasMessageNotContaining("wrong-secret");
  }

  @Test
  void saysWhatIsWrongWithTheConnection() throws Exception {
    Path wrong = Files.writeString(work.resolve("wrong"), "wrong-secret");
    // The server trusts local users; this one cannot be.
    database.execute("CREATE ROLE nobody_here NOLOGIN");
    SqlConnection good = database.connection();
    fails(
        changes()
            .from(
                good.withUsername("nobody_here")
                    .withPassword(SecretRef.parse("${file:" + wrong + "}"))),
        "refused the user or the password",
        "28000");
    fails(
        changes()
            .from(
                SqlConnection.to("jdbc:postgresql://localhost:1/x")
                    .withTimeouts(Duration.ofSeconds(2), Duration.ZERO, Duration.ZERO)),
        "cannot be reached",
        "check host, port");
    fails(
        changes()
            .from(
                SqlConnection.to(database.url() + "_none")
                    .withUsername("postgres")
                    .withPassword(SecretRef.parse(database.password()))),
        "the database does not exist");
    fails(changes().from(SqlConnection.to("jdbc:nosuch:x")), "No JDBC driver");
    fails(
        changes().from(good.withPassword(SecretRef.parse("${env:NOT_SET_ANYWHERE}"))),
        "environment variable");
  }

  @Test
  void saysWhatIsMissing() {
    fails(changes().table("nope"), "a table does not exist", "nope");
    fails(changes().withCursor("att"), "column 'att' does not exist - did you mean 'at'?");
    fails(changes().withKeys("idd", "x"), "column 'idd' does not exist", "column 'x'");
    fails(changes().withCursor("v"), "type text, which cannot be a cursor");
    fails(changes().where("nonsense ="), "did not understand", "where");
    fails(changes().withLag("5"), "lag '5' does not fit");
    database.execute("CREATE ROLE reader LOGIN");
    fails(changes().from(database.connection().withUsername("reader")), "lacks a right");
  }

  @Test
  void stopsAStatementThatTakesTooLong() {
    fails(
        changes()
            .table("")
            .from(
                database
                    .connection()
                    .withTimeouts(Duration.ZERO, Duration.ZERO, Duration.ofSeconds(1)))
            .query("SELECT *, pg_sleep(30) AS s FROM t")
            .withColumns("id", "at")
            .where("s IS NOT NULL"),
        "took longer than allowed");
  }

  @Test
  void saysSoWhenItCannotSeeOtherUsersTransactions() throws Exception {
    database.execute("CREATE ROLE limited LOGIN", "GRANT SELECT ON t TO limited");
    Runs runs =
        new Runs(
            changes()
                .from(database.connection().withUsername("limited"))
                .withSafetyDelay(Duration.ofSeconds(7)),
            work);
    try (Connection open = database.open();
        Statement statement = open.createStatement()) {
      open.setAutoCommit(false);
      statement.execute("INSERT INTO t VALUES (99)");
      runs.next();
      assertThat(runs.last().facts().get("promise")).contains("within 7000 ms");
      assertThat(runs.last().facts().get("note")).contains("pg_read_all_stats");
      open.rollback();
    }
    assertThat(runs.plan().facts().get("promise")).startsWith("exact");
    database.execute("DROP OWNED BY limited", "DROP ROLE limited");
  }

  @Test
  void waitsForPreparedTransactionsOnTheTable() throws Exception {
    Runs runs = started();
    String before = Position.parse(runs.position()).to();
    try (Connection open = database.open();
        Statement statement = open.createStatement()) {
      open.setAutoCommit(false);
      statement.execute("INSERT INTO t VALUES (99)");
      statement.execute("PREPARE TRANSACTION 'two phases'");
      open.rollback();
    }
    database.execute("INSERT INTO t VALUES (98)");
    assertThat(runs.next()).isEmpty();
    assertThat(Position.parse(runs.position()).to()).isEqualTo(before);
    assertThat(runs.last().facts().get("held_back")).contains("prepared transaction");
    database.execute("COMMIT PREPARED 'two phases'");
    assertThat(ids(runs.next())).containsExactly(98, 99);
  }

  @Test
  void refusesARangeWhoseTableChangedAfterThePlan() {
    Runs runs = new Runs(changes(), work);
    Increment increment = runs.plan();
    database.execute("ALTER TABLE t ADD x int");
    assertThatThrownBy(() -> runs.read(increment)).isInstanceOf(SourceChangedException.class);
  }

  @Test
  void failsWhenItsSessionsAreKilledAndReadsTheSameAfterwards() throws Exception {
    database.execute(
        "INSERT INTO t SELECT i, repeat('x', 100), now() FROM generate_series(100, 20000) i");
    SqlReadChanges changes = changes().withChunks(30_000, 2).withFetchSize(100);
    Runs runs = new Runs(changes, work);
    Increment increment = runs.plan();
    try (var session = changes.open(increment, 0, 1)) {
      List<SplitReads> splits = Runs.splits(session.rows());
      try (BoundedReader<Row> reader =
          splits.get(0).createReader(PipelineOptionsFactory.create())) {
        assertThat(reader.start()).isTrue();
        database.rows(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                + " WHERE application_name = 'beamhouse'");
        assertThatThrownBy(
                () -> {
                  while (reader.advance()) {
                    reader.getCurrent();
                  }
                })
            .isInstanceOf(SourceFailedException.class)
            .hasMessageContaining("57P01");
      }
      // The driver's snapshot is gone with its session, so nothing is read under another one.
      assertThatThrownBy(() -> Runs.read(splits.get(1)))
          .isInstanceOf(SourceFailedException.class)
          .hasMessageContaining("snapshot is gone");
    }
    assertThat(ids(runs.read(increment))).hasSize(19921).doesNotHaveDuplicates();
    assertThat(
            runs.read(increment).stream()
                .map(r -> r.getInt32("id") + r.getString("_source"))
                .collect(Collectors.toSet()))
        .hasSize(19921);
  }
}
