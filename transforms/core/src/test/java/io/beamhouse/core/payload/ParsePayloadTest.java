package io.beamhouse.core.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.payload.JsonPayload.Unknown;
import io.beamhouse.core.row.RowTypes;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;

class ParsePayloadTest {
  private static final Schema INPUT =
      Schema.builder()
          .addNullableByteArrayField("key")
          .addNullableByteArrayField("value")
          .addInt64Field("_run")
          .addStringField("_source")
          .build();
  private static final Schema INNER = Schema.builder().addInt32Field("x").build();
  private static final Schema EVENT =
      Schema.builder()
          .addInt64Field("id")
          .addNullableField("at", RowTypes.TIMESTAMP)
          .addNullableField("inner", FieldType.row(INNER))
          .build();

  private static List<Row> parse(ParsePayload parse, int output, String json) {
    return parse(parse, output, json == null ? null : json.getBytes(StandardCharsets.UTF_8));
  }

  private static List<Row> parse(ParsePayload parse, int output, byte[] payload) {
    Row row =
        Row.withSchema(INPUT).attachValues(Arrays.asList(new byte[] {1}, payload, 7L, "t/00000/5"));
    List<Row> emitted = new ArrayList<>();
    parse
        .start(INPUT)
        .process(
            row,
            (to, result) -> {
              assertThat(to).isEqualTo(output);
              emitted.add(result);
            });
    return emitted;
  }

  private static ParsePayload json(Unknown unknown) {
    return ParsePayload.of("value", new JsonPayload(EVENT, unknown)).withErrorOutput("bad");
  }

  @Test
  void readsColumnsAndKeepsWhereTheyCameFrom() {
    ParsePayload parse = json(Unknown.REFUSE);
    Row row =
        parse(parse, 0, "{\"inner\": {\"x\": 3}, \"at\": \"2026-11-21T10:20:30.123Z\", \"id\": 5}")
            .get(0);

    assertThat(row.getSchema()).isEqualTo(parse.outputs(INPUT).get("output"));
    assertThat(row.getSchema().getFieldNames())
        .containsExactly("id", "at", "inner", "_run", "_source");
    assertThat(row.getInt64("id")).isEqualTo(5);
    assertThat((Object) row.getValue("at")).isEqualTo(Instant.parse("2026-11-21T10:20:30.123Z"));
    assertThat(row.getRow("inner").getInt32("x")).isEqualTo(3);
    assertThat(row.getInt64("_run")).isEqualTo(7);
    assertThat(row.getString("_source")).isEqualTo("t/00000/5");
  }

  @Test
  void keepsWhatItIsTold() {
    Row row = parse(json(Unknown.REFUSE).withKept(List.of("key")), 0, "{\"id\": 1}").get(0);

    assertThat(row.getSchema().getFieldNames()).containsExactly("id", "at", "inner", "key");
    assertThat(row.getBytes("key")).containsExactly(1);
  }

  @Test
  void setsAsideWhatCannotBeReadWithTheWholeRow() {
    for (String bad :
        new String[] {
          "",
          "{",
          "[1]",
          "{\"id\": \"1\"}",
          "{\"id\": 1} x",
          "{\"at\": null}",
          "{\"id\":1,\"id\":1}",
          "{\"id\": 99999999999999999999}",
          "{\"id\": 1, \"inner\": {\"x\": 1, \"y\": 2}}",
          "{\"id\": 1, \"more\": 2}",
          "{\"id\": 1, \"at\": \"2026-02-30T00:00:00Z\"}",
          "{\"id\": 1, \"at\": \"+294248-01-01T00:00:00Z\"}"
        }) {
      Row quarantined = parse(json(Unknown.REFUSE), 1, bad).get(0);
      assertThat(quarantined.getString("rule")).isEqualTo("json.type");
      assertThat(quarantined.getString("position")).isEqualTo("t/00000/5");
      assertThat(quarantined.getRow("failed_row").getBytes("value"))
          .isEqualTo(bad.getBytes(StandardCharsets.UTF_8));
      assertThat(quarantined.getString("error_message")).doesNotContain("99999");
    }
    assertThat(parse(json(Unknown.REFUSE), 1, (byte[]) null).get(0).getString("rule"))
        .isEqualTo("json.null");
    assertThat(
            parse(json(Unknown.IGNORE), 1, new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'}))
        .hasSize(1);
  }

  @Test
  void bytesMadeToHurtAreBadRowsToo() {
    String good = "{\"id\": 1, \"x\": \"y\"}";
    String deep = "[".repeat(100_000);
    List<byte[]> hurting =
        List.of(
            good.getBytes(StandardCharsets.UTF_16),
            good.getBytes(StandardCharsets.UTF_16LE),
            good.getBytes(Charset.forName("UTF-32BE")),
            new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf},
            new byte[] {(byte) 0xef, (byte) 0xbb},
            new byte[] {0},
            new byte[] {'{', '"', 'x', '"', ':', '"', (byte) 0xc3},
            "{\"id\": 1, \"x\": \"\0\"}".getBytes(StandardCharsets.UTF_8),
            deep.getBytes(StandardCharsets.UTF_8),
            ("{\"id\": 1, \"x\": " + deep + "]".repeat(100_000) + "}")
                .getBytes(StandardCharsets.UTF_8),
            ("{\"id\": 1, \"inner\": " + "{\"x\":".repeat(100_000))
                .getBytes(StandardCharsets.UTF_8),
            ("{\"id\": " + "9".repeat(1_000_000) + "}").getBytes(StandardCharsets.UTF_8),
            ("{\"" + "n".repeat(1_000_000) + "\": 1}").getBytes(StandardCharsets.UTF_8));
    for (Unknown unknown : Unknown.values()) {
      for (byte[] bytes : hurting) {
        Row quarantined = parse(json(unknown), 1, bytes).get(0);
        assertThat(quarantined.getString("rule")).isEqualTo("json.type");
        assertThat(quarantined.getString("error_message")).hasSizeLessThan(200);
        assertThat(quarantined.getRow("failed_row").getBytes("value")).isSameAs(bytes);
      }
    }
  }

  @Test
  void aByteOrderMarkIsNoPartOfAnObject() {
    String marked = "\ufeff{\"b\": [1, 2], \"id\": 1}";
    assertThat(parse(json(Unknown.IGNORE), 0, marked).get(0).getInt64("id")).isEqualTo(1);
    assertThat(parse(json(Unknown.RESCUE), 0, marked).get(0).getString("_rescued"))
        .isEqualTo("{\"b\":[1, 2]}");
  }

  @Test
  void withoutAnErrorOutputABadPayloadEndsTheRun() {
    ParsePayload parse = ParsePayload.of("value", new JsonPayload(EVENT, Unknown.REFUSE));
    assertThatThrownBy(() -> parse(parse, 1, "secret"))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("t/00000/5")
        .hasMessageNotContaining("secret");
  }

  @Test
  void passesOverOrRescuesWhatTheSchemaDoesNotHave() {
    String json = "{\"a\": {\"ü\": [1, 2]}, \"id\": 1, \"b\": \"é\", \"inner\": {\"x\": 1}}";
    assertThat(parse(json(Unknown.IGNORE), 0, json).get(0).getInt64("id")).isEqualTo(1);
    assertThat(parse(json(Unknown.IGNORE), 0, "{\"id\": 1, \"inner\": {\"x\": 1, \"y\": {}}}"))
        .hasSize(1);

    ParsePayload rescuing = json(Unknown.RESCUE);
    assertThat(rescuing.outputs(INPUT).get("output").getFieldNames())
        .containsExactly("id", "at", "inner", "_rescued", "_run", "_source");
    assertThat(parse(rescuing, 0, json).get(0).getString("_rescued"))
        .isEqualTo("{\"a\":{\"ü\": [1, 2]},\"b\":\"é\"}");
    assertThat(parse(rescuing, 0, "{\"id\": 1}").get(0).getString("_rescued")).isNull();
  }

  @Test
  void refusesSettingsThatDoNotFitTheInput() {
    assertThatThrownBy(
            () ->
                ParsePayload.of("valu", new JsonPayload(EVENT, Unknown.REFUSE))
                    .withKept(List.of("kay"))
                    .outputs(INPUT))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("did you mean 'value'")
        .hasMessageContaining("did you mean 'key'");
    assertThatThrownBy(
            () -> ParsePayload.of("_run", new JsonPayload(EVENT, Unknown.REFUSE)).outputs(INPUT))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("BYTES or STRING");
  }
}
