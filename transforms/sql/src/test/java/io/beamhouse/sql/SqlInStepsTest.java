package io.beamhouse.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.row.Quarantined;
import io.beamhouse.core.row.RowTypes;
import io.beamhouse.core.rowwise.ApplyRowStep;
import io.beamhouse.core.rowwise.RowStep;
import io.beamhouse.testing.BeamTest;
import io.beamhouse.transforms.FilterRows;
import io.beamhouse.transforms.MapRows;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code language: sql} in Filter and MapToFields. */
@ExtendWith(BeamTest.class)
class SqlInStepsTest {
  private static final Schema SCHEMA =
      Schema.builder()
          .addInt64Field("id")
          .addNullableStringField("amount")
          .addField("at", RowTypes.TIMESTAMP)
          .addNullableStringField("_source")
          .build();
  private static final Schema BAD = Quarantined.schema(FieldType.row(SCHEMA));
  private static final Instant AT = Instant.parse("2024-01-01T00:00:00.000001Z");
  private static final Row ONE = row(1L, "10.005");
  private static final Row NULL = row(2L, null);
  private static final Row TEXT = row(3L, "ten");

  private static Row row(Object... values) {
    List<Object> all = new ArrayList<>(Arrays.asList(values));
    all.add(AT);
    all.add("a.csv:" + values[0]);
    return Row.withSchema(SCHEMA).attachValues(all);
  }

  private static PCollection<Row> rows(TestPipeline pipeline, Row... rows) {
    return pipeline.apply("Rows", Create.of(List.of(rows)).withRowSchema(SCHEMA));
  }

  @Test
  void filterKeepsWhatIsTrueAndQuarantinesWhatHasNoAnswer(TestPipeline pipeline) {
    FilterRows.Result result =
        rows(pipeline, ONE, NULL, TEXT)
            .apply(
                FilterRows.keeping(
                        "CAST(amount AS DOUBLE) > 1 AND `at` > MICROS('2024-01-01T00:00:00Z')")
                    .withLanguage("sql")
                    .withQuarantine());

    PAssert.that(result.kept()).containsInAnyOrder(ONE);
    PAssert.that(result.quarantined().orElseThrow())
        .containsInAnyOrder(
            Quarantined.row(
                BAD,
                TEXT,
                "For input string: \"ten\"",
                "keep: CAST(amount AS DOUBLE) > 1 AND `at` > MICROS('2024-01-01T00:00:00Z')",
                "Filter",
                "a.csv:3"));
    pipeline.run();
  }

  @Test
  void mapComputesAndQuarantines(TestPipeline pipeline) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("amount", "CAST(amount AS DECIMAL(12, 2))");
    fields.put("next_at", "`at` + 1");
    fields.put("share", "100 / (id - 1)");
    MapRows map =
        MapRows.to(fields)
            .withLanguage("sql")
            .withAppend()
            .withDrop(List.of("amount", "at", "_source"));
    Schema expected =
        Schema.builder()
            .addInt64Field("id")
            .addNullableField("amount", RowTypes.decimal(12, 2))
            .addField("next_at", RowTypes.TIMESTAMP)
            .addInt64Field("share")
            .build();

    PCollectionRowTuple result =
        rows(pipeline, ONE, NULL, TEXT, row(5L, "10.005")).apply(ApplyRowStep.of(map.step("bad")));

    assertThat(result.get("output").getSchema()).isEqualTo(expected);
    Instant next = Instant.parse("2024-01-01T00:00:00.000002Z");
    PAssert.that(result.get("output"))
        .containsInAnyOrder(
            Row.withSchema(expected).addValues(2L, null, next, 100L).build(),
            Row.withSchema(expected).addValues(5L, new BigDecimal("10.01"), next, 25L).build());
    PAssert.that(result.get("bad"))
        .satisfies(
            bad -> {
              assertThat(bad)
                  .extracting(r -> r.<Object>getValue("failed_row"), r -> r.getString("rule"))
                  .containsExactlyInAnyOrder(
                      tuple(ONE, "fields.share"), tuple(TEXT, "fields.amount"));
              return null;
            });
    pipeline.run();
  }

  @Test
  void aBadRowFailsTheRunWithoutItsValues(TestPipeline pipeline) {
    rows(pipeline, TEXT)
        .apply(MapRows.to(Map.of("n", "CAST(amount AS INTEGER)")).withLanguage("sql"));

    assertThatThrownBy(pipeline::run)
        .rootCause()
        .isInstanceOf(DataRefusedException.class)
        .hasMessageStartingWith("MapToFields 'n': a row has no answer (NumberFormatException)")
        .hasMessageNotContaining("ten");
  }

  @Test
  void everythingWrongIsSaidAtOnce() {
    RowStep map = MapRows.to(Map.of("a", "foo", "b", "id +")).withLanguage("sql").step(null);
    assertThatThrownBy(() -> map.outputs(SCHEMA))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("fields.a: 'foo': column 1: Column 'foo' not found")
        .hasMessageContaining("fields.b: 'id +': ");
    assertThatThrownBy(
            () -> FilterRows.keeping("id + 1").withLanguage("sql").step(null).outputs(SCHEMA))
        .isInstanceOf(SpecException.class)
        .hasMessage("keep: 'id + 1' is not true or false, but INT64");
  }

  /** A worker gets the code that the driver made, and compiles no SQL. */
  @Test
  void theStepCarriesItsCode() {
    RowStep step = FilterRows.keeping("id > 1").withLanguage("sql").step(null);
    int before = SerializableUtils.serializeToByteArray(step).length;
    step.outputs(SCHEMA);
    RowStep sent = SerializableUtils.clone(step);

    assertThat(SerializableUtils.serializeToByteArray(sent).length).isGreaterThan(before + 500);
    List<Row> kept = new ArrayList<>();
    RowStep.Processor processor = sent.start(SCHEMA);
    processor.process(ONE, (output, row) -> kept.add(row));
    processor.process(TEXT, (output, row) -> kept.add(row));
    assertThat(kept).containsExactly(TEXT);
  }
}
