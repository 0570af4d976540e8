package io.beamhouse.io.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.beamhouse.core.error.Problems;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.payload.PayloadFormat;
import io.beamhouse.core.row.RowText.RefusedValueException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.avro.Schema.Parser;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AvroPayloadTest {
  private static final String OLD =
      """
      {"type": "record", "name": "Event", "fields": [
        {"name": "id", "type": "string"},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-micros"}},
        {"name": "day", "type": {"type": "int", "logicalType": "date"}},
        {"name": "price", "type":
          {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}},
        {"name": "tags", "type": {"type": "array", "items": "string"}},
        {"name": "inner", "type": ["null", {"type": "record", "name": "Inner", "fields": [
          {"name": "n", "type": "int"}]}]}]}""";
  private static final String NEW =
      OLD.replace(
          "]}]}]}",
          "]}]}, {\"name\": \"more\", \"type\": [\"null\", \"long\"], \"default\": null}]}");

  private static GenericRecord event() {
    org.apache.avro.Schema schema = new Parser().parse(OLD);
    GenericRecord event = new GenericData.Record(schema);
    event.put("id", "e1");
    event.put("at", 1_700_000_000_123_456L);
    event.put("day", 3);
    event.put("price", ByteBuffer.wrap(new byte[] {4, -46}));
    event.put("tags", List.of("a", "b"));
    GenericRecord inner =
        new GenericData.Record(schema.getField("inner").schema().getTypes().get(1));
    inner.put("n", 5);
    event.put("inner", inner);
    return event;
  }

  private static byte[] plain() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(event().getSchema()).write(event(), encoder);
    encoder.flush();
    return out.toByteArray();
  }

  private static AvroPayload payload(AvroPayload.Encoding encoding, Map<String, String> writers) {
    return new AvroPayload(NEW, encoding, new TreeMap<>(writers));
  }

  private static void readsTheEvent(AvroPayload payload, byte[] bytes) {
    Object[] row = new Object[payload.columns().getFieldCount()];
    payload.start().read(bytes, row);
    Row read = Row.withSchema(payload.columns()).addValues(row).build();
    assertThat(read.getString("id")).isEqualTo("e1");
    assertThat(read.<Object>getValue("at")).isEqualTo(Instant.parse("2023-11-14T22:13:20.123456Z"));
    assertThat(read.<Object>getValue("day")).isEqualTo(LocalDate.of(1970, 1, 4));
    assertThat(read.<Object>getValue("price")).isEqualTo(new BigDecimal("12.34"));
    assertThat(read.<String>getArray("tags")).containsExactly("a", "b");
    assertThat(read.getRow("inner").getInt32("n")).isEqualTo(5);
    assertThat(read.<Object>getValue("more")).isNull();
  }

  @Test
  void readsEveryEnvelopeAsTheSchemaAskedFor() throws IOException {
    Map<String, String> writer = Map.of("7", OLD);
    readsTheEvent(payload(AvroPayload.Encoding.PLAIN, writer), plain());
    readsTheEvent(
        payload(AvroPayload.Encoding.CONFLUENT, writer),
        ByteBuffer.allocate(5 + plain().length).put((byte) 0).putInt(7).put(plain()).array());
    readsTheEvent(
        payload(AvroPayload.Encoding.SINGLE_OBJECT, writer),
        toArray(
            new BinaryMessageEncoder<GenericRecord>(GenericData.get(), event().getSchema())
                .encode(event())));
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (DataFileWriter<GenericRecord> out =
        new DataFileWriter<>(new GenericDatumWriter<GenericRecord>(event().getSchema()))) {
      out.create(event().getSchema(), file).append(event());
    }
    readsTheEvent(payload(AvroPayload.Encoding.CONTAINER, Map.of()), file.toByteArray());
  }

  private static byte[] toArray(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  @Test
  void refusesWhateverElseThereIs() throws IOException {
    byte[] plain = plain();
    Random random = new Random(1);
    int refused = 0;
    for (AvroPayload.Encoding encoding : AvroPayload.Encoding.values()) {
      PayloadFormat.Reader reader = payload(encoding, Map.of("7", OLD)).start();
      Object[] row = new Object[7];
      for (int i = 0; i < 400; i++) {
        byte[] bad = plain.clone();
        for (int flips = random.nextInt(4); flips >= 0; flips--) {
          bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
        }
        if (encoding == AvroPayload.Encoding.CONFLUENT && i % 2 == 0) {
          bad = ByteBuffer.allocate(9).put((byte) 0).putInt(7).putInt(random.nextInt()).array();
        }
        try {
          reader.read(bad, row);
        } catch (RefusedValueException e) {
          refused++;
        }
      }
      assertThatThrownBy(() -> reader.read(new byte[0], row))
          .isInstanceOf(RefusedValueException.class);
    }
    assertThat(refused).isGreaterThan(1000);
    // A text of two gigabytes, which is not there.
    byte[] huge = {(byte) 0xfe, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f, 1, 2, 3};
    assertThatThrownBy(
            () ->
                payload(AvroPayload.Encoding.PLAIN, Map.of("7", OLD))
                    .start()
                    .read(huge, new Object[7]))
        .isInstanceOf(RefusedValueException.class)
        .hasMessageContaining("longer than the payload");
    byte[] unknown =
        ByteBuffer.allocate(10)
            .put((byte) 0xC3)
            .put((byte) 1)
            .putLong(
                Long.reverseBytes(
                    SchemaNormalization.parsingFingerprint64(new Parser().parse("\"string\""))))
            .array();
    assertThatThrownBy(
            () ->
                payload(AvroPayload.Encoding.SINGLE_OBJECT, Map.of("7", OLD))
                    .start()
                    .read(unknown, new Object[7]))
        .hasMessageContaining("which writer_schemas does not have");
  }

  @Test
  void neitherASchemaNorARecordInsideItselfEndsTheWorker() throws IOException {
    String node =
        """
        {"type": "record", "name": "Node", "fields": [
          {"name": "id", "type": "string"}, {"name": "next", "type": ["null", "Node"]}]}
        """;
    assertThatThrownBy(
            () -> new AvroPayload(node, AvroPayload.Encoding.PLAIN, new TreeMap<>()).columns())
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("Node holds itself");

    String flat =
        "{\"type\":\"record\",\"name\":\"Node\",\"fields\":"
            + "[{\"name\":\"id\",\"type\":\"string\"}]}";
    AvroPayload payload =
        new AvroPayload(flat, AvroPayload.Encoding.PLAIN, new TreeMap<>(Map.of("1", node)));
    ByteArrayOutputStream deep = new ByteArrayOutputStream();
    for (int i = 0; i < 1_000_000; i++) {
      deep.write(new byte[] {2, 'a', 2});
    }
    deep.write(new byte[] {2, 'a', 0});
    Object[] row = new Object[1];
    assertThat(catchThrowable(() -> payload.start().read(deep.toByteArray(), row)))
        .satisfiesAnyOf(
            thrown -> assertThat(thrown).isNull(),
            thrown -> assertThat(thrown).isInstanceOf(RefusedValueException.class));
  }

  @Test
  void takesSchemasFromFilesAndExplainsWhatIsNone(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("event.avsc"), OLD);
    Problems problems = new Problems();
    assertThat(AvroKeys.payload(file.toString(), null, null, problems).columns().getFieldNames())
        .containsExactly("id", "at", "day", "price", "tags", "inner");
    assertThat(problems.isEmpty()).isTrue();

    AvroKeys.payload("{\"type\": \"record\"}", "confluent", null, problems);
    AvroKeys.payload(OLD, "confluant", Map.of("x", "/nowhere.avsc"), problems);
    AvroKeys.payload(
        "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"u\",\"type\":[\"int\",\"string\"]}]}",
        null,
        null,
        problems);
    assertThatThrownBy(problems::throwIfAny)
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("schema: is no Avro schema")
        .hasMessageContaining("writer_schemas: is required for confluent")
        .hasMessageContaining("did you mean 'confluent'")
        .hasMessageContaining("cannot read /nowhere.avsc")
        .hasMessageContaining("u is a union of 2 types");
  }
}
