package io.beamhouse.io.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.row.RowTypes;
import io.beamhouse.io.delta.data.FileTask;
import io.beamhouse.io.delta.data.TableFileReader;
import io.beamhouse.io.delta.log.DataFiles;
import io.beamhouse.io.delta.log.DeltaLog;
import io.beamhouse.io.delta.log.TableSnapshot;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables that delta-spark 3.1.0 made. */
class DeltaReadTest {
  @TempDir Path directory;
  private String path;
  private String table;

  @BeforeEach
  void path() {
    path = directory.resolve("table").toString();
    table = "delta.`" + path + "`";
  }

  private static List<List<Object>> values(List<Row> rows) {
    List<List<Object>> values = new ArrayList<>();
    rows.forEach(row -> values.add(new ArrayList<>(row.getValues())));
    return values;
  }

  private static List<Object> row(Object... values) {
    return Stream.of(values).map(v -> v).collect(ArrayList::new, List::add, List::addAll);
  }

  @Test
  void partitionedTableWithCheckpointsDeletedRowsAndANewColumnIsReadRight() {
    DeltaSpark.sql(
        "CREATE TABLE "
            + table
            + " (id BIGINT NOT NULL, at TIMESTAMP, day DATE, part STRING) USING delta PARTITIONED BY"
            + " (part, day) TBLPROPERTIES ('delta.checkpointInterval'='2',"
            + " 'delta.enableDeletionVectors'='true')");
    for (int i = 0; i < 4; i++) {
      DeltaSpark.sql(
          "INSERT INTO "
              + table
              + " SELECT id, timestamp_micros(1600000000000001 + id), DATE'2026-01-31', 'p 1/ü' FROM"
              + " range("
              + i * 10
              + ","
              + (i + 1) * 10
              + ",1,1)");
    }
    DeltaSpark.sql("DELETE FROM " + table + " WHERE id % 10 IN (0, 3) AND id < 30");
    DeltaSpark.sql("DELETE FROM " + table + " WHERE id = 39");
    DeltaSpark.sql("ALTER TABLE " + table + " ADD COLUMNS (extra STRING)");
    DeltaSpark.sql("INSERT INTO " + table + " VALUES (100, NULL, DATE'2026-02-01', NULL, 'new')");

    List<List<Object>> expected = new ArrayList<>();
    for (long id = 0; id < 39; id++) {
      if (id >= 30 || (id % 10 != 0 && id % 10 != 3)) {
        expected.add(
            row(
                id,
                Instant.ofEpochSecond(1600000000L, (id + 1) * 1000),
                LocalDate.parse("2026-01-31"),
                "p 1/ü",
                null));
      }
    }
    expected.add(row(100L, null, LocalDate.parse("2026-02-01"), null, "new"));
    List<Row> rows = DeltaWriteTest.read(DeltaIO.read().from(path));
    assertThat(values(rows)).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(rows.get(0).getSchema().getField("at").getType())
        .isEqualTo(RowTypes.TIMESTAMP.withNullable(true));
    assertThat(rows.get(0).getSchema().getField("id").getType().getNullable()).isFalse();

    assertThat(values(DeltaWriteTest.read(DeltaIO.read().from(path).withVersion(1)))).hasSize(10);
    assertThat(
            values(
                DeltaWriteTest.read(
                    DeltaIO.read().from(path).withColumns(List.of("extra", "part")))))
        .hasSize(expected.size())
        .contains(row(null, "p 1/ü"), row("new", null));
  }

  @Test
  void columnMappedTableIsReadByItsOwnNames() {
    DeltaSpark.sql(
        "CREATE TABLE "
            + table
            + " (id BIGINT, s STRUCT<a: STRING, b: ARRAY<STRUCT<c: INT>>>, part INT) USING delta"
            + " PARTITIONED BY (part) TBLPROPERTIES ('delta.columnMapping.mode'='name',"
            + " 'delta.minReaderVersion'='2', 'delta.minWriterVersion'='5')");
    DeltaSpark.sql(
        "INSERT INTO "
            + table
            + " VALUES (1, named_struct('a','x','b',array(named_struct('c',7))),5)");
    DeltaSpark.sql("ALTER TABLE " + table + " RENAME COLUMN id TO key");
    DeltaSpark.sql("ALTER TABLE " + table + " RENAME COLUMN s.a TO first");
    DeltaSpark.sql("INSERT INTO " + table + " VALUES (2, NULL, NULL)");

    List<Row> rows = DeltaWriteTest.read(DeltaIO.read().from(path));
    assertThat(rows).extracting(r -> r.getInt64("key")).containsExactlyInAnyOrder(1L, 2L);
    Row one = rows.stream().filter(r -> r.getInt64("key") == 1).findFirst().orElseThrow();
    assertThat(one.getRow("s").getString("first")).isEqualTo("x");
    assertThat(one.getRow("s").<Row>getArray("b").iterator().next().getInt32("c")).isEqualTo(7);
    assertThat(one.getInt32("part")).isEqualTo(5);
  }

  @Test
  void tableWithV2CheckpointsAndLocalTimestampsIsReadAndAppendedTo() {
    DeltaSpark.sql(
        "CREATE TABLE "
            + table
            + " (id BIGINT, local TIMESTAMP_NTZ) USING delta TBLPROPERTIES"
            + " ('delta.checkpointPolicy'='v2', 'delta.checkpointInterval'='2')");
    for (int i = 1; i <= 3; i++) {
      DeltaSpark.sql(
          "INSERT INTO "
              + table
              + " VALUES ("
              + i
              + ", TIMESTAMP_NTZ'2026-03-29 02:30:00.00000"
              + i
              + "')");
    }
    List<Row> rows = DeltaWriteTest.read(DeltaIO.read().from(path));
    assertThat(rows).hasSize(3);
    DeltaWriteTest.run(DeltaIO.write().to(path), rows.get(0).getSchema(), rows.toArray(Row[]::new));
    assertThat(DeltaSpark.read(path).groupBy("id", "local").count().collectAsList())
        .extracting(r -> r.getLong(0) + " " + r.get(1) + " " + r.getLong(2))
        .containsExactlyInAnyOrder(
            "1 2026-03-29T02:30:00.000001 2",
            "2 2026-03-29T02:30:00.000002 2",
            "3 2026-03-29T02:30:00.000003 2");
  }

  @Test
  void largeFilesAreReadInPartsWithTheirDeletedRows() {
    DeltaSpark.session().sparkContext().hadoopConfiguration().set("parquet.block.size", "20000");
    try {
      DeltaSpark.sql(
          "CREATE TABLE "
              + table
              + " (id BIGINT, text STRING) USING delta TBLPROPERTIES"
              + " ('delta.enableDeletionVectors'='true')");
      DeltaSpark.sql(
          "INSERT INTO "
              + table
              + " SELECT id, sha2(cast(id as string), 256) FROM range(0,20000,1,1)");
    } finally {
      DeltaSpark.session().sparkContext().hadoopConfiguration().unset("parquet.block.size");
    }
    DeltaSpark.sql("DELETE FROM " + table + " WHERE id % 7 = 0");
    TableSnapshot snapshot = DeltaLog.at(path).latest();
    TableFileReader reader = new TableFileReader(snapshot, List.of("id"));
    List<Long> ids = new ArrayList<>();
    int parts = 0;
    try (DataFiles files = snapshot.files()) {
      while (files.hasNext()) {
        for (FileTask task : FileTask.of(files.next(), 300_000)) {
          reader.read(task, row -> ids.add(row.getInt64("id")));
          parts++;
        }
      }
    }
    assertThat(parts).isGreaterThan(3);
    List<Long> expected = new ArrayList<>();
    for (long id = 0; id < 20000; id++) {
      if (id % 7 != 0) {
        expected.add(id);
      }
    }
    assertThat(ids).isEqualTo(expected);
  }

  @Test
  void whatIsNotThereIsNamed() {
    assertThatThrownBy(() -> DeltaWriteTest.read(DeltaIO.read().from(path)))
        .isInstanceOf(SourceFailedException.class)
        .hasMessageContaining("no Delta table at");
    DeltaSpark.sql("CREATE TABLE " + table + " (id BIGINT, name STRING) USING delta");
    assertThatThrownBy(() -> DeltaWriteTest.read(DeltaIO.read().from(path).withVersion(7)))
        .isInstanceOf(SourceFailedException.class)
        .hasMessageContaining("7");
    assertThatThrownBy(
            () ->
                DeltaWriteTest.read(
                    DeltaIO.read().from(path).withColumns(List.of("nam", "id", "zzz"))))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("no column 'nam'")
        .hasMessageContaining("did you mean 'name'?")
        .hasMessageContaining("no column 'zzz'");
  }
}
