package io.beamhouse.transforms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.SpecException;
import io.beamhouse.testing.BeamTest;
import io.beamhouse.testing.Rows;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(BeamTest.class)
class TopRowsTest {
  private static final Schema TITLES =
      Schema.builder()
          .addNullableStringField("genre")
          .addNullableField("rating", FieldType.DECIMAL)
          .addNullableInt64Field("votes")
          .addStringField("id")
          .build();
  private static final Schema RANKED =
      Schema.builder().addFields(TITLES.getFields()).addInt32Field("rank").build();

  @Test
  void theFirstRowsOfEachGroupAreKeptWithTheirPlace(TestPipeline pipeline) {
    PCollection<Row> top =
        pipeline
            .apply(
                Rows.of(TITLES)
                    .row("Drama", "9.5", 10, "d1")
                    .row("Drama", "9.50", 900, "d2")
                    .row("Drama", null, 999, "d3")
                    .row("Drama", "10.0", 1, "d4")
                    .row("News", null, 3, "n1")
                    .row("News", null, null, "n2")
                    .row("News", "1.0", 1, "n3")
                    .row(null, "5", 1, "b")
                    .row(null, "5", 1, "a")
                    .row(null, "5", 1, "c")
                    .create())
            .apply(
                TopRows.of(2)
                    .withGroupBy("genre")
                    .withOrderBy("rating desc", "votes desc")
                    .withRank("rank"));

    PAssert.that(top)
        .containsInAnyOrder(
            Rows.of(RANKED)
                .row("Drama", "10.0", 1, "d4", 1)
                .row("Drama", "9.50", 900, "d2", 2)
                .row("News", "1.0", 1, "n3", 1)
                .row("News", null, 3, "n1", 2)
                .row(null, "5", 1, "a", 1)
                .row(null, "5", 1, "b", 2)
                .list());
    pipeline.run();
  }

  @Test
  void manyRowsGiveWhatSortingAllOfThemGives(TestPipeline pipeline) {
    Random random = new Random(7);
    Rows rows = Rows.of(TITLES);
    for (int i = 0; i < 2_000; i++) {
      rows =
          rows.row(
              List.of("A", "B", "C").get(random.nextInt(3)),
              random.nextInt(30) + "." + random.nextInt(10),
              random.nextInt(50),
              "t" + i);
    }
    List<Row> all = new ArrayList<>(rows.list());
    Collections.shuffle(all, random);
    all.sort(
        Comparator.<Row, Long>comparing(row -> row.getInt64("votes"))
            .thenComparing(row -> row.getDecimal("rating"), Comparator.reverseOrder())
            .thenComparing(row -> row.getString("genre"))
            .thenComparing(row -> row.getString("id")));

    PCollection<Row> top =
        pipeline
            .apply(Create.of(rows.list()).withRowSchema(TITLES))
            .apply(TopRows.of(100).withOrderBy("votes", "rating DESC"));

    Set<Row> expected = new HashSet<>(all.subList(0, 100));
    assertThat(expected).hasSize(100);
    PAssert.that(top).containsInAnyOrder(expected);
    pipeline.run();
  }

  @Test
  void everythingThatIsWrongIsToldAtOnce(TestPipeline pipeline) {
    pipeline.enableAbandonedNodeEnforcement(false);
    Schema odd =
        Schema.builder()
            .addStringField("name")
            .addDoubleField("price")
            .addArrayField("tags", FieldType.STRING)
            .build();
    PCollection<Row> rows = pipeline.apply(Create.empty(odd));

    assertThatThrownBy(
            () ->
                rows.apply(
                    TopRows.of(1)
                        .withGroupBy("price", "nam")
                        .withOrderBy("tags", "name desc", "name", "x")
                        .withRank("name")))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("'price' is floating or nested")
        .hasMessageContaining("no column 'nam' - did you mean 'name'?")
        .hasMessageContaining("'tags' is nested and has no order")
        .hasMessageContaining("has 'name' twice")
        .hasMessageContaining("no column 'x'")
        .hasMessageContaining("the rows have a column 'name' already");
    assertThatThrownBy(() -> TopRows.of(0)).hasMessageContaining("allowed: 1 to 100000");
  }
}
