package io.beamhouse.transforms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.SpecException;
import io.beamhouse.testing.BeamTest;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.util.CoderUtils;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(BeamTest.class)
class LookupRowsTest {
  private static final Schema TRIP =
      Schema.builder()
          .addInt64Field("id")
          .addNullableInt32Field("zone")
          .addStringField("_source")
          .build();
  private static final Schema ZONE =
      Schema.builder()
          .addNullableStringField("Borough")
          .addNullableInt64Field("LocationID")
          .addStringField("Zone")
          .build();
  private static final Map<String, String> ON = Map.of("zone", "LocationID");

  private static Row trip(long id, Integer zone) {
    return Row.withSchema(TRIP).addValues(id, zone, "trips:" + id).build();
  }

  private static Row zone(Long id, String borough, String zone) {
    return Row.withSchema(ZONE).addValues(borough, id, zone).build();
  }

  private static PCollection<Row> trips(TestPipeline pipeline) {
    return pipeline.apply(
        "Trips", Create.of(trip(1, 4), trip(2, 7), trip(3, 99), trip(4, null)).withRowSchema(TRIP));
  }

  private static PCollection<Row> zones(TestPipeline pipeline, Row... zones) {
    return pipeline.apply("Zones", Create.of(List.of(zones)).withRowSchema(ZONE));
  }

  private static PCollection<Row> zones(TestPipeline pipeline) {
    return zones(
        pipeline,
        zone(4L, null, "Alphabet City"),
        zone(7L, "Queens", "Astoria"),
        zone(null, "Nowhere", "None"));
  }

  @Test
  void addsColumnsAndLeavesThemNullForKeysThatAreNotThere(TestPipeline pipeline) {
    LookupRows.Result result =
        trips(pipeline).apply(LookupRows.in(zones(pipeline), ON, Map.of("borough", "Borough")));

    Schema expected =
        Schema.builder().addFields(TRIP.getFields()).addNullableStringField("borough").build();
    assertThat(result.rows().getSchema()).isEqualTo(expected);
    assertThat(result.quarantined()).isEmpty();
    PAssert.that(result.rows())
        .containsInAnyOrder(
            Row.withSchema(expected).addValues(1L, 4, "trips:1", null).build(),
            Row.withSchema(expected).addValues(2L, 7, "trips:2", "Queens").build(),
            Row.withSchema(expected).addValues(3L, 99, "trips:3", null).build(),
            Row.withSchema(expected).addValues(4L, null, "trips:4", null).build());
    pipeline.run();
  }

  @Test
  void rowsWithoutAMatchCanBeSetAside(TestPipeline pipeline) {
    LookupRows.Result result =
        trips(pipeline)
            .apply(LookupRows.in(zones(pipeline), ON, Map.of("name", "Zone")).withQuarantine());

    Schema expected = Schema.builder().addFields(TRIP.getFields()).addStringField("name").build();
    PAssert.that(result.rows())
        .containsInAnyOrder(
            Row.withSchema(expected).addValues(1L, 4, "trips:1", "Alphabet City").build(),
            Row.withSchema(expected).addValues(2L, 7, "trips:2", "Astoria").build());
    PAssert.that(result.quarantined().orElseThrow())
        .satisfies(
            rows -> {
              assertThat(rows)
                  .extracting(row -> row.getRow("failed_row"), row -> row.getString("position"))
                  .containsExactlyInAnyOrder(
                      org.assertj.core.groups.Tuple.tuple(trip(3, 99), "trips:3"),
                      org.assertj.core.groups.Tuple.tuple(trip(4, null), "trips:4"));
              return null;
            });
    pipeline.run();
  }

  @Test
  void anEmptyTableKnowsNothing(TestPipeline pipeline) {
    LookupRows.Result result =
        trips(pipeline)
            .apply(LookupRows.in(zones(pipeline, new Row[0]), ON, Map.of("name", "Zone")));

    PAssert.that(result.rows())
        .satisfies(
            rows -> {
              assertThat(rows).hasSize(4).allMatch(row -> row.getString("name") == null);
              return null;
            });
    pipeline.run();
  }

  @Test
  void refusesKeysThatAreThereTwice(TestPipeline pipeline) {
    PCollection<Row> twice = zones(pipeline, zone(4L, "a", "secret"), zone(4L, "b", "secret"));
    trips(pipeline).apply(LookupRows.in(twice, ON, Map.of("name", "Zone")));

    assertThatThrownBy(pipeline::run)
        .hasStackTraceContaining("1 row(s) of the table of LookupRows have a key")
        .satisfies(e -> assertThat(e).message().doesNotContain("secret"));
  }

  @Test
  void refusesATableThatIsTooLarge(TestPipeline pipeline) {
    trips(pipeline)
        .apply(LookupRows.in(zones(pipeline), ON, Map.of("name", "Zone")).withMaxRows(2));

    assertThatThrownBy(pipeline::run)
        .hasStackTraceContaining("The table of LookupRows has more than 2 rows");
  }

  @Test
  void saysEverythingThatDoesNotFitAtOnce() {
    TestPipeline pipeline = TestPipeline.create();
    LookupRows lookup =
        LookupRows.in(
            zones(pipeline),
            Map.of("zone", "Zone", "zones", "LocationID"),
            Map.of("id", "Zone", "borough", "Borrough"));

    assertThatThrownBy(() -> trips(pipeline).apply(lookup))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("columns of type INT32 and STRING cannot be compared")
        .hasMessageContaining("no column 'zones' - did you mean 'zone'?")
        .hasMessageContaining("the rows have such a column already")
        .hasMessageContaining("no column 'Borrough' - did you mean 'Borough'?");
  }

  @Test
  void aTableIsTheSameAfterItsJourney() throws Exception {
    Schema small = Schema.builder().addInt64Field("k").addStringField("v").build();
    Coder<LookupTable> coder = new LookupTable.TableCoder(small, 1);
    LookupTable table =
        new LookupTable(List.of(Row.withSchema(small).addValues(4L, "x").build()), 1);

    LookupTable copy =
        CoderUtils.decodeFromByteArray(coder, CoderUtils.encodeToByteArray(coder, table));

    assertThat(copy.find(LookupTable.key(List.of(4), 1))).containsExactly("x");
  }
}
