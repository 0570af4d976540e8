package io.beamhouse.io.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.error.StorageFailedException;
import io.beamhouse.core.row.RowTypes;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files as other writers lay them out, and files that are not what was wanted. */
class ForeignFilesTest {
  @TempDir java.nio.file.Path directory;

  @Test
  void int96IsAnInstant() throws IOException {
    Path file =
        write("message m { required int96 t; }", g -> g.add("t", int96(2_440_589, 1_002_000)));

    List<Row> rows = readAll(file);

    assertThat(rows.get(0).getValues())
        .containsExactly(Instant.parse("1970-01-02T00:00:00.001002Z"));
  }

  @Test
  void nanosecondsAreNeverCutInSilence() throws IOException {
    Path int96 = write("message m { required int96 t; }", g -> g.add("t", int96(2_440_588, 1)));
    Path nanos =
        write("message m { required int64 t (TIMESTAMP(NANOS,false)); }", g -> g.add("t", 1_001L));

    for (Path file : List.of(int96, nanos)) {
      assertThatThrownBy(() -> readAll(file))
          .isInstanceOf(DataRefusedException.class)
          .hasMessageContaining("column 't' is finer");
    }
  }

  @Test
  void legacyListsAndMapsAreUnderstood() throws IOException {
    Path file =
        write(
            """
            message m {
              required group two (LIST) { repeated int32 element; }
              required group tuple (LIST) {
                repeated group tuple_tuple { required int32 x; }
              }
              required group avro (LIST) { repeated group array { required int32 x; } }
              required group bag (LIST) { repeated group bag { optional int32 array_element; } }
              repeated int32 bare;
              required group map (MAP_KEY_VALUE) {
                repeated group map { required binary key (UTF8); optional int32 value; }
              }
            }
            """,
            g -> {
              g.addGroup("two").append("element", 1).append("element", 2);
              g.addGroup("tuple").addGroup("tuple_tuple").append("x", 3);
              g.addGroup("avro").addGroup("array").append("x", 4);
              Group bag = g.addGroup("bag");
              bag.addGroup("bag").append("array_element", 5);
              bag.addGroup("bag");
              g.append("bare", 6).append("bare", 7);
              g.addGroup("map").addGroup("map").append("key", "k");
            });

    Row row = readAll(file).get(0);

    assertThat(row.<Integer>getArray("two")).containsExactly(1, 2);
    assertThat(row.<Row>getArray("tuple")).extracting(r -> r.getInt32("x")).containsExactly(3);
    assertThat(row.<Row>getArray("avro")).extracting(r -> r.getInt32("x")).containsExactly(4);
    assertThat(row.<Integer>getArray("bag")).containsExactly(5, null);
    assertThat(row.<Integer>getArray("bare")).containsExactly(6, 7);
    assertThat(row.<String, Integer>getMap("map")).containsExactlyEntriesOf(mapOf("k", null));
  }

  @Test
  void unsignedNumbersKeepTheirValue() throws IOException {
    Path file =
        write(
            """
            message m {
              required int32 a (INTEGER(8,false)); required int32 b (INTEGER(16,false));
              required int32 c (INTEGER(32,false)); required int64 d (INTEGER(64,false));
            }
            """,
            g -> g.append("a", 255).append("b", 65535).append("c", -1).append("d", -1L));

    assertThat(readAll(file).get(0).getValues())
        .containsExactly(
            (short) 255, 65535, 4_294_967_295L, new BigDecimal("18446744073709551615"));
  }

  @Test
  void otherUnitsAndPhysicalFormsAreRead() throws IOException {
    UUID uuid = new UUID(1, 2);
    byte[] bytes = java.nio.ByteBuffer.allocate(16).putLong(1).putLong(2).array();
    Path file =
        write(
            """
            message m {
              required int64 millis (TIMESTAMP(MILLIS,true));
              required int64 local (TIMESTAMP(MILLIS,false));
              required binary dec (DECIMAL(20,2));
              required fixed_len_byte_array(16) id (UUID);
              required binary plain;
            }
            """,
            g ->
                g.append("millis", -1L)
                    .append("local", 1L)
                    .append("dec", Binary.fromConstantByteArray(new byte[] {-1}))
                    .append("id", Binary.fromConstantByteArray(bytes))
                    .append("plain", "text"));

    Row row = readAll(file).get(0);

    assertThat(row.getValues().subList(0, 4))
        .containsExactly(
            Instant.ofEpochMilli(-1),
            LocalDateTime.parse("1970-01-01T00:00:00.001"),
            new BigDecimal("-0.01"),
            uuid);
    Schema text = Schema.builder().addStringField("plain").build();
    assertThat(ParquetRoundTripTest.read(file, text).get(0).getString(0)).isEqualTo("text");
  }

  @Test
  void wantedColumnsAreFoundByNameWidenedAndNullWhenMissing() throws IOException {
    Path file =
        write(
            """
            message m {
              required int32 a; required binary skipped (UTF8);
              required group s { required int32 x; required int32 y; } required float f;
            }
            """,
            g -> {
              g.append("a", 1).append("skipped", "no");
              g.addGroup("s").append("x", 2).append("y", 3);
              g.append("f", 1.5f);
            });
    Schema struct =
        Schema.builder()
            .addField("y", FieldType.INT64)
            .addNullableField("z", FieldType.STRING)
            .build();
    Schema wanted =
        Schema.builder()
            .addField("f", FieldType.DOUBLE)
            .addNullableField("missing", FieldType.STRING)
            .addField("s", FieldType.row(struct))
            .addField("a", RowTypes.decimal(12, 2))
            .build();

    List<Row> rows = ParquetRoundTripTest.read(file, wanted);

    assertThat(rows)
        .containsExactly(
            Row.withSchema(wanted)
                .addValues(
                    1.5,
                    null,
                    Row.withSchema(struct).addValues(3L, null).build(),
                    new BigDecimal("1.00"))
                .build());
  }

  @Test
  void rowsWithoutAnyColumnOfTheFileAreStillCounted() throws IOException {
    Path file = write("message m { required int32 a; }", g -> g.append("a", 1));
    Schema wanted = Schema.builder().addNullableField("other", FieldType.INT32).build();

    assertThat(ParquetRoundTripTest.read(file, wanted))
        .containsExactly(Row.withSchema(wanted).addValues((Object) null).build());
  }

  @Test
  void narrowingAndUnreadableFilesAreRefused() throws IOException {
    Path file = write("message m { optional int64 a; }", g -> {});
    Schema narrow = Schema.builder().addInt32Field("a").build();
    Schema required = Schema.builder().addInt64Field("a").build();
    Path garbage = new Path(directory + "/garbage.parquet");
    Files.writeString(directory.resolve("garbage.parquet"), "this is not a Parquet file at all");

    assertThatThrownBy(() -> ParquetRoundTripTest.read(file, narrow))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("Column 'a' is optional int64 a in the file");
    assertThatThrownBy(() -> ParquetRoundTripTest.read(file, required))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("Column 'a' holds a null");
    assertThatThrownBy(() -> readAll(garbage))
        .isInstanceOf(StorageFailedException.class)
        .hasMessageContaining("garbage.parquet");
    assertThatThrownBy(() -> readAll(new Path(directory + "/nowhere.parquet")))
        .isInstanceOf(StorageFailedException.class);
  }

  @Test
  void aTruncatedFileIsRefused() throws IOException {
    Schema schema = Schema.builder().addInt64Field("a").build();
    Path file = new Path(directory + "/cut.parquet");
    List<Row> rows = new ArrayList<>();
    for (long i = 0; i < 1000; i++) {
      rows.add(Row.withSchema(schema).addValues(i).build());
    }
    ParquetRoundTripTest.write(file, schema, rows, ParquetWriteOptions.defaults());
    byte[] bytes = Files.readAllBytes(directory.resolve("cut.parquet"));

    Files.write(directory.resolve("cut.parquet"), Arrays.copyOf(bytes, bytes.length / 2));
    assertThatThrownBy(() -> ParquetRoundTripTest.read(file, schema))
        .isInstanceOf(StorageFailedException.class);

    bytes[60] ^= 0x55;
    Files.write(directory.resolve("cut.parquet"), bytes);
    assertThatThrownBy(() -> ParquetRoundTripTest.read(file, schema))
        .isInstanceOf(StorageFailedException.class);
  }

  @Test
  void everythingThatCannotBeWrittenIsNamedAtOnce() {
    Schema schema =
        Schema.builder()
            .addField("ok", FieldType.INT32)
            .addField("d", FieldType.DECIMAL)
            .addField("l", FieldType.array(FieldType.DECIMAL))
            .addField("s", FieldType.row(Schema.builder().build()))
            .build();

    assertThatThrownBy(() -> ParquetSchemas.toParquet(schema))
        .isInstanceOf(SpecException.class)
        .hasMessageContainingAll("d", "l.element", "DECIMAL without precision", "s", "no columns");
  }

  @Test
  void valuesThatDoNotFitAreRefusedNotRounded() {
    Schema schema = Schema.builder().addField("d", RowTypes.decimal(4, 2)).build();
    Schema times = Schema.builder().addField("t", RowTypes.LOCAL_DATETIME).build();
    LocalDateTime fine = LocalDateTime.parse("2024-01-01T00:00:00.000000001");

    for (String text : List.of("1.001", "100.00")) {
      Row row = Row.withSchema(schema).attachValues(new BigDecimal(text));
      assertThatThrownBy(() -> writeRow(schema, row))
          .isInstanceOf(DataRefusedException.class)
          .hasMessageContaining("'d' does not fit DECIMAL(4,2)");
    }
    assertThatThrownBy(() -> writeRow(times, Row.withSchema(times).attachValues(fine)))
        .isInstanceOf(DataRefusedException.class);
    assertThatThrownBy(() -> writeRow(times, Row.withSchema(times).attachValues((Object) null)))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("'t' holds a null");
  }

  private void writeRow(Schema schema, Row row) {
    Path file = new Path(directory + "/" + UUID.randomUUID() + ".parquet");
    ParquetRoundTripTest.write(file, schema, List.of(row), ParquetWriteOptions.defaults());
  }

  private Path write(String schema, Consumer<Group> filler) throws IOException {
    MessageType type = MessageTypeParser.parseMessageType(schema);
    Path file = new Path("file:" + directory + "/" + UUID.randomUUID() + ".parquet");
    try (ParquetWriter<Group> writer = ExampleParquetWriter.builder(file).withType(type).build()) {
      Group group = new SimpleGroup(type);
      filler.accept(group);
      writer.write(group);
    }
    return file;
  }

  private static List<Row> readAll(Path file) {
    Schema schema =
        ParquetSchemas.toBeam(ParquetRowReader.footer(file).getFileMetaData().getSchema());
    return ParquetRoundTripTest.read(file, schema);
  }

  private static Binary int96(int julianDay, long nanosOfDay) {
    return FileStatisticsTest.int96(julianDay, nanosOfDay);
  }

  private static <K, V> Map<K, V> mapOf(K key, V value) {
    Map<K, V> map = new java.util.HashMap<>();
    map.put(key, value);
    return map;
  }
}
