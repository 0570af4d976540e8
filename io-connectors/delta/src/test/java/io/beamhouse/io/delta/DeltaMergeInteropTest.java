package io.beamhouse.io.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.testing.BeamTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
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

  /** Makes 20 000 rows in four files, in several commits with a checkpoint. */
  private void makeTable(String name, String options, String properties) {
    String at = "delta.`" + path(name) + "`";
    DeltaSpark.sql(
        "CREATE TABLE "
            + at
            + " USING delta "
            + options
            + " TBLPROPERTIES ('delta.checkpointInterval' = '2'"
            + properties
            + ") AS SELECT "
            + COLUMNS
            + " FROM range(0, 10000, 1, 2)");
    for (int from = 10_000; from < 20_000; from += 5_000) {
      DeltaSpark.sql(
          "INSERT INTO "
              + at
              + " SELECT "
              + COLUMNS
              + " FROM range("
              + from
              + ", "
              + (from + 5_000)
              + ", 1, 1)");
    }
    DeltaSpark.sql("DELETE FROM " + at + " WHERE id % 97 = 3");
  }

  /** Updates, moves between groups, inserts and deletes; every 10th change is an equal row. */
  private void makeChanges() {
    String changed = COLUMNS.replace("id / 3.0D", "id / 3.0D + if(id % 10 = 0, 0, 1)");
    DeltaSpark.sql(
        "CREATE TABLE delta.`"
            + path("changes")
            + "` USING delta AS SELECT *, id % 6 = 1 as _deleted FROM (SELECT "
            + changed
            + " FROM range(5000, 5400) UNION ALL SELECT "
            + changed.replace("cast(id % 7 as string)", "cast(id % 3 as string)")
            + " FROM range(19900, 20200))");
  }

  private void copy(String from, String to) throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve(from))) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, directory.resolve(to).resolve(directory.resolve(from).relativize(file)));
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

  private void mergeByUs(Pipeline pipeline, String table, long... counts) {
    DeltaMergeResult result =
        pipeline
            .apply(DeltaIO.read().from(path("changes")))
            .apply(DeltaIO.merge().into(path(table)).withKeys("id").withDeleteWhen("_deleted"));
    PAssert.thatSingleton(result.commit())
        .satisfies(
            commit -> {
              assertThat(
                      List.of(
                          commit.getInt64("inserted"),
                          commit.getInt64("updated"),
                          commit.getInt64("deleted"),
                          commit.getInt64("unchanged")))
                  .containsExactly(counts[0], counts[1], counts[2], counts[3]);
              return null;
            });
    pipeline.run().waitUntilFinish();
  }

  private void assertSame(String ours, String theirs) {
    Dataset<Row> left = DeltaSpark.read(path(ours));
    Dataset<Row> right = DeltaSpark.read(path(theirs)).select("*");
    assertThat(left.count()).isEqualTo(right.count());
    assertThat(left.exceptAll(right).toJSON().collectAsList()).isEmpty();
    assertThat(right.exceptAll(left).toJSON().collectAsList()).isEmpty();
    for (String filter :
        List.of(
            "seen >= timestamp'2020-01-01 05:30:00'",
            "amount < 6500",
            "big = -15600",
            "day > date'2022-06-01'",
            "name like 'name-20%'")) {
      assertThat(left.where(filter).count()).as(filter).isEqualTo(right.where(filter).count());
    }
  }

  private long changes(String where) {
    return DeltaSpark.read(path("changes")).where(where).count();
  }

  private void compare(Pipeline pipeline, String options, String properties) throws IOException {
    makeTable("ours", options, properties);
    makeChanges();
    copy("ours", "theirs");
    Dataset<Row> before = DeltaSpark.read(path("ours"));
    Dataset<Row> changes = DeltaSpark.read(path("changes"));
    long matched = changes.join(before, "id").count();
    long deleted = changes.where("_deleted").join(before.select("id"), "id").count();
    long unchanged =
        changes
            .drop("_deleted")
            .select(
                before.columns()[0],
                java.util.Arrays.copyOfRange(before.columns(), 1, before.columns().length))
            .intersect(before)
            .join(changes.where("not _deleted").select("id"), "id")
            .count();
    long inserted = changes.count() - matched - (changes("_deleted") - deleted);
    mergeByUs(
        pipeline,
        "ours",
        inserted,
        matched - deleted - unchanged,
        deleted,
        unchanged + changes("_deleted") - deleted);
    mergeBySpark("theirs");
    assertSame("ours", "theirs");
    DeltaSpark.sql("UPDATE delta.`" + path("changes") + "` SET name = concat(name, '!')");
    mergeBySpark("ours");
    mergeBySpark("theirs");
    assertSame("ours", "theirs");
  }

  @Test
  void equalsTheMergeOfDeltaSpark(TestPipeline pipeline) throws IOException {
    compare(pipeline, "", "");
  }

  @Test
  void equalsTheMergeOfDeltaSparkOnDeletionVectors(TestPipeline pipeline) throws IOException {
    compare(pipeline, "", ", 'delta.enableDeletionVectors' = 'true'");
  }

  @Test
  void equalsTheMergeOfDeltaSparkOnPartitions(TestPipeline pipeline) throws IOException {
    compare(pipeline, "PARTITIONED BY (grp)", "");
  }
}
