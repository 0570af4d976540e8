package io.beamhouse.core.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class JsonElementsTest {
  private static JsonPath path(String text) {
    return JsonPath.parse(text).orElseThrow();
  }

  private static List<String> all(JsonElements found) {
    return IntStream.range(0, found.count()).mapToObj(found::element).toList();
  }

  @Test
  void givesElementsAndValuesAsTheyStand() throws IOException {
    String json =
        " {\"meta\": {\"total\": 1.50, \"next\": null, \"ok\":true}, \"results\": ["
            + "{\"a\": 1.0e2, \"b\":\"}]\\\"\"} , 12,\"x\\u0041\", [1, 2 ] ,null, true], \"n\":-0.0}";

    JsonElements found =
        JsonElements.of(
            json,
            path("results"),
            List.of(path("meta.total"), path("$.meta.next"), path("meta"), path("none")));

    assertThat(all(found))
        .containsExactly(
            "{\"a\": 1.0e2, \"b\":\"}]\\\"\"}", "12", "\"x\\u0041\"", "[1, 2 ]", "null", "true");
    assertThat(found.value(path("meta.total"))).contains("1.50");
    assertThat(found.value(path("meta.next"))).isEmpty();
    assertThat(found.value(path("none"))).isEmpty();
    assertThat(found.value(path("meta")))
        .contains("{\"total\": 1.50, \"next\": null, \"ok\":true}");
  }

  @Test
  void theDocumentMayBeTheArray() throws IOException {
    assertThat(all(JsonElements.of("[1,2.0, 3]", path("$"), List.of())))
        .containsExactly("1", "2.0", "3");
    assertThat(JsonElements.of("{\"results\": {}}", path("results"), List.of()).hasArray())
        .isFalse();
    assertThat(JsonElements.of("{\"results\": []}", path("results"), List.of()).hasArray())
        .isTrue();
  }

  @Test
  void halfATextIsToldFromNoJson() {
    String json = "{\"other\": {\"a\": [1, {\"b\": \"c\"}]}, \"results\": [1, \"two\"]}";
    for (int length = 0; length < json.length(); length++) {
      String half = json.substring(0, length);
      assertThatThrownBy(() -> JsonElements.of(half, path("results"), List.of()))
          .as(half)
          .isInstanceOf(JsonEOFException.class);
    }
    assertThatThrownBy(() -> JsonElements.of("<html></html>", path("a"), List.of()))
        .isInstanceOf(JsonParseException.class);
    assertThatThrownBy(() -> JsonElements.of(json + json, path("a"), List.of()))
        .isInstanceOf(JsonParseException.class);
  }

  @Provide
  Arbitrary<List<String>> records() {
    Arbitrary<String> text =
        Arbitraries.strings()
            .withChars("a {}[],:é\uD83D\uDE00")
            .ofMaxLength(9)
            .map(t -> "\"" + t + "\"");
    Arbitrary<String> number = Arbitraries.doubles().between(-1e6, 1e6).map(String::valueOf);
    return Arbitraries.oneOf(
            text,
            number,
            text.map(t -> "{\"k\" : [" + t + ", {}]}"),
            number.map(n -> "[ [" + n + "],{\"results\": [1]}]"))
        .list()
        .ofMaxSize(8);
  }

  @Property(tries = 200)
  void whatIsJoinedIsTakenApart(@ForAll("records") List<String> records) throws IOException {
    String json = "{\"a\":{\"results\":[" + String.join(" ,\n", records) + "]}, \"z\": [9]}";

    assertThat(all(JsonElements.of(json, path("a.results"), List.of(path("z")))))
        .isEqualTo(records);
  }
}
