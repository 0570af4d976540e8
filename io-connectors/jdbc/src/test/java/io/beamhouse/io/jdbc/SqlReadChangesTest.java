package io.beamhouse.io.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.testing.BeamTest;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(BeamTest.class)
class SqlReadChangesTest {
  private final EmbeddedDatabase database = EmbeddedDatabase.create();
  @TempDir Path work;

  @AfterEach
  void drop() {
    database.close();
  }

  private void users() {
    database.execute(
        "CREATE TABLE users (id int PRIMARY KEY, name text, updated_at timestamptz NOT NULL"
            + " DEFAULT now())",
        "INSERT INTO users SELECT i, 'u' || i FROM generate_series(1, 5) i");
  }

  private SqlReadChanges changes() {
    return SqlIO.readChanges()
        .from(database.connection())
        .table("users")
        .withCursor("updated_at")
        .withKeys("id");
  }

  static List<Object> ids(List<Row> rows) {
    return rows.stream().map(row -> row.<Object>getValue("id")).sorted().toList();
  }

  @Test
  void readsEachChangeOnce() {
    users();
    Runs runs = new Runs(changes(), work);
    assertThat(ids(runs.next())).containsExactly(1, 2, 3, 4, 5);
    assertThat(runs.last().facts())
        .containsEntry("promise", "exact for times that the database sets");
    assertThat(runs.plan().nothingNew()).isTrue();
    database.execute(
        "UPDATE users SET name = 'x', updated_at = now() WHERE id IN (2, 4)",
        "INSERT INTO users VALUES (6, 'u6')");
    List<Row> rows = runs.next();
    assertThat(ids(rows)).containsExactly(2, 4, 6);
    assertThat(rows.get(0).getSchema().getFieldNames())
        .containsExactly("id", "name", "updated_at", "_deleted", "_run", "_source");
    assertThat(runs.next()).isEmpty();
  }

  @Test
  void takesARowThatCommitsLateInTheNextRun() throws Exception {
    users();
    Runs runs = new Runs(changes(), work);
    try (Connection late = database.open();
        Statement statement = late.createStatement()) {
      late.setAutoCommit(false);
      statement.execute("INSERT INTO users VALUES (100, 'late')");
      database.execute("INSERT INTO users VALUES (6, 'early')");
      assertThat(ids(runs.next())).containsExactly(1, 2, 3, 4, 5);
      assertThat(runs.last().facts().get("held_back")).contains("open for");
      late.commit();
    }
    assertThat(ids(runs.next())).containsExactly(6, 100);
    assertThat(runs.next()).isEmpty();
  }

  @Test
  void readsInAPipelineToo(TestPipeline pipeline) {
    users();
    PAssert.that(
            pipeline
                .apply(changes().withChunks(2, 2))
                .apply(
                    MapElements.into(TypeDescriptors.integers())
                        .via((Row row) -> row.getInt32("id"))))
        .containsInAnyOrder(1, 2, 3, 4, 5);
    pipeline.run().waitUntilFinish();
  }
}
