package io.beamhouse.io.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.io.delta.compact.Compacted;
import io.beamhouse.testing.BeamTest;
import io.beamhouse.testing.Faults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Our merge on tables of delta-spark 3.1.0, its MERGE on ours, and both compared. */
@ExtendWith(BeamTest.class)
class DeltaMergeInteropTest {
  private static final String COLUMNS =
      "id, cast(id % 7 as string) as grp, concat('name-', id) as name,"
          + " cast(id * 1.25 as decimal(12,2)) as amount,"
          + " cast(id as decimal(30,4)) * -3 as big,"
          + " if(id % 5 = 0, null, date_add(date'2020-01-01', cast(id % 1000 as int))) as day,"
          + " if(id % 11 = 0, null, timestamp'2020-01-01 00:00:00.123456' + make_interval(0,0,0,0,0,0,id)) as seen,"
          + " id % 2 = 0 as flag, id / 3.0D as score, cast(id as float) as ratio,"
          + " cast(id % 100 as smallint) as small, cast(id % 100 as tinyint) as tiny,"
          + " encode(concat('b', id), 'utf-8') as raw";

  private static final String DELETION_VECTORS = ", 'delta.enableDeletionVectors' = 'true'";

  /** What delta-spark made for more than one test, by its options. */
  private static final Map<String, Path> MADE = new HashMap<>();

  @TempDir static Path shared;
  @TempDir Path directory;

  @BeforeEach
  void smallRowGroups() {
    DeltaSpark.session().sparkContext().hadoopConfiguration().set("parquet.block.size", "65536");
  }

  @AfterEach
  void usualRowGroups() {
    DeltaSpark.session().sparkContext().hadoopConfiguration().unset("parquet.block.size");
  }

  private String path(String name) {
    return directory.resolve(name).toString();
  }

  /** 8 000 rows in three files of many row groups, in three commits with a checkpoint. */
  private void tables(String options, String properties) throws IOException {
    Path made = MADE.computeIfAbsent(options, key -> makeTable(options, properties));
    copy(made, "ours");
    copy(made, "theirs");
  }

  private static Path makeTable(String options, String properties) {
    Path made = shared.resolve("table-" + MADE.size());
    String at = "delta.`" + made + "`";
    DeltaSpark.sql(
        "CREATE TABLE "
            + at
            + " USING delta "
            + options
            + " TBLPROPERTIES ('delta.checkpointInterval' = '2'"
            + properties
            + ") AS SELECT "
            + COLUMNS
            + " FROM range(0, 4000, 1, 2)");
    DeltaSpark.sql("INSERT INTO " + at + " SELECT " + COLUMNS + " FROM range(4000, 8000, 1, 1)");
    DeltaSpark.sql("DELETE FROM " + at + " WHERE id % 97 = 3");
    return made;
  }

  /** Updates, moves between groups, inserts and deletes; every 10th change is an equal row. */
  private void changes() throws IOException {
    copy(MADE.computeIfAbsent("changes", key -> makeChanges()), "changes");
  }

  private static Path makeChanges() {
    Path made = shared.resolve("changes");
    String changed = COLUMNS.replace("id / 3.0D", "id / 3.0D + if(id % 10 = 0, 0, 1)");
    DeltaSpark.sql(
        "CREATE TABLE delta.`"
            + made
            + "` USING delta AS SELECT *, id % 6 = 1 as _deleted FROM (SELECT "
            + changed
            + " FROM range(2000, 2400) UNION ALL SELECT "
            + changed.replace("cast(id % 7 as string)", "cast(id % 3 as string)")
            + " FROM range(7900, 8200))");
    return made;
  }

  private void copy(Path from, String to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, directory.resolve(to).resolve(from.relativize(file)));
      }
    }
  }

  private void mergeBySpark(String table) {
    DeltaSpark.sql(
        "MERGE INTO delta.`"
            + path(table)
            + "` t USING delta.`"
            + path("changes")
            + "` c ON t.id = c.id WHEN MATCHED AND c._deleted THEN DELETE"
            + " WHEN MATCHED THEN UPDATE SET *"
            + " WHEN NOT MATCHED AND NOT c._deleted THEN INSERT *");
  }

  private void mergeByUs(Pipeline pipeline, String table) {
    pipeline
        .apply(DeltaIO.read().from(path("changes")))
        .apply(DeltaIO.merge().into(path(table)).withKeys("id").withDeleteWhen("_deleted"));
    pipeline.run().waitUntilFinish();
  }

  private void assertSame() {
    assertThat(DeltaSpark.json(path("ours"))).isEqualTo(DeltaSpark.json(path("theirs")));
    // Files are skipped by their statistics, which are ours now.
    assertThat(filtered("ours")).isNotEmpty().isEqualTo(filtered("theirs"));
  }

  /** Ids by filter, in one statement for all filters. */
  private List<String> filtered(String table) {
    Dataset<Row> all = DeltaSpark.read(path(table));
    return Stream.of("seen >= timestamp'2020-01-01 02:10:00'", "big = -6300")
        .map(filter -> all.where(filter).select(functions.lit(filter), functions.col("id")))
        .reduce(Dataset::unionAll)
        .orElseThrow()
        .collectAsList()
        .stream()
        .map(Row::toString)
        .sorted()
        .toList();
  }

  private static long metric(Row newest, String name) {
    return Long.parseLong(
        newest.<String, String>getJavaMap(newest.fieldIndex("operationMetrics")).get(name));
  }

  private void compare(Pipeline pipeline, String options, String properties) throws IOException {
    tables(options, properties);
    changes();
    mergeByUs(pipeline, "ours");
    mergeBySpark("theirs");
    assertSame();
    Row ours = DeltaSpark.history(path("ours")).get(0);
    Row theirs = DeltaSpark.history(path("theirs")).get(0);
    for (String name : List.of("numTargetRowsInserted", "numTargetRowsDeleted")) {
      assertThat(metric(ours, name)).as(name).isPositive().isEqualTo(metric(theirs, name));
    }
    // Spark writes equal rows again, we do not.
    assertThat(metric(ours, "numTargetRowsUpdated"))
        .isPositive()
        .isLessThan(metric(theirs, "numTargetRowsUpdated"));
  }

  @Test
  void equalsTheMergeOfDeltaSpark(TestPipeline pipeline) throws IOException {
    compare(pipeline, "", "");
  }

  @Test
  void equalsTheMergeOfDeltaSparkOnPartitionsWithDeletionVectors(TestPipeline pipeline)
      throws IOException {
    compare(pipeline, "PARTITIONED BY (grp)", DELETION_VECTORS);
    DeltaSpark.sql("UPDATE delta.`" + path("changes") + "` SET name = concat(name, '!')");
    mergeBySpark("ours");
    mergeBySpark("theirs");
    assertSame();
  }

  /** Deletion vectors of delta-spark are applied; one that it makes meanwhile is not lost. */
  @Test
  void compactionOfTablesOfDeltaSparkKeepsTheirRows() throws Exception {
    tables("PARTITIONED BY (grp)", DELETION_VECTORS);
    String delete = "` WHERE id % 7 = 2 AND id % 11 = 5";
    Path pause = directory.resolve("pause");
    CompletableFuture<Compacted> compaction;
    try (Faults.Armed fault = Faults.pauseAt("delta.commit", "before", pause)) {
      compaction =
          CompletableFuture.supplyAsync(() -> DeltaIO.compact(path("ours")).withMinFiles(2).run());
      while (!Files.exists(pause)) {
        Thread.onSpinWait();
      }
      DeltaSpark.sql("DELETE FROM delta.`" + path("ours") + delete);
      Files.delete(pause);
    }
    DeltaSpark.sql("DELETE FROM delta.`" + path("theirs") + delete);
    assertThat(compaction.get().filesAfter()).isEqualTo(6);
    assertThat(compaction.get().filesBusy()).isEqualTo(3);
    assertSame();
    assertThat(DeltaIO.compact(path("ours")).run().filesAfter()).isEqualTo(1);
    assertSame();
    assertThat(DeltaSpark.history(path("ours")).get(0).<String>getAs("operation"))
        .isEqualTo("OPTIMIZE");
    DeltaSpark.sql("DELETE FROM delta.`" + path("ours") + "` WHERE id % 13 = 1");
    DeltaSpark.sql("DELETE FROM delta.`" + path("theirs") + "` WHERE id % 13 = 1");
    assertSame();
  }
}
