package io.beamhouse.transforms;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.rowwise.RowExpression;
import io.beamhouse.core.rowwise.RowExpressions;
import java.util.Map;
import java.util.Set;
import org.apache.beam.sdk.schemas.Schema;

/** The languages of a step's expressions: Beam YAML's generic one, and those on the class path. */
final class Language {
  /** Beam YAML's default: field names, literals, one comparison. */
  static final String GENERIC = "generic";

  private static final Map<String, String> REFUSED =
      Map.of(
          "python", "specs run in Java; no Python",
          "javascript", "specs run in Java; no JavaScript",
          "java", "specs hold no compiled code");
  private static final Set<String> EXPRESSION_KEYS =
      Set.of("expression", "callable", "path", "name", "output_type", "language");
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Language() {}

  /** Checks expressions that give a value. */
  interface Values {
    /** As {@link RowExpressions#compile}. */
    RowExpression compile(String where, String expression, Schema input);
  }

  /** Returns the language that a spec names, generic when it names none. */
  static String named(String language, Problems problems) {
    if (language == null || language.equals(GENERIC)) {
      return GENERIC;
    }
    if (REFUSED.containsKey(language)) {
      problems.add(
          "language",
          "'"
              + language
              + "' is not supported: "
              + REFUSED.get(language)
              + "; allowed: generic, sql");
      return GENERIC;
    }
    try {
      RowExpressions.of(language, "language");
    } catch (SpecException e) {
      problems.addAll(e.problems());
    }
    return language;
  }

  /** Compiles what must hold for a row. */
  static RowExpression condition(String language, String where, String text, Schema input) {
    return language.equals(GENERIC)
        ? GenericExpression.condition(where, text, input)
        : RowExpressions.of(language, "language").compile(where, text, input);
  }

  static Values values(String language) {
    return language.equals(GENERIC)
        ? GenericExpression::value
        : RowExpressions.of(language, "language")::compile;
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
