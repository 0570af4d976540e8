package io.beamhouse.io.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.apache.beam.sdk.values.Row;

/** Any order of writing, late committing and reading ends with a copy that equals the table. */
class LateCommitsTest {
  private static final String DDL =
      "CREATE TABLE t (id int PRIMARY KEY, v int NOT NULL,"
          + " at timestamptz NOT NULL DEFAULT clock_timestamp())";

  @Property(tries = 6, shrinking = ShrinkingMode.OFF)
  void aCopyEqualsTheTableAtTheEnd(@ForAll long seed) throws Exception {
    Path work = Files.createTempDirectory("late");
    Random random = new Random(seed);
    List<Connection> open = new ArrayList<>();
    try (EmbeddedDatabase database = EmbeddedDatabase.create()) {
      database.execute(DDL);
      Runs runs =
          new Runs(
              SqlIO.readChanges()
                  .from(database.connection())
                  .table("t")
                  .withCursor("at")
                  .withKeys("id")
                  .withChunks(7, 2)
                  .reconcileKeys(1),
              work);
      TreeMap<Integer, String> copy = new TreeMap<>();
      for (int step = 0; step < 30; step++) {
        switch (random.nextInt(6)) {
          case 0 -> open.add(begun(database, random));
          case 1, 2 -> write(database, open, random, step);
          case 3 -> end(open, random);
          default -> merge(copy, runs.next());
        }
      }
      while (!open.isEmpty()) {
        end(open, random);
      }
      merge(copy, runs.next());
      assertThat(copy.values())
          .containsExactlyElementsOf(
              database.rows("SELECT id, v, at AT TIME ZONE 'UTC' FROM t ORDER BY id").stream()
                  .map(row -> row.replace(' ', 'T'))
                  .map(LateCommitsTest::canonical)
                  .toList());
      assertThat(runs.next()).isEmpty();
    } finally {
      for (Connection connection : open) {
        connection.close();
      }
    }
  }

  /** A transaction that has taken its time already, with or without having written. */
  private static Connection begun(EmbeddedDatabase database, Random random) throws Exception {
    Connection connection = database.open();
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET LOCAL lock_timeout = '50ms'");
      statement.execute(random.nextBoolean() ? "SELECT now()" : insert(random.nextInt(1000) + 100));
    }
    return connection;
  }

  private static String insert(int id) {
    return "INSERT INTO t VALUES (" + id + ", 0, now()) ON CONFLICT (id) DO NOTHING";
  }

  /** Inserts, updates or deletes, alone or inside an open transaction that it may spoil. */
  private static void write(
      EmbeddedDatabase database, List<Connection> open, Random random, int step) throws Exception {
    int id = random.nextInt(20);
    String time = random.nextBoolean() ? "now()" : "clock_timestamp()";
    String sql =
        switch (random.nextInt(4)) {
          case 0 -> "DELETE FROM t WHERE id = " + id;
          default ->
              "INSERT INTO t VALUES ("
                  + id
                  + ", "
                  + step
                  + ", "
                  + time
                  + ") ON CONFLICT (id)"
                  + " DO UPDATE SET v = EXCLUDED.v, at = greatest(EXCLUDED.at, clock_timestamp())";
        };
    boolean inside = !open.isEmpty() && random.nextBoolean();
    try (Connection own = inside ? null : database.open();
        Statement statement =
            (inside ? open.get(random.nextInt(open.size())) : own).createStatement()) {
      statement.execute((inside ? "" : "SET lock_timeout = '50ms'; ") + sql);
    } catch (java.sql.SQLException e) {
      // A lock or a spoiled transaction: nothing was written.
      assertThat(e.getSQLState()).isIn("55P03", "25P02", "40P01");
    }
  }

  private static void end(List<Connection> open, Random random) throws Exception {
    if (open.isEmpty()) {
      return;
    }
    try (Connection connection = open.remove(random.nextInt(open.size()))) {
      if (random.nextInt(4) == 0) {
        connection.rollback();
      } else {
        connection.commit();
      }
    }
  }

  private static void merge(TreeMap<Integer, String> copy, List<Row> rows) {
    rows.forEach(
        row -> {
          int id = row.getInt32("id");
          if (row.getBoolean("_deleted")) {
            copy.remove(id);
          } else {
            copy.put(id, canonical(id + "|" + row.getInt32("v") + "|" + row.getValue("at")));
          }
        });
  }

  /** The time without its zone and trailing zeros. */
  private static String canonical(String row) {
    String bare = row.replaceFirst("Z$", "");
    return bare.contains(".") ? bare.replaceFirst("0+$", "").replaceFirst("\\.$", "") : bare;
  }
}
