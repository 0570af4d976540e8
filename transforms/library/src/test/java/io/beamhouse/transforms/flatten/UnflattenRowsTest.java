package io.beamhouse.transforms.flatten;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.SpecException;
import io.beamhouse.testing.BeamTest;
import io.beamhouse.testing.RandomRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.Filter;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(BeamTest.class)
class UnflattenRowsTest {
  private static final Schema SCHEMA =
      Schema.builder()
          .addInt64Field("id")
          .addNullableField(
              "items",
              Schema.FieldType.array(
                  Schema.FieldType.row(
                      Schema.builder()
                          .addStringField("sku")
                          .addArrayField("sizes", Schema.FieldType.INT32)
                          .build())))
          .build();
  private static final FlattenRows FLATTEN =
      FlattenRows.create().withKeys("id").withPresence().withArray("items[].sizes", Choice.CHILD);

  private static Row order(long id, String... skus) {
    Schema item = SCHEMA.getField("items").getType().getCollectionElementType().getRowSchema();
    List<Row> items = new ArrayList<>();
    for (String sku : skus) {
      items.add(Row.withSchema(item).addValues(sku, List.of(1, 2)).build());
    }
    return Row.withSchema(SCHEMA).addValues(id, items).build();
  }

  @Test
  void aPipelineRestoresRandomRows(TestPipeline pipeline) {
    long seed = 0;
    Schema schema = schema(seed);
    while (flatten(schema, seed).plan(schema).tables().size() < 5) {
      schema = schema(++seed);
    }
    RandomRows random = new RandomRows(seed);
    List<Row> rows = new ArrayList<>();
    for (long id = 0; id < 20; id++) {
      List<Object> values = new ArrayList<>(random.row(schema).getValues());
      values.set(0, id);
      rows.add(Row.withSchema(schema).addValues(values).build());
    }
    FlattenRows flatten = flatten(schema, seed);

    FlattenRows.Result flat = pipeline.apply(Create.of(rows).withRowSchema(schema)).apply(flatten);
    PCollection<Row> restored = flat.tables().apply(UnflattenRows.of(flatten.plan(schema))).rows();

    PAssert.that(restored).containsInAnyOrder(rows);
    pipeline.run();
  }

  private static Schema schema(long seed) {
    Schema.Builder schema = Schema.builder().addInt64Field("id");
    new RandomRows(seed).schema(3).getFields().forEach(schema::addField);
    return schema.build();
  }

  private static FlattenRows flatten(Schema schema, long seed) {
    return RandomSettings.lossless(schema, new Random(seed));
  }

  @Test
  void whatIsNotCompleteIsSetAside(TestPipeline pipeline) {
    FlattenRows.Result flat =
        pipeline
            .apply(
                Create.of(order(1, "a", "b"), order(2, "a"), order(3), order(4, "c"))
                    .withRowSchema(SCHEMA))
            .apply(FLATTEN);
    PCollection<Row> items =
        flat.children()
            .get("items")
            .apply("Lose", Filter.by(row -> row.getInt64("id") != 2))
            .setRowSchema(flat.children().get("items").getSchema());
    PCollection<Row> main =
        flat.main()
            .apply("LoseMain", Filter.by(row -> row.getInt64("id") != 4))
            .setRowSchema(flat.main().getSchema());

    UnflattenRows.Result result =
        PCollectionRowTuple.of(UnflattenRows.MAIN, main)
            .and("items", items)
            .and("items_sizes", flat.children().get("items_sizes"))
            .apply(UnflattenRows.of(FLATTEN.plan(SCHEMA)).withQuarantine());

    PAssert.that(result.rows()).containsInAnyOrder(order(1, "a", "b"), order(3));
    PAssert.that(result.quarantined().orElseThrow())
        .satisfies(
            failed -> {
              List<String> messages = new ArrayList<>();
              failed.forEach(row -> messages.add(row.getString("error_message")));
              assertThat(messages)
                  .containsExactlyInAnyOrder(
                      "items has 0 rows in table items and should have 1",
                      "3 rows of child tables have no main row");
              return null;
            });
    pipeline.run();
  }

  @Test
  void mainRowsOfOneKeyAreSetAside(TestPipeline pipeline) {
    FlattenRows.Result flat =
        pipeline
            .apply(Create.of(order(1), order(1), order(2)).withRowSchema(SCHEMA))
            .apply(FLATTEN);

    UnflattenRows.Result result =
        flat.tables().apply(UnflattenRows.of(FLATTEN.plan(SCHEMA)).withQuarantine());

    PAssert.that(result.rows()).containsInAnyOrder(order(2));
    PAssert.that(result.quarantined().orElseThrow())
        .satisfies(
            failed -> {
              assertThat(failed).hasSize(2);
              return null;
            });
    pipeline.run();
  }

  @Test
  void aLossyPlanAndMissingTablesAreRefused(TestPipeline pipeline) {
    pipeline.enableAbandonedNodeEnforcement(false);
    FlattenRows lossy = FlattenRows.create().withKeys("id");
    FlattenRows.Result flat =
        pipeline.apply(Create.of(order(1)).withRowSchema(SCHEMA)).apply(FLATTEN);
    PCollectionRowTuple noChildren = PCollectionRowTuple.of(UnflattenRows.MAIN, flat.main());

    assertThatThrownBy(() -> noChildren.apply(UnflattenRows.of(lossy.plan(SCHEMA))))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("items: a null array and an empty one look the same");
    assertThatThrownBy(() -> noChildren.apply(UnflattenRows.of(FLATTEN.plan(SCHEMA))))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("the table items is missing")
        .hasMessageContaining("the table items_sizes is missing");
  }
}
