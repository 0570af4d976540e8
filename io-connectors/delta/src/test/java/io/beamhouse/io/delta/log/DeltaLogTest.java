package io.beamhouse.io.delta.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.CommitConflictException;
import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.error.StateRefusedException;
import io.beamhouse.core.row.RowTypes;
import io.beamhouse.io.delta.DeltaSpark;
import io.beamhouse.io.delta.log.ConflictCheck.Resolution;
import io.beamhouse.io.parquet.ParquetRowWriter;
import io.beamhouse.io.parquet.ParquetWriteOptions;
import io.beamhouse.io.parquet.WrittenParquet;
import io.delta.tables.DeltaTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeltaLogTest {
  private static final Schema SCHEMA =
      Schema.builder()
          .addField(Field.of("id", FieldType.INT64).withDescription("the key"))
          .addNullableStringField("name")
          .build();

  @TempDir Path directory;
  private String path;

  @BeforeEach
  void path() {
    path = directory.resolve("a table ü").toString();
  }

  static NewFile file(String table, String name, Schema schema, Row... rows) {
    try (ParquetRowWriter writer =
        ParquetRowWriter.create(
            new org.apache.hadoop.fs.Path(table, name), schema, ParquetWriteOptions.defaults())) {
      for (Row row : rows) {
        writer.write(row);
      }
      WrittenParquet written = writer.finish();
      return new NewFile(name, Map.of(), written.bytes(), 1, written.statsJson());
    }
  }

  private NewFile file(String name, long... ids) {
    List<Row> rows = new ArrayList<>();
    for (long id : ids) {
      rows.add(Row.withSchema(SCHEMA).addValues(id, "n" + id).build());
    }
    return file(path, name, SCHEMA, rows.toArray(Row[]::new));
  }

  private List<String> names(TableSnapshot snapshot) {
    List<String> names = new ArrayList<>();
    try (DataFiles files = snapshot.files()) {
      files.forEachRemaining(f -> names.add(f.path().substring(f.path().lastIndexOf('/') + 1)));
    }
    names.sort(null);
    return names;
  }

  @Test
  void createdTableHasWhatWasDefined() {
    DeltaLog log = DeltaLog.at(path);
    assertThat(log.exists()).isFalse();
    assertThatThrownBy(log::latest)
        .isInstanceOf(SourceFailedException.class)
        .hasMessageContaining(path);
    TableSnapshot created =
        log.create(
            new TableDefinition(
                SCHEMA,
                List.of("name"),
                Map.of("delta.checkpointInterval", "3", "owner", "me"),
                "all of it",
                null));
    assertThat(created.version()).isZero();
    assertThat(created.schema()).isEqualTo(SCHEMA);
    assertThat(created.schema().getField("id").getDescription()).isEqualTo("the key");
    assertThat(created.partitionColumns()).containsExactly("name");
    org.apache.spark.sql.Row detail =
        DeltaSpark.session().sql("DESCRIBE DETAIL delta.`" + path + "`").head();
    assertThat(detail.<String>getAs("description")).isEqualTo("all of it");
    assertThat(detail.getJavaMap(detail.fieldIndex("properties")).toString())
        .contains("delta.checkpointInterval", "owner");
    assertThat(detail.getList(detail.fieldIndex("partitionColumns")).toString())
        .isEqualTo("[name]");
    assertThat(DeltaSpark.read(path).schema().apply("id").getComment().get()).isEqualTo("the key");
  }

  @Test
  void creatingAgainAdoptsTheSameTableAndRefusesAnother() {
    DeltaLog log = DeltaLog.at(path);
    TableSnapshot first = log.create(TableDefinition.of(SCHEMA));
    assertThat(log.create(TableDefinition.of(SCHEMA)).tableId()).isEqualTo(first.tableId());
    Schema other = Schema.builder().addStringField("id").addNullableStringField("nam").build();
    assertThatThrownBy(
            () -> log.create(new TableDefinition(other, List.of("nam"), Map.of(), null, null)))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("rows have STRING, the column of Delta table is INT64")
        .hasMessageContaining("did you mean 'name'?")
        .hasMessageContaining("asked for [nam]");
  }

  @Test
  void wrongPropertyIsAnErrorThatNamesIt() {
    assertThatThrownBy(
            () ->
                DeltaLog.at(path)
                    .create(
                        new TableDefinition(
                            SCHEMA, List.of(), Map.of("delta.nope", "1"), null, null)))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("delta.nope");
    assertThat(DeltaLog.at(path).exists()).isFalse();
  }

  @Test
  void everyFieldThatDeltaCannotHoldIsNamedAtOnce() {
    Schema schema =
        Schema.builder()
            .addField("plain", FieldType.DECIMAL)
            .addField("big", RowTypes.decimal(39, 2))
            .addRowField("nested", Schema.builder().addDecimalField("inner").build())
            .build();
    assertThatThrownBy(() -> DeltaLog.at(path).create(TableDefinition.of(schema)))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("plain: DECIMAL without precision")
        .hasMessageContaining("big: DECIMAL(39,2)")
        .hasMessageContaining("nested.inner: DECIMAL without precision");
  }

  @Test
  void commitsShowInSparksHistoryWithWhatWeSayOfThem() {
    DeltaLog log = DeltaLog.at(path);
    TableSnapshot empty = log.create(TableDefinition.of(SCHEMA));
    CommitResult appended =
        log.commit(
            CommitRequest.on(empty, "WRITE")
                .withAdds(List.of(file("a b%.parquet", 1, 2)))
                .withTransaction(new WriterTransaction("state/sink", 7, "state", "plan"))
                .withOperationParameters(Map.of("mode", "Append"))
                .withOperationMetrics(Map.of("numOutputRows", "2"))
                .withInfo(Map.of("run", "7"))
                .withBlindAppend());
    assertThat(appended.version()).isEqualTo(1);
    TableSnapshot one = log.latest();
    assertThat(names(one)).containsExactly("a b%.parquet");
    List<DataFile> read = new ArrayList<>();
    try (DataFiles files = one.files()) {
      files.forEachRemaining(read::add);
    }
    assertThat(read.get(0).statsJson()).contains("\"numRecords\":2");
    log.commit(
        CommitRequest.on(one, "MERGE").withRemoves(read).withAdds(List.of(file("b.parquet", 3))));
    assertThat(DeltaSpark.json(path)).containsExactly("{\"id\":3,\"name\":\"n3\"}");

    org.apache.spark.sql.Row write = DeltaSpark.history(path).get(1);
    assertThat(write.<String>getAs("operation")).isEqualTo("WRITE");
    assertThat(write.getJavaMap(write.fieldIndex("operationParameters")).toString())
        .isEqualTo("{mode=Append}");
    assertThat(write.getJavaMap(write.fieldIndex("operationMetrics")).toString())
        .isEqualTo("{numOutputRows=2}");
    assertThat(write.<Boolean>getAs("isBlindAppend")).isTrue();
    assertThat(write.<Long>getAs("readVersion")).isZero();
    assertThat(write.<String>getAs("engineInfo")).startsWith("Beamhouse/");
    assertThat(write.<String>getAs("userMetadata"))
        .contains("\"run\":\"7\"", "\"state\":\"state\"", "\"plan\":\"plan\"");
    assertThat(DeltaSpark.history(path).get(0).<String>getAs("operation")).isEqualTo("MERGE");
  }

  @Test
  void replayIsSkippedOnlyWithTheSameStateAndPlan() {
    DeltaLog log = DeltaLog.at(path);
    CommitRequest request =
        CommitRequest.on(log.create(TableDefinition.of(SCHEMA)), "WRITE")
            .withAdds(List.of(file("a.parquet", 1)));
    WriterTransaction five = new WriterTransaction("app", 5, "s", "p");
    assertThat(log.commit(request.withTransaction(five)).replayed()).isFalse();
    CommitResult again = log.commit(request.withTransaction(five));
    assertThat(again.replayed()).isTrue();
    assertThat(again.version()).isEqualTo(1);
    assertThat(log.commit(request.withRead(log.latest()).withTransaction(five)).attempts())
        .isZero();
    assertThat(log.latest().version()).isEqualTo(1);
    assertThatThrownBy(
            () -> log.commit(request.withTransaction(new WriterTransaction("app", 5, "s", "q"))))
        .isInstanceOf(StateRefusedException.class)
        .hasMessageContaining("plan 'p'")
        .hasMessageContaining("plan 'q'");
    assertThatThrownBy(
            () ->
                log.commit(
                    request
                        .withRead(log.latest())
                        .withTransaction(new WriterTransaction("app", 4, "s", "p"))))
        .isInstanceOf(StateRefusedException.class)
        .hasMessageContaining("transaction 5")
        .hasMessageContaining("run is 4");
    assertThat(names(log.latest())).containsExactly("a.parquet");
  }

  @Test
  void conflictIsHandedToTheCheckWithTheWinnersActions() {
    DeltaLog log = DeltaLog.at(path);
    TableSnapshot read = log.create(TableDefinition.of(SCHEMA));
    log.commit(CommitRequest.on(read, "WRITE").withAdds(List.of(file("winner.parquet", 1))));
    CommitRequest late = CommitRequest.on(read, "MERGE").withAdds(List.of(file("l.parquet", 2)));
    List<LoggedCommit> seen = new ArrayList<>();
    assertThatThrownBy(
            () ->
                log.commit(
                    late.withConflicts(
                        (mine, now, winners) -> {
                          seen.addAll(winners);
                          return Resolution.fail("it holds my keys");
                        })))
        .isInstanceOf(CommitConflictException.class)
        .hasMessageContaining("it holds my keys");
    assertThat(seen).hasSize(1);
    assertThat(seen.get(0).version()).isEqualTo(1);
    assertThat(seen.get(0).operation()).isEqualTo("WRITE");
    assertThat(seen.get(0).adds().get(0).logPath()).isEqualTo("winner.parquet");
    assertThat(names(log.latest())).containsExactly("winner.parquet");

    CommitResult recomputed =
        log.commit(
            late.withConflicts(
                (mine, now, winners) ->
                    Resolution.recomputed(mine.withRead(now).withRemoves(winners.get(0).adds()))));
    assertThat(recomputed.attempts()).isEqualTo(2);
    assertThat(names(log.latest())).containsExactly("l.parquet");
    CommitResult retried = log.commit(late.withAdds(List.of(file("r.parquet", 3))));
    assertThat(retried.version()).isEqualTo(3);
    assertThat(DeltaSpark.json(path))
        .containsExactly("{\"id\":2,\"name\":\"n2\"}", "{\"id\":3,\"name\":\"n3\"}");
  }

  @Test
  void overwriteThatLostARaceRemovesWhatTheWinnerAddedToo() {
    DeltaLog log = DeltaLog.at(path);
    TableSnapshot read = log.create(TableDefinition.of(SCHEMA));
    log.commit(CommitRequest.on(read, "WRITE").withAdds(List.of(file("winner.parquet", 1))));
    CommitResult result =
        log.commit(
            CommitRequest.on(read, "WRITE")
                .withRemovesWhere(java.util.Map.of())
                .withAdds(List.of(file("all.parquet", 2, 3))));
    assertThat(result.commit().removes()).containsExactly("winner.parquet");
    assertThat(names(log.latest())).containsExactly("all.parquet");
    assertThat(DeltaSpark.read(path).count()).isEqualTo(2);
  }

  @Test
  void changedTableDefinitionFailsAnAppendThatWasOnItsWay() {
    DeltaLog log = DeltaLog.at(path);
    TableSnapshot read = log.create(TableDefinition.of(SCHEMA));
    DeltaSpark.sql("ALTER TABLE delta.`" + path + "` ADD COLUMNS (extra STRING)");
    assertThatThrownBy(
            () ->
                log.commit(CommitRequest.on(read, "WRITE").withAdds(List.of(file("a.parquet", 1)))))
        .isInstanceOf(CommitConflictException.class)
        .hasMessageContaining("definition was changed");
    assertThat(log.latest().version()).isEqualTo(1);
  }

  @Test
  void conflictWithAReplacedTableIsRefused() throws Exception {
    DeltaLog log = DeltaLog.at(path);
    TableSnapshot read = log.create(TableDefinition.of(SCHEMA));
    org.apache.commons.io.FileUtils.deleteDirectory(new java.io.File(path));
    TableSnapshot other = log.create(TableDefinition.of(SCHEMA));
    log.commit(CommitRequest.on(other, "WRITE"));
    assertThatThrownBy(() -> log.commit(CommitRequest.on(read, "WRITE")))
        .isInstanceOf(CommitConflictException.class)
        .hasMessageContaining("replaced by another");
  }

  /** Each adds a file; each fourth one makes a checkpoint. */
  private DeltaLog nineCommits() {
    DeltaLog log = DeltaLog.at(path);
    log.create(
        new TableDefinition(
            SCHEMA, List.of(), Map.of("delta.checkpointInterval", "4"), null, null));
    for (int i = 1; i <= 9; i++) {
      log.commit(
          CommitRequest.on(log.latest(), "WRITE")
              .withAdds(List.of(file("f" + i + ".parquet", i)))
              .withTransaction(WriterTransaction.of("app", i)));
    }
    return log;
  }

  @Test
  void checkpointsAndChecksumsAreWrittenAndReadBySpark() {
    DeltaLog log = nineCommits();
    assertThat(new java.io.File(path, "_delta_log").list())
        .contains(
            "00000000000000000004.checkpoint.parquet",
            "00000000000000000008.checkpoint.parquet",
            "00000000000000000009.crc",
            "_last_checkpoint")
        .noneMatch(name -> name.endsWith(".tmp"));
    for (int i = 0; i < 4; i++) {
      assertThat(new java.io.File(path, "_delta_log/0000000000000000000" + i + ".json").delete())
          .isTrue();
    }
    assertThat(names(log.latest())).hasSize(9);
    assertThat(log.latest().transactionVersion("app")).hasValue(9);
    assertThat(DeltaSpark.json(path)).hasSize(9);
    assertThat(log.find(log.latest(), "app", 6).orElseThrow().version()).isEqualTo(6);
    assertThat(log.find(log.latest(), "app", 2)).isEqualTo(Optional.empty());
  }

  /** Its way is shorter where the newest checkpoint helps; what it finds is the same. */
  @Test
  void eachVersionIsFoundWithAndWithoutTheNewestCheckpoint() throws Exception {
    DeltaLog log = nineCommits();
    everyVersionHasItsFiles(log);
    Path directory = Path.of(path, "_delta_log");
    assertThat(LogDirectory.newestCheckpoint(hadoop(directory), 8))
        .isEqualTo("00000000000000000008.");
    assertThat(LogDirectory.newestCheckpoint(hadoop(directory), 7)).isEmpty();
    Files.delete(directory.resolve("00000000000000000008.checkpoint.parquet"));
    everyVersionHasItsFiles(log);
    Files.writeString(directory.resolve("_last_checkpoint"), "no JSON");
    everyVersionHasItsFiles(log);
  }

  private static org.apache.hadoop.fs.Path hadoop(Path path) {
    return new org.apache.hadoop.fs.Path(path.toUri());
  }

  private void everyVersionHasItsFiles(DeltaLog log) {
    for (int version = 0; version <= 9; version++) {
      TableSnapshot read = log.at(version);
      assertThat(read.version()).isEqualTo(version);
      assertThat(names(read))
          .containsExactlyInAnyOrderElementsOf(
              IntStream.rangeClosed(1, version).mapToObj(i -> "f" + i + ".parquet").toList());
    }
  }

  @Test
  void tablesThatKernelCannotWriteAreRefusedWithAWayOut() {
    refused(
        "CREATE TABLE delta.`%s` (id BIGINT) USING delta TBLPROPERTIES"
            + " ('delta.enableChangeDataFeed'='true')",
        "changeDataFeed");
    refused(
        "CREATE TABLE delta.`%s` (id BIGINT) USING delta TBLPROPERTIES"
            + " ('delta.columnMapping.mode'='name', 'delta.minReaderVersion'='2',"
            + " 'delta.minWriterVersion'='5')",
        "columnMapping");
    refused(
        "CREATE TABLE delta.`%s` (id BIGINT) USING delta TBLPROPERTIES"
            + " ('delta.constraints.c'='id > 0')",
        "checkConstraints");
    String generated = directory.resolve("generatedColumns").toString();
    DeltaTable.create(DeltaSpark.session())
        .location(generated)
        .addColumn("id", "BIGINT")
        .addColumn(
            DeltaTable.columnBuilder(DeltaSpark.session(), "g")
                .dataType("BIGINT")
                .generatedAlwaysAs("id + 1")
                .build())
        .execute();
    refusedAt("generatedColumns", generated);
  }

  private void refused(String create, String feature) {
    String table = directory.resolve(feature).toString();
    DeltaSpark.sql(String.format(create, table));
    refusedAt(feature, table);
  }

  private static void refusedAt(String feature, String table) {
    DeltaLog log = DeltaLog.at(table);
    assertThatThrownBy(() -> log.requireWritable(log.latest()))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining(table)
        .hasMessageContaining(feature);
    assertThatThrownBy(() -> log.commit(CommitRequest.on(log.latest(), "WRITE")))
        .isInstanceOf(DataRefusedException.class);
  }
}
