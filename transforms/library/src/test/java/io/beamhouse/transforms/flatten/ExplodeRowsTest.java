package io.beamhouse.transforms.flatten;

import static io.beamhouse.testing.RowsAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.SpecException;
import io.beamhouse.testing.BeamTest;
import io.beamhouse.testing.Rows;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The cases of Beam YAML's Explode, and null. */
@ExtendWith(BeamTest.class)
class ExplodeRowsTest {
  private static final Schema INPUT =
      Schema.builder()
          .addStringField("id")
          .addNullableField("a", FieldType.array(FieldType.INT64))
          .addNullableField("b", FieldType.array(FieldType.STRING))
          .build();
  private static final Rows ROWS =
      Rows.of(INPUT)
          .row("x", List.of(1, 2, 3), List.of("p", "q"))
          .row("y", List.of(), List.of("r"))
          .row("z", null, null);

  private static List<Row> explode(ExplodeRows explode) {
    return Tables.of(explode.step(), INPUT, ROWS).get("output");
  }

  @Test
  void oneArray() {
    Schema flat =
        Schema.builder()
            .addStringField("id")
            .addInt64Field("a")
            .addField(INPUT.getField("b"))
            .build();

    assertThat(explode(ExplodeRows.of("a")))
        .hasSchema(flat)
        .containsExactly(
            Rows.of(flat)
                .row("x", 1, List.of("p", "q"))
                .row("x", 2, List.of("p", "q"))
                .row("x", 3, List.of("p", "q")));
  }

  @Test
  void severalInStep() {
    Schema flat =
        Schema.builder()
            .addStringField("id")
            .addNullableField("a", FieldType.INT64)
            .addNullableField("b", FieldType.STRING)
            .build();

    assertThat(explode(ExplodeRows.of("b", "a")))
        .hasSchema(flat)
        .containsExactly(
            Rows.of(flat).row("x", 1, "p").row("x", 2, "q").row("x", 3, null).row("y", null, "r"));
  }

  @Test
  void everyCombination(TestPipeline pipeline) {
    Schema flat =
        Schema.builder().addStringField("id").addInt64Field("a").addStringField("b").build();
    Rows expected =
        Rows.of(flat)
            .row("x", 1, "p")
            .row("x", 1, "q")
            .row("x", 2, "p")
            .row("x", 2, "q")
            .row("x", 3, "p")
            .row("x", 3, "q");

    PAssert.that(pipeline.apply(ROWS.create()).apply(ExplodeRows.of("a", "b").withCrossProduct()))
        .containsInAnyOrder(expected.list());
    pipeline.run();
  }

  @Test
  void refusesWhatIsNoArray() {
    assertThatThrownBy(() -> explode(ExplodeRows.of("id", "aa")))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("'id' is a STRING and no array")
        .hasMessageContaining("no field 'aa' - did you mean 'a'?");
  }
}
