package io.beamhouse.transforms;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamhouse.core.error.Problems;
import java.util.Map;
import java.util.Set;

/** Checks that a step's expressions are in the one language that there is. */
final class Language {
  private static final Map<String, String> REFUSED =
      Map.of(
          "python", "specs run in Java; no Python",
          "javascript", "specs run in Java; no JavaScript",
          "java", "specs hold no compiled code",
          "sql", "SQL comes with a later version",
          "calcite", "SQL comes with a later version");
  private static final Set<String> EXPRESSION_KEYS =
      Set.of("expression", "callable", "path", "name", "output_type", "language");
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Language() {}

  static void check(String language, Problems problems) {
    if (language != null && !language.equals("generic")) {
      problems.add(
          "language",
          "'"
              + language
              + "' is not supported: "
              + REFUSED.getOrDefault(language, "unknown language")
              + "; allowed: generic (field names, literals, one comparison)");
    }
  }

  /** Returns the expression of {@code x} or of {@code {expression: x}}; empty with a problem. */
  static String expression(JsonNode node, String key, Problems problems) {
    if (node.isValueNode() && !node.isNull() && !node.isBoolean()) {
      return node.asText();
    }
    if (node.isObject()) {
      node.fieldNames()
          .forEachRemaining(
              name -> {
                if (!name.equals("expression")) {
                  problems.add(
                      key + "." + name,
                      EXPRESSION_KEYS.contains(name)
                          ? "'" + name + "' is not supported; write a field name or a literal"
                          : "unknown key '" + name + "'; allowed: expression");
                }
              });
      if (node.path("expression").isValueNode()) {
        return node.path("expression").asText();
      }
      if (problems.isEmpty()) {
        problems.add(key + ".expression", "required key is missing");
      }
      return "";
    }
    problems.add(key, "expected an expression, found " + node);
    return "";
  }

  /** Parses free-form text: JSON when the spec held a mapping there, else the text itself. */
  static JsonNode freeForm(String text, String key, Problems problems) {
    if (!text.stripLeading().startsWith("{")) {
      return MAPPER.getNodeFactory().textNode(text);
    }
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      problems.add(key, "expected an expression, found a text that is not JSON");
      return MAPPER.getNodeFactory().textNode("");
    }
  }
}
