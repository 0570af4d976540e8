package io.beamhouse.io.delta.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.row.RowTypes;
import io.beamhouse.io.core.storage.Storage;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a merge does, stage by stage in this process. */
class LocalMergeTest {
  private static final Schema SCHEMA =
      Schema.builder()
          .addInt64Field("id")
          .addNullableField("name", FieldType.STRING)
          .addNullableField("amount", RowTypes.decimal(12, 2))
          .addNullableField("big", RowTypes.decimal(30, 4))
          .addNullableField("day", RowTypes.DATE)
          .addNullableField("seen", RowTypes.TIMESTAMP)
          .addNullableField("active", FieldType.BOOLEAN)
          .addNullableField("score", FieldType.DOUBLE)
          .addInt32Field("seq")
          .addNullableField("_deleted", FieldType.BOOLEAN)
          .build();

  private static final Schema STORED =
      Schema.builder().addFields(SCHEMA.getFields().subList(0, 9)).build();

  @TempDir Path directory;

  private MergeSettings settings() {
    return LocalMerge.settings(directory.resolve("t").toString(), "id")
        .sequenceBy(List.of("seq"))
        .deleteWhen("_deleted")
        .build();
  }

  private static Row row(long id, String name, int seq, boolean deleted) {
    return Row.withSchema(SCHEMA)
        .addValues(
            id,
            name,
            new BigDecimal("1.50"),
            new BigDecimal("-12345678901234567890.1234"),
            LocalDate.of(2024, 2, 29),
            Instant.parse("2024-02-29T10:20:30.123456Z"),
            true,
            2.5,
            seq,
            deleted)
        .build();
  }

  private static Row stored(long id, String name, int seq) {
    return Row.withSchema(STORED)
        .addValues(row(id, name, seq, false).getValues().subList(0, 9).toArray())
        .build();
  }

  private MergeOutcome merge(Row... rows) {
    return LocalMerge.run(settings(), SCHEMA, List.of(rows));
  }

  private List<Row> table() {
    return LocalMerge.read(directory.resolve("t").toString());
  }

  /** A stream merges a few rows, thousands of times, in one process. */
  @Test
  void manySmallMergesKeepNoMoreThanOneLargeOne() {
    MergeSettings settings = settings().toBuilder().buckets(1024).build();
    for (int merge = 0; merge < 12; merge++) {
      List<Row> rows = new ArrayList<>();
      for (long id = 0; id < 1000; id++) {
        rows.add(row(id, "a", merge, false));
      }
      LocalMerge.run(settings, SCHEMA, rows);
    }
    assertThat(ChangeStore.cachedIndexes()).isBetween(1, 4_000);
  }

  @Test
  void insertsUpdatesAndDeletes() {
    MergeOutcome first = merge(row(1, "a", 1, false), row(2, "b", 1, false), row(3, "c", 1, false));
    assertThat(first.inserted()).isEqualTo(3);
    MergeOutcome second =
        merge(
            row(1, "a2", 2, false),
            row(2, "b", 2, true),
            row(3, "c", 1, false),
            row(4, "d", 1, false),
            row(4, "d0", 0, false),
            row(5, "gone", 1, true));
    assertThat(second).isEqualTo(new MergeOutcome(2, true, false, 6, 1, 1, 1, 2, 1, 0, 0));
    assertThat(table())
        .containsExactlyInAnyOrder(stored(1, "a2", 2), stored(3, "c", 1), stored(4, "d", 1));
  }

  @Test
  void ignoresWhatComesLate() {
    merge(row(1, "new", 5, false), row(2, "x", 5, false));
    merge(row(2, "x", 6, true));
    MergeOutcome late =
        merge(row(1, "old", 4, false), row(2, "zombie", 5, false), row(3, "n", 1, false));
    assertThat(late.superseded()).isEqualTo(2);
    assertThat(table()).containsExactlyInAnyOrder(stored(1, "new", 5), stored(3, "n", 1));
    merge(row(2, "back", 7, false));
    assertThat(table())
        .containsExactlyInAnyOrder(stored(1, "new", 5), stored(2, "back", 7), stored(3, "n", 1));
  }

  @Test
  void commitsNothingWhenNothingChanges() {
    merge(row(1, "a", 1, false));
    MergeOutcome same = merge(row(1, "a", 1, false));
    assertThat(same.committed()).isFalse();
    assertThat(same.unchanged()).isEqualTo(1);
  }

  @Test
  void compactsTombstones() {
    List<Row> inserts = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      inserts.add(row(i, "n" + i, 1, false));
    }
    merge(inserts.toArray(Row[]::new));
    for (int i = 0; i < 20; i++) {
      merge(row(i, "n" + i, 3, true), row(i + 50, "n", 3, true));
    }
    List<Row> late = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      late.add(row(i, "late", 2, false));
    }
    MergeOutcome outcome = merge(late.toArray(Row[]::new));
    assertThat(outcome.superseded()).isEqualTo(40);
    assertThat(outcome.updated()).isEqualTo(60);
    assertThat(table()).hasSize(60);
  }

  @Test
  void refusesATableWithAKeyTwice() {
    merge(row(1, "a", 1, false), row(2, "b", 1, false));
    LocalMerge.run(
        settings().toBuilder().keys(List.of("name")).sequenceBy(List.of()).build(),
        SCHEMA,
        List.of(row(1, "z", 1, false)));
    assertThatThrownBy(() -> merge(row(1, "c", 9, false)))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("1 rows too many");
  }

  @Test
  void columnsOfFewValuesHaveADictionary() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (int id = 0; id < 1000; id++) {
      rows.add(row(id, "name-" + id % 3, 1, false));
    }
    LocalMerge.run(settings(), SCHEMA, rows);
    Path file;
    try (Stream<Path> files = Files.list(directory.resolve("t"))) {
      file = files.filter(f -> f.toString().endsWith(".parquet")).findFirst().orElseThrow();
    }
    try (ParquetFileReader reader =
        ParquetFileReader.open(
            HadoopInputFile.fromPath(
                new org.apache.hadoop.fs.Path(file.toUri()), Storage.configuration()))) {
      List<ColumnChunkMetaData> columns = reader.getFooter().getBlocks().get(0).getColumns();
      assertThat(columns.get(1).hasDictionaryPage()).isTrue();
      assertThat(columns.get(0).hasDictionaryPage()).isFalse();
    }
  }
}
