package io.beamhouse.transforms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.row.Quarantined;
import io.beamhouse.core.row.RowTypes;
import io.beamhouse.testing.BeamTest;
import java.math.BigDecimal;
import java.time.Instant;
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
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(BeamTest.class)
class RowTransformsTest {
  private static final Schema SCHEMA =
      Schema.builder()
          .addInt64Field("id")
          .addNullableField("price", RowTypes.decimal(12, 2))
          .addField("at", RowTypes.TIMESTAMP)
          .build();
  private static final Instant AT = Instant.parse("2024-01-02T03:04:05.000006Z");

  private static Row row(long id, String price) {
    return Row.withSchema(SCHEMA)
        .addValues(id, price == null ? null : new BigDecimal(price), AT)
        .build();
  }

  private static PCollection<Row> rows(TestPipeline pipeline, Row... rows) {
    return pipeline.apply("Rows", Create.of(List.of(rows)).withRowSchema(SCHEMA));
  }

  @Test
  void filterKeepsAndQuarantines(TestPipeline pipeline) {
    Row without = row(3, null);
    FilterRows.Result result =
        rows(pipeline, row(1, "1.00"), row(2, "20.00"), without)
            .apply(FilterRows.keeping("price > 9.5").withQuarantine());

    assertThat(result.kept().getSchema()).isEqualTo(SCHEMA);
    PAssert.that(result.kept()).containsInAnyOrder(row(2, "20.00"));
    PAssert.that(result.quarantined().orElseThrow())
        .containsInAnyOrder(
            Row.withSchema(Quarantined.schema(FieldType.row(SCHEMA)))
                .addValues(
                    without,
                    "an order with null has no answer: price is null",
                    "keep: price > 9.5",
                    "Filter",
                    null,
                    null)
                .build());
    pipeline.run();
  }

  @Test
  void filterWithoutQuarantineFailsOnARowWithoutAnswer(TestPipeline pipeline) {
    rows(pipeline, row(3, null)).apply(FilterRows.keeping("price > 9.5"));

    assertThatThrownBy(pipeline::run)
        .hasRootCauseInstanceOf(Comparison.NoAnswerException.class)
        .hasStackTraceContaining(DataRefusedException.class.getName())
        .hasStackTraceContaining("Give error_handling to set such rows aside");
  }

  @Test
  void mapChoosesRenamesAndAddsFields(TestPipeline pipeline) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("cost", "price");
    fields.put("id", "id");
    fields.put("source", "\"crm\"");
    fields.put("half", "0.5");
    fields.put("one", "1");

    PCollection<Row> mapped = rows(pipeline, row(1, "1.00")).apply(MapRows.to(fields));

    Schema expected =
        Schema.builder()
            .addNullableField("cost", RowTypes.decimal(12, 2))
            .addInt64Field("id")
            .addStringField("source")
            .addDoubleField("half")
            .addInt64Field("one")
            .build();
    assertThat(mapped.getSchema()).isEqualTo(expected);
    PAssert.that(mapped)
        .containsInAnyOrder(
            Row.withSchema(expected).addValues(new BigDecimal("1.00"), 1L, "crm", 0.5, 1L).build());
    pipeline.run();
  }

  @Test
  void mapAppendsAndDrops(TestPipeline pipeline) {
    PCollection<Row> mapped =
        rows(pipeline, row(1, "1.00"))
            .apply(MapRows.to(Map.of("price", "id")).withAppend().withDrop(List.of("price")));

    Schema expected =
        Schema.builder()
            .addInt64Field("id")
            .addField("at", RowTypes.TIMESTAMP)
            .addInt64Field("price")
            .build();
    PAssert.that(mapped).containsInAnyOrder(Row.withSchema(expected).addValues(1L, AT, 1L).build());
    pipeline.run();
  }

  @Test
  void mapRefusesEverythingThatDoesNotFitAtOnce() {
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    PCollection<Row> rows = rows(pipeline, row(1, "1.00"));

    assertThatThrownBy(
            () ->
                rows.apply(MapRows.to(Map.of("id", "at")).withAppend().withDrop(List.of("prize"))))
        .isInstanceOf(SpecException.class)
        .hasMessage(
            "drop: no field 'prize' - did you mean 'price'?; fields: id, price, at\n"
                + "fields.id: the input has a field of this name; drop it to redefine it");
    assertThatThrownBy(() -> rows.apply(MapRows.to(Map.of("x", "lower(id)"))))
        .isInstanceOf(SpecException.class)
        .hasMessageStartingWith("fields.x: 'lower(id)' is neither a field (id, price, at)");
  }

  @Test
  void anotherLanguageMustBeOnTheClassPath() {
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    PCollection<Row> rows = rows(pipeline, row(1, "1.00"));

    assertThatThrownBy(() -> rows.apply(FilterRows.keeping("id = 1").withLanguage("sql")))
        .isInstanceOf(SpecException.class)
        .hasMessage("language: no language 'sql' is on the class path: add beamhouse-sql");
    assertThatThrownBy(() -> rows.apply(MapRows.to(Map.of("x", "id + 1")).withLanguage("sql")))
        .isInstanceOf(SpecException.class)
        .hasMessage("language: no language 'sql' is on the class path: add beamhouse-sql");
  }

  @Test
  void unionWidensToTheFieldsOfAllInputs(TestPipeline pipeline) {
    Schema other = Schema.builder().addNullableInt64Field("id").addStringField("extra").build();
    PCollection<Row> others =
        pipeline.apply(
            "Others",
            Create.of(Row.withSchema(other).addValues(null, "x").build()).withRowSchema(other));

    PCollection<Row> all =
        PCollectionList.of(rows(pipeline, row(1, "1.00"))).and(others).apply(UnionRows.create());

    Schema expected =
        Schema.builder()
            .addNullableInt64Field("id")
            .addNullableField("price", RowTypes.decimal(12, 2))
            .addNullableField("at", RowTypes.TIMESTAMP)
            .addNullableStringField("extra")
            .build();
    assertThat(all.getSchema()).isEqualTo(expected);
    PAssert.that(all)
        .containsInAnyOrder(
            Row.withSchema(expected).addValues(1L, new BigDecimal("1.00"), AT, null).build(),
            Row.withSchema(expected).addValues(null, null, null, "x").build());
    pipeline.run();
  }

  @Test
  void unionRefusesOneNameWithTwoTypes() {
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    Schema other = Schema.builder().addStringField("id").build();
    PCollection<Row> others = pipeline.apply("Others", Create.empty(other));

    assertThatThrownBy(
            () -> PCollectionList.of(rows(pipeline)).and(others).apply(UnionRows.create()))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("the field 'id' is INT64 in one input and STRING in another");
  }

  @Test
  void assertPassesForEqualRowsInAnyOrder(TestPipeline pipeline) {
    rows(pipeline, row(1, "1.00"), row(2, null), row(2, null))
        .apply(
            AssertRows.equal(
                """
                [{"id": 2, "at": "2024-01-02T03:04:05.000006Z"},
                 {"at": "2024-01-02T03:04:05.000006Z", "price": 1, "id": 1.0},
                 {"id": 2, "at": "2024-01-02T03:04:05.000006Z", "price": null}]"""));

    pipeline.run();
  }

  @Test
  void assertFailsWithTheDifference(TestPipeline pipeline) {
    rows(pipeline, row(1, "1.00")).apply(AssertRows.equal("[{\"id\": 1}, {\"id\": 5}]"));

    assertThatThrownBy(pipeline::run)
        .hasRootCauseInstanceOf(DataRefusedException.class)
        .hasStackTraceContaining("missing    1 x {\"id\":5}")
        .hasStackTraceContaining("unexpected 1 x {\"at\":");
  }

  @Test
  void assertFailsWhenNothingComes(TestPipeline pipeline) {
    rows(pipeline).apply(AssertRows.equal("[{\"id\": 5}]"));

    assertThatThrownBy(pipeline::run).hasStackTraceContaining("missing    1 x {\"id\":5}");
  }

  @Test
  void transformsCanBeSent() {
    SerializableUtils.ensureSerializable(FilterRows.keeping("a == 1").withQuarantine());
    SerializableUtils.ensureSerializable(MapRows.to(Map.of("a", "b")).withAppend());
    SerializableUtils.ensureSerializable(UnionRows.create());
    SerializableUtils.ensureSerializable(AssertRows.equal("[1]"));
  }
}
