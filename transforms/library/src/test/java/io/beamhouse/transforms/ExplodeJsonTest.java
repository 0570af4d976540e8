package io.beamhouse.transforms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.rowwise.RowStep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;

class ExplodeJsonTest {
  private static final Schema PAGES =
      Schema.builder()
          .addInt32Field("page")
          .addNullableStringField("body")
          .addStringField("_source")
          .build();

  private static Row page(String body) {
    return Row.withSchema(PAGES).attachValues(Arrays.asList(7, body, "popular/000007"));
  }

  /** Each row emitted, with the number of its output in front. */
  private static List<List<Object>> run(RowStep step, Row row) {
    List<List<Object>> emitted = new ArrayList<>();
    step.start(PAGES)
        .process(
            row,
            (output, to) -> {
              List<Object> values = new ArrayList<>(List.of(output));
              values.addAll(to.getValues());
              emitted.add(values);
            });
    return emitted;
  }

  @Test
  void elementsAreRowsWithTheirTextAndPlace() {
    RowStep step = ExplodeJson.of("body", "results").step(null);

    assertThat(step.outputs(PAGES).get("output").getFieldNames())
        .containsExactly("page", "_source", "record");
    assertThat(run(step, page("{\"page\":7,\"results\":[{\"id\": 1.0},\"x\"]}")))
        .containsExactly(
            List.of(0, 7, "popular/000007:000001", "{\"id\": 1.0}"),
            List.of(0, 7, "popular/000007:000002", "\"x\""));
    assertThat(run(step, page("{\"results\":[]}"))).isEmpty();
  }

  @Test
  void theElementsMayTakeTheColumnsName() {
    RowStep step = ExplodeJson.of("body", "$").into("body").step(null);

    assertThat(step.outputs(PAGES).get("output").getFieldNames())
        .containsExactly("page", "_source", "body");
    assertThat(run(step, page("[1]"))).containsExactly(List.of(0, 7, "popular/000007:000001", "1"));
  }

  @Test
  void whatHasNoArrayIsSetAsideOrRefused() {
    for (String body :
        new String[] {null, "<html>", "{\"results\":[1,", "{\"results\":{}}", "{}"}) {
      List<List<Object>> bad = run(ExplodeJson.of("body", "results").step("bad"), page(body));

      assertThat(bad).hasSize(1);
      assertThat(bad.get(0).subList(0, 2)).containsExactly(1, page(body));
      assertThat(bad.get(0).subList(3, 6))
          .containsExactly("path: results", "ExplodeJson", "popular/000007");
      assertThatThrownBy(() -> run(ExplodeJson.of("body", "results").step(null), page(body)))
          .isInstanceOf(DataRefusedException.class)
          .hasMessageContaining("error_handling");
    }
  }

  @Test
  void settingsAreHeldAgainstTheRows() {
    assertThatThrownBy(() -> ExplodeJson.of("boddy", "a").into("page").step(null).outputs(PAGES))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("no field 'boddy' - did you mean 'body'?")
        .hasMessageContaining("has a field 'page' already");
    assertThatThrownBy(() -> ExplodeJson.of("page", "a").step(null).outputs(PAGES))
        .hasMessageContaining("'page' is a INT32 and no text");
    assertThatThrownBy(() -> ExplodeJson.of("body", "a[0]"))
        .hasMessageContaining("path: is 'a[0]'");
  }
}
