package io.beamhouse.io.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamhouse.core.row.RowTypes;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.metadata.ColumnPath;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStatisticsTest {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  @TempDir java.nio.file.Path directory;

  @Test
  void boundsAndNullsOfEveryTypeThatDeltaKeepsThemFor() throws IOException {
    Schema address =
        Schema.builder()
            .addNullableField("zip", FieldType.INT32)
            .addNullableField("city \"x\"", FieldType.STRING)
            .build();
    Schema schema =
        Schema.builder()
            .addField("b", FieldType.BYTE)
            .addNullableField("l", FieldType.INT64)
            .addField("d", FieldType.DOUBLE)
            .addField("dec", RowTypes.decimal(38, 12))
            .addField("ts", RowTypes.TIMESTAMP)
            .addField("ntz", RowTypes.LOCAL_DATETIME)
            .addField("day", RowTypes.DATE)
            .addField("flag", FieldType.BOOLEAN)
            .addNullableField("raw", FieldType.BYTES)
            .addNullableField("tags", FieldType.array(FieldType.STRING))
            .addNullableField("address", FieldType.row(address))
            .build();
    Row one =
        Row.withSchema(schema)
            .addValues(
                (byte) -3,
                null,
                -1.5,
                new BigDecimal("0.000000000001"),
                Instant.parse("1969-12-31T23:59:59.999999Z"),
                LocalDateTime.parse("2024-01-02T03:04:05.000001"),
                LocalDate.parse("1582-10-04"),
                true,
                null,
                null,
                null)
            .build();
    Row two =
        Row.withSchema(schema)
            .addValues(
                (byte) 4,
                Long.MAX_VALUE,
                2.0,
                new BigDecimal("12345678901234567890.123456789012"),
                Instant.parse("2024-01-02T03:04:05.678901Z"),
                LocalDateTime.parse("2024-01-02T03:04:05.678"),
                LocalDate.parse("9999-12-31"),
                false,
                new byte[] {1},
                List.of("x"),
                Row.withSchema(address).addValues(7, null).build())
            .build();

    JsonNode stats = stats(schema, one, two);

    assertThat(stats)
        .isEqualTo(
            MAPPER.readTree(
                """
                {"numRecords": 2,
                 "minValues": {"b": -3, "l": 9223372036854775807, "d": -1.5,
                   "dec": 0.000000000001, "ts": "1969-12-31T23:59:59.999Z",
                   "ntz": "2024-01-02T03:04:05.000", "day": "1582-10-04", "address": {"zip": 7}},
                 "maxValues": {"b": 4, "l": 9223372036854775807, "d": 2.0,
                   "dec": 12345678901234567890.123456789012, "ts": "2024-01-02T03:04:05.679Z",
                   "ntz": "2024-01-02T03:04:05.678", "day": "9999-12-31", "address": {"zip": 7}},
                 "nullCount": {"b": 0, "l": 1, "d": 0, "dec": 0, "ts": 0, "ntz": 0, "day": 0,
                   "flag": 0, "raw": 1, "address": {"zip": 1, "city \\"x\\"": 2}}}
                """));
  }

  @Test
  void longStringsAreCutSoThatTheBoundsStillHold() throws IOException {
    Schema schema = Schema.builder().addStringField("s").build();
    String emoji = "😀".repeat(33);
    String largest = "z".repeat(32) + "\uDBFF\uDFFF" + "z";

    JsonNode cut = stats(schema, row(schema, "é".repeat(40)), row(schema, emoji));
    JsonNode beyond = stats(schema, row(schema, largest));

    assertThat(cut.at("/minValues/s").textValue()).isEqualTo("é".repeat(32));
    assertThat(cut.at("/maxValues/s").textValue()).isEqualTo("😀".repeat(32) + "\uDBFF\uDFFF");
    byte[] bound = beyond.at("/maxValues/s").textValue().getBytes(StandardCharsets.UTF_8);
    assertThat(Arrays.compareUnsigned(bound, largest.getBytes(StandardCharsets.UTF_8)))
        .isPositive();
  }

  @Test
  void floatingColumnsWithNanOrInfinityHaveNoBounds() throws IOException {
    Schema schema = Schema.builder().addDoubleField("d").addFloatField("f").build();

    JsonNode stats =
        stats(schema, row(schema, 1.0, Float.NEGATIVE_INFINITY), row(schema, Double.NaN, 2.0f));

    assertThat(stats.get("minValues")).isEmpty();
    assertThat(stats.get("maxValues")).isEmpty();
    assertThat(stats.at("/nullCount/d").intValue()).isZero();
  }

  @Test
  void datesWithoutFourDigitsOfYearHaveNoBounds() throws IOException {
    Schema schema = Schema.builder().addField("day", RowTypes.DATE).build();

    assertThat(stats(schema, row(schema, LocalDate.of(10_000, 1, 1))).get("maxValues")).isEmpty();
    assertThat(stats(schema, row(schema, LocalDate.of(0, 1, 1))).get("minValues")).isEmpty();
  }

  @Test
  void onlyTheLeadingColumnsAreKept() throws IOException {
    Schema schema = Schema.builder().addInt64Field("a").addInt64Field("b").build();
    Path file = new Path(directory + "/two.parquet");

    WrittenParquet written =
        ParquetRoundTripTest.write(
            file,
            schema,
            List.of(row(schema, 1L, 2L)),
            ParquetWriteOptions.defaults().withStatisticsColumns(1));

    assertThat(written.statsJson())
        .isEqualTo(
            "{\"numRecords\":1,\"minValues\":{\"a\":1},\"maxValues\":{\"a\":1},"
                + "\"nullCount\":{\"a\":0}}");
    assertThat(FileStatistics.of(ParquetRowReader.footer(file)).toJson(1))
        .isEqualTo(written.statsJson());
  }

  @Test
  void anEmptyFileHasNoBounds() throws IOException {
    Schema schema = Schema.builder().addInt64Field("a").build();

    assertThat(stats(schema).toString())
        .isEqualTo("{\"numRecords\":0,\"minValues\":{},\"maxValues\":{},\"nullCount\":{\"a\":0}}");
  }

  @Test
  void int96IsTakenByValue() throws IOException {
    FileStatistics statistics =
        FileStatistics.of(MessageTypeParser.parseMessageType("message m { optional int96 t; }"));

    statistics.addInt96(ColumnPath.get("t"), int96(2_440_588, 1_000_001));
    statistics.addInt96(ColumnPath.get("t"), int96(2_440_587, 86_399_999_999_999L));

    JsonNode json = MAPPER.readTree(statistics.toJson(-1));
    assertThat(json.at("/minValues/t").textValue()).isEqualTo("1969-12-31T23:59:59.999Z");
    assertThat(json.at("/maxValues/t").textValue()).isEqualTo("1970-01-01T00:00:00.002Z");
  }

  static Binary int96(int julianDay, long nanosOfDay) {
    ByteBuffer bytes = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    return Binary.fromConstantByteArray(bytes.putLong(nanosOfDay).putInt(julianDay).array());
  }

  private static Row row(Schema schema, Object... values) {
    return Row.withSchema(schema).addValues(values).build();
  }

  private JsonNode stats(Schema schema, Row... rows) throws IOException {
    Path file = new Path(directory + "/" + java.util.UUID.randomUUID() + ".parquet");
    ParquetWriteOptions options = ParquetWriteOptions.defaults();
    return MAPPER.readTree(
        ParquetRoundTripTest.write(file, schema, List.of(rows), options).statsJson());
  }
}
