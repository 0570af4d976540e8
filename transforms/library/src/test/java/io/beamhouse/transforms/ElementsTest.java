package io.beamhouse.transforms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.row.SchemaJson;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ElementsTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "[1, 2] | element INT64",
        "[1, 2.5] | element DOUBLE",
        "[\"a\", null] | element STRING?",
        "[null] | element STRING?",
        "[true] | element BOOLEAN",
        "[{\"a\": 1}, {\"b\": \"x\"}] | a INT64?, b STRING?",
        "[{\"a\": null, \"b\": 1}, {\"a\": 2, \"b\": 1}] | a INT64?, b INT64",
        "[{\"a\": [1, null]}] | a {\"array\":{\"scalar\":\"INT64\",\"nullable\":true}}",
        "[{\"a\": []}, {\"a\": [1]}] | a {\"array\":\"INT64\"}",
        "[{\"a\": {\"b\": 1}}, {\"a\": {\"c\": 2.5}}] |"
            + " a {\"row\":[{\"name\":\"b\",\"type\":\"INT64\",\"nullable\":true},{\"name\":\"c\","
            + "\"type\":\"DOUBLE\",\"nullable\":true}]}"
      })
  void infersOneTypeForEachField(String json, String fields) {
    ArrayNode elements = Elements.parse(json, "elements");
    Schema schema = Elements.schema(elements, "elements");

    assertThat(
            String.join(
                ", ",
                schema.getFields().stream()
                    .map(
                        f ->
                            f.getName()
                                + " "
                                + SchemaJson.typeName(f.getType())
                                + (f.getType().getNullable() ? "?" : ""))
                    .toList()))
        .isEqualTo(fields);
    assertThat(Elements.rows(elements, schema)).hasSize(elements.size());
  }

  @Test
  void readsNestedValues() {
    ArrayNode elements =
        Elements.parse("[{\"a\": {\"b\": [1, 2]}, \"c\": 1}, {\"c\": 2.5}]", "elements");
    Schema schema = Elements.schema(elements, "elements");

    List<Row> rows = Elements.rows(elements, schema);

    assertThat(rows.get(0).getRow("a").getArray("b")).containsExactly(1L, 2L);
    assertThat(rows.get(0).getDouble("c")).isEqualTo(1.0);
    assertThat(rows.get(1).getRow("a")).isNull();
    assertThat(rows.get(1).getDouble("c")).isEqualTo(2.5);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "[] | needs one element at least",
        "{} | expected a list of rows or values",
        "[1 | not JSON",
        "[1, \"a\"] | elements[1].element: is STRING where earlier elements have INT64",
        "[{\"a\": {\"b\": 1}}, {\"a\": {\"b\": \"x\"}}] | elements[1].a.b: is STRING",
        "[9223372036854775808] | does not fit into 64 bits"
      })
  void refusesWhatHasNoSchema(String json, String problem) {
    assertThatThrownBy(() -> Elements.schema(Elements.parse(json, "elements"), "elements"))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining(problem);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "{\"b\": 1, \"a\": null} | {\"b\": 1.0}",
        "{\"b\": 10, \"a\": [1]} | {\"a\": [1.0], \"b\": 1e1}",
        "{\"a\": 0.0} | {\"a\": 0}"
      })
  void equalRowsHaveOneCanonicalText(String a, String b) {
    assertThat(RowJson.canonical(Elements.parse("[" + a + "]", "x").get(0)))
        .isEqualTo(RowJson.canonical(Elements.parse("[" + b + "]", "x").get(0)));
  }

  @Test
  void textAndNumberDiffer() {
    assertThat(RowJson.canonical(Elements.parse("[\"1\"]", "x")))
        .isNotEqualTo(RowJson.canonical(Elements.parse("[1]", "x")));
  }
}
