package io.beamhouse.io.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.row.RowTypes;
import io.beamhouse.io.delta.data.FileLayout;
import io.beamhouse.io.delta.data.TableFileWriter;
import io.beamhouse.io.delta.data.WrittenFile;
import io.beamhouse.io.delta.log.CommitRequest;
import io.beamhouse.io.delta.log.DeltaLog;
import io.beamhouse.io.delta.log.TableDefinition;
import io.beamhouse.io.delta.log.TableSnapshot;
import io.beamhouse.io.parquet.ParquetWriteOptions;
import io.beamhouse.io.parquet.ParquetWriteOptions.Compression;
import java.io.File;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeltaWriteTest {
  static final Schema EVENT =
      Schema.builder().addInt64Field("id").addNullableStringField("kind").build();

  @TempDir Path directory;
  private String path;

  @BeforeEach
  void path() {
    path = directory.resolve("table").toString();
  }

  static Row event(long id, String kind) {
    return Row.withSchema(EVENT).addValues(id, kind).build();
  }

  static void run(DeltaWrite write, Schema schema, Row... rows) {
    Pipeline pipeline = Pipeline.create();
    pipeline.apply(Create.of(Arrays.asList(rows)).withRowSchema(schema)).apply(write);
    try {
      pipeline.run().waitUntilFinish();
    } catch (Pipeline.PipelineExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  static List<Row> read(DeltaRead read) {
    List<Row> rows = new ArrayList<>();
    Pipeline pipeline = Pipeline.create();
    PAssert.that(pipeline.apply(read))
        .satisfies(
            all -> {
              all.forEach(READ::add);
              return null;
            });
    READ.clear();
    pipeline.run().waitUntilFinish();
    rows.addAll(READ);
    return rows;
  }

  private static final List<Row> READ = new CopyOnWriteArrayList<>();

  private static final Schema INNER =
      Schema.builder()
          .addField("when", RowTypes.TIMESTAMP)
          .addNullableField("token", RowTypes.UUID)
          .build();

  private static final Schema ALL =
      Schema.builder()
          .addByteField("int8")
          .addInt16Field("int16")
          .addInt32Field("int32")
          .addInt64Field("int64")
          .addFloatField("float")
          .addDoubleField("double")
          .addBooleanField("boolean")
          .addStringField("string")
          .addByteArrayField("bytes")
          .addField("small_decimal", RowTypes.decimal(9, 2))
          .addField("decimal", RowTypes.decimal(18, 4))
          .addField("big_decimal", RowTypes.decimal(38, 10))
          .addField("date", RowTypes.DATE)
          .addField("instant", RowTypes.TIMESTAMP)
          .addField("local", RowTypes.LOCAL_DATETIME)
          .addField("time", RowTypes.TIME)
          .addField("uuid", RowTypes.UUID)
          .addDateTimeField("millis")
          .addNullableField("plain", FieldType.DECIMAL)
          .addField("array", FieldType.array(FieldType.INT32.withNullable(true)))
          .addField("map", FieldType.map(FieldType.STRING, RowTypes.TIME))
          .addField("row", FieldType.row(INNER))
          .addField("rows", FieldType.array(FieldType.row(INNER)))
          .build();

  private static Row all() {
    Instant instant = Instant.parse("2026-03-01T12:34:56.123456Z");
    UUID uuid = UUID.fromString("00000000-0000-0001-0000-00000000000a");
    Row inner = Row.withSchema(INNER).addValues(instant, uuid).build();
    return Row.withSchema(ALL)
        .addValues(
            (byte) -7,
            (short) 300,
            70_000,
            5_000_000_000L,
            1.5f,
            2.25,
            true,
            "text ü",
            new byte[] {1, 2},
            new BigDecimal("-1234567.89"),
            new BigDecimal("12345678901234.5678"),
            new BigDecimal("1234567890123456789012345678.0123456789"),
            LocalDate.parse("1969-12-31"),
            instant,
            LocalDateTime.parse("2026-03-29T02:30:00.000001"),
            LocalTime.parse("23:59:59.000001"),
            uuid,
            org.joda.time.Instant.ofEpochMilli(1_700_000_000_123L))
        .addValue(new BigDecimal("1.5"))
        .addArray(1, null, 3)
        .addValue(Map.of("noon", LocalTime.NOON))
        .addValue(inner)
        .addArray(inner, inner)
        .build();
  }

  @Test
  void everyTypeThatDeltaHoldsIsReadBackByDeltaSparkAndByUs() {
    run(DeltaIO.write().to(path).withPlainDecimalsAs(RowTypes.decimal(38, 18)), ALL, all());

    assertThat(DeltaSpark.json(path))
        .containsExactly(
            "{\"int8\":-7,\"int16\":300,\"int32\":70000,\"int64\":5000000000,\"float\":1.5,"
                + "\"double\":2.25,\"boolean\":true,\"string\":\"text ü\",\"bytes\":\"AQI=\","
                + "\"small_decimal\":-1234567.89,\"decimal\":12345678901234.5678,"
                + "\"big_decimal\":1234567890123456789012345678.0123456789,"
                + "\"date\":\"1969-12-31\",\"instant\":\"2026-03-01T12:34:56.123456Z\","
                + "\"local\":\"2026-03-29T02:30:00.000001\",\"time\":\"23:59:59.000001\","
                + "\"uuid\":\"00000000-0000-0001-0000-00000000000a\","
                + "\"millis\":\"2023-11-14T22:13:20.123000Z\",\"plain\":1.500000000000000000,"
                + "\"array\":[1,null,3],\"map\":{\"noon\":\"12:00:00\"},"
                + "\"row\":{\"when\":\"2026-03-01T12:34:56.123456Z\","
                + "\"token\":\"00000000-0000-0001-0000-00000000000a\"},"
                + "\"rows\":[{\"when\":\"2026-03-01T12:34:56.123456Z\","
                + "\"token\":\"00000000-0000-0001-0000-00000000000a\"},"
                + "{\"when\":\"2026-03-01T12:34:56.123456Z\","
                + "\"token\":\"00000000-0000-0001-0000-00000000000a\"}]}");
    assertThat(DeltaSpark.read(path).schema().simpleString())
        .contains("local:timestamp_ntz", "small_decimal:decimal(9,2)", "int8:tinyint");

    Row read = read(DeltaIO.read().from(path)).get(0);
    assertThat(read.<Instant>getLogicalTypeValue("instant", Instant.class))
        .isEqualTo(Instant.parse("2026-03-01T12:34:56.123456Z"));
    assertThat(read.getString("uuid")).isEqualTo("00000000-0000-0001-0000-00000000000a");
    assertThat(read.getRow("row").getString("token")).startsWith("00000000");
    Schema storable = DeltaLog.storable(ALL, RowTypes.decimal(38, 18));
    assertThat(read.getSchema()).isEqualTo(storable);
    // Written once more as it was read, it is the same row.
    run(DeltaIO.write().to(path), read.getSchema(), read);
    assertThat(read(DeltaIO.read().from(path))).containsExactly(read, read);
  }

  @Test
  void statisticsLetSparkSkipFiles() {
    run(DeltaIO.write().to(path), ALL_BUT_PLAIN, withoutPlain());
    org.apache.spark.sql.Dataset<org.apache.spark.sql.Row> table = DeltaSpark.read(path);
    for (String filter :
        List.of(
            "int8 = -7",
            "int64 = 5000000000",
            "string = 'text ü'",
            "big_decimal = 1234567890123456789012345678.0123456789",
            "date = DATE'1969-12-31'",
            "instant = TIMESTAMP'2026-03-01 12:34:56.123456'",
            "local = TIMESTAMP_NTZ'2026-03-29 02:30:00.000001'",
            "row.when = TIMESTAMP'2026-03-01 12:34:56.123456'")) {
      assertThat(table.filter(filter).count()).as(filter).isEqualTo(1);
    }
    assertThat(table.filter("int64 > 5000000000").inputFiles()).isNotNull();
    assertThat(table.filter("int64 > 5000000000").count()).isZero();
  }

  private static final Schema ALL_BUT_PLAIN = withoutPlainSchema();

  private static Schema withoutPlainSchema() {
    Schema.Builder schema = Schema.builder();
    ALL.getFields().stream().filter(f -> !f.getName().equals("plain")).forEach(schema::addField);
    return schema.build();
  }

  private static Row withoutPlain() {
    List<Object> values = new ArrayList<>(all().getValues());
    values.remove(ALL.indexOf("plain"));
    return Row.withSchema(ALL_BUT_PLAIN).attachValues(values);
  }

  @Test
  void partitionValuesOfEveryTypeSurvive() {
    Schema schema =
        Schema.builder()
            .addInt64Field("id")
            .addNullableStringField("text")
            .addNullableField("day", RowTypes.DATE)
            .addNullableField("at", RowTypes.TIMESTAMP)
            .addNullableField("local", RowTypes.LOCAL_DATETIME)
            .addNullableField("amount", RowTypes.decimal(10, 2))
            .addNullableField("flag", FieldType.BOOLEAN)
            .addNullableField("uuid", RowTypes.UUID)
            .build();
    Row full =
        Row.withSchema(schema)
            .addValues(
                1L,
                "p 1/ü=%:x",
                LocalDate.parse("2026-02-28"),
                Instant.parse("2026-03-01T12:34:56.123456Z"),
                LocalDateTime.parse("2026-03-29T02:30:00"),
                new BigDecimal("-1.50"),
                true,
                new UUID(1, 2))
            .build();
    Row nulls =
        Row.withSchema(schema).addValues(2L, null, null, null, null, null, null, null).build();
    run(
        DeltaIO.write()
            .to(path)
            .withPartitionColumns("text", "day", "at", "local", "amount", "flag", "uuid"),
        schema,
        full,
        nulls);

    assertThat(DeltaSpark.json(path))
        .containsExactly(
            "{\"id\":1,\"text\":\"p 1/ü=%:x\",\"day\":\"2026-02-28\","
                + "\"at\":\"2026-03-01T12:34:56.123456Z\",\"local\":\"2026-03-29T02:30:00.000000\","
                + "\"amount\":-1.50,\"flag\":true,"
                + "\"uuid\":\"00000000-0000-0001-0000-000000000002\"}",
            "{\"id\":2}");
    List<Row> read = read(DeltaIO.read().from(path).withColumns(List.of("at", "id", "amount")));
    assertThat(read).hasSize(2);
    Row first = read.stream().filter(r -> r.getInt64("id") == 1).findFirst().orElseThrow();
    assertThat(first.getSchema().getFieldNames()).containsExactly("at", "id", "amount");
    assertThat(first.<Instant>getLogicalTypeValue("at", Instant.class))
        .isEqualTo(Instant.parse("2026-03-01T12:34:56.123456Z"));
    assertThat(first.<BigDecimal>getLogicalTypeValue("amount", BigDecimal.class))
        .isEqualTo(new BigDecimal("-1.50"));
    assertThat(read(DeltaIO.read().from(path).withColumns(List.of("text"))))
        .extracting(r -> r.getString("text"))
        .containsExactlyInAnyOrder("p 1/ü=%:x", null);
  }

  @Test
  void emptyTextInAPartitionColumnIsRefused() {
    assertThatThrownBy(
            () -> run(DeltaIO.write().to(path).withPartitionColumns("kind"), EVENT, event(1, "")))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("'kind'");
    assertThat(DeltaLog.at(path).exists()).isFalse();
  }

  @Test
  void manyPartitionsInAnyOrderBecomeOneFileEach() throws Exception {
    DeltaLog log = DeltaLog.at(path);
    List<WrittenFile> files = new ArrayList<>();
    FileLayout layout =
        new FileLayout(
            log.path(),
            EVENT,
            EVENT,
            List.of("kind"),
            ParquetWriteOptions.defaults().withCompression(Compression.SNAPPY),
            1 << 20,
            2,
            1 << 20);
    try (TableFileWriter writer = new TableFileWriter(layout, files::add)) {
      for (int i = 0; i < 3000; i++) {
        writer.write(event(i, "k" + i % 50));
      }
      writer.finish();
    }
    assertThat(files).hasSize(50).allMatch(f -> f.rows() == 60);
    log.commit(
        CommitRequest.on(
                log.create(new TableDefinition(EVENT, List.of("kind"), Map.of(), null, null)),
                "WRITE")
            .withAdds(files.stream().map(WrittenFile::file).toList()));
    assertThat(
            DeltaSpark.read(path)
                .selectExpr("sum(id)", "count(distinct id)", "sum(int(kind = 'k' || id % 50))")
                .head()
                .toString())
        .isEqualTo("[4498500,3000,3000]");
    assertThat(new File(path, "kind=k0").list()).allMatch(n -> n.endsWith(".snappy.parquet"));
  }

  @Test
  void appendAndOverwriteReplayedChangeNothing() {
    DeltaWrite write = DeltaIO.write().to(path).withComment("events");
    run(write.withTransaction("app", 1), EVENT, event(1, "a"), event(2, "b"));
    run(write.withTransaction("app", 1), EVENT, event(1, "a"), event(2, "b"));
    run(write.withTransaction("app", 2), EVENT, event(3, "c"));
    assertThat(DeltaSpark.json(path))
        .containsExactly(
            "{\"id\":1,\"kind\":\"a\"}", "{\"id\":2,\"kind\":\"b\"}", "{\"id\":3,\"kind\":\"c\"}");
    DeltaWrite overwrite = write.withOverwrite().withTransaction("app", 3);
    run(overwrite, EVENT, event(9, "z"));
    run(overwrite, EVENT, event(9, "z"));
    assertThat(DeltaSpark.json(path)).containsExactly("{\"id\":9,\"kind\":\"z\"}");
    assertThat(DeltaLog.at(path).latest().version()).isEqualTo(3);
    run(write.withRunToken("today"), EVENT, event(10, "y"));
    run(write.withRunToken("today"), EVENT, event(10, "y"));
    assertThat(DeltaSpark.read(path).count()).isEqualTo(2);
    run(write.withTransaction("app", 2).withOverwrite(), EVENT);
    assertThat(DeltaSpark.read(path).count()).as("an old run finds its commit").isEqualTo(2);
    assertThat(DeltaSpark.history(path).get(0).<String>getAs("operation")).isEqualTo("WRITE");
    assertThat(read(DeltaIO.read().from(path).withVersion(1)))
        .containsExactlyInAnyOrder(event(1, "a"), event(2, "b"));
  }

  @Test
  void anOverwriteOfOnePartitionLeavesTheOthers() {
    DeltaWrite write = DeltaIO.write().to(path).withPartitionColumns("kind");
    DeltaWrite ofA = write.withOverwriteOf(Map.of("kind", "a"));
    run(ofA.withTransaction("app", 1), EVENT, event(1, "a"), event(2, "a"));
    run(write.withTransaction("app", 2), EVENT, event(3, "b"), event(4, "c"));
    run(ofA.withTransaction("app", 3), EVENT, event(5, "a"));
    run(ofA.withTransaction("app", 3), EVENT, event(5, "a"));
    assertThat(DeltaSpark.json(path))
        .containsExactlyInAnyOrder(
            "{\"id\":3,\"kind\":\"b\"}", "{\"id\":4,\"kind\":\"c\"}", "{\"id\":5,\"kind\":\"a\"}");

    assertThatThrownBy(
            () -> run(ofA.withTransaction("app", 4), EVENT, event(6, "a"), event(7, "b")))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("Rows of another partition");
    assertThat(DeltaSpark.read(path).count()).isEqualTo(3);
    run(ofA.withTransaction("app", 5), EVENT);
    assertThat(DeltaSpark.read(path).count()).isEqualTo(2);
    assertThatThrownBy(() -> run(write.withOverwriteOf(Map.of("id", "1")), EVENT, event(6, "a")))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("replace: 'id' is no partition column; there are: kind");
  }

  @Test
  void everyDifferenceBetweenRowsAndTableIsNamedAtOnce() {
    run(DeltaIO.write().to(path), EVENT, event(1, "a"));
    Schema other =
        Schema.builder()
            .addNullableField("id", FieldType.STRING)
            .addStringField("knd")
            .addStringField("extra")
            .build();
    assertThatThrownBy(() -> run(DeltaIO.write().to(path).withPartitionColumns("id"), other))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("id: rows have STRING, the column of Delta table is INT64")
        .hasMessageContaining("knd: not a column of Delta table")
        .hasMessageContaining("did you mean 'kind'?")
        .hasMessageContaining("extra: not a column")
        .hasMessageContaining("partition_by: asked for [id]");
    Schema fewer = Schema.builder().addInt64Field("id").build();
    run(DeltaIO.write().to(path), fewer, Row.withSchema(fewer).addValue(2L).build());
    assertThat(DeltaSpark.json(path)).containsExactly("{\"id\":1,\"kind\":\"a\"}", "{\"id\":2}");
  }

  @Test
  void missingTableIsRefusedWhereCreationIsNotAllowed() {
    assertThatThrownBy(() -> run(DeltaIO.write().to(path).withoutCreation(), EVENT))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("there is no Delta table");
    assertThatThrownBy(
            () -> run(DeltaIO.write().to(path).withPartitionColumns("nope", "id", "kind"), EVENT))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("no column 'nope'");
  }

  @Test
  void unsafeStoresAreRefused() {
    assertThatThrownBy(() -> run(DeltaIO.write().to("s3a://bucket/table"), EVENT))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("no log store can commit safely on s3a://")
        .hasMessageContaining("file, hdfs");
  }

  @Test
  void emptyInputCommitsAndCarriesItsTransaction() {
    run(DeltaIO.write().to(path).withTransaction("app", 1), EVENT);
    TableSnapshot table = DeltaLog.at(path).latest();
    assertThat(table.version()).isEqualTo(1);
    assertThat(table.transactionVersion("app")).hasValue(1);
    assertThat(DeltaSpark.json(path)).isEmpty();
    assertThat(read(DeltaIO.read().from(path))).isEmpty();
  }
}
