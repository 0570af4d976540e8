package io.beamhouse.pipelines.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamhouse.pipelines.spec.YamlNode.Mapping;
import io.beamhouse.pipelines.spec.YamlNode.Scalar;
import io.beamhouse.pipelines.spec.YamlNode.Sequence;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * YAML where no schema says what a scalar means, as JSON.
 *
 * <p>What YAML 1.1 and people read differently ({@code yes}, {@code 012}, {@code 12:30}) is
 * refused; dates are text.
 */
final class FreeForm {
  private static final JsonNodeFactory JSON = new JsonNodeFactory(true);
  private static final Pattern INTEGER = Pattern.compile("[-+]?(0|[1-9][0-9]*)");
  private static final Pattern FLOAT =
      Pattern.compile("[-+]?[0-9]+(\\.[0-9]*)?([eE][-+]?[0-9]+)?|[-+]?\\.[0-9]+");

  private final SpecProblems problems;

  FreeForm(SpecProblems problems) {
    this.problems = problems;
  }

  JsonNode json(YamlNode node, String path) {
    if (node instanceof Mapping mapping) {
      ObjectNode object = JSON.objectNode();
      mapping
          .entries()
          .forEach((key, e) -> object.set(key, json(e.value(), YamlText.join(path, key))));
      return object;
    }
    if (node instanceof Sequence sequence) {
      ArrayNode array = JSON.arrayNode();
      for (YamlNode item : sequence.items()) {
        array.add(json(item, path + "[" + array.size() + "]"));
      }
      return array;
    }
    return scalar((Scalar) node, path);
  }

  private JsonNode scalar(Scalar scalar, String path) {
    String text = scalar.text();
    return switch (scalar.kind()) {
      case NULL, UNRESOLVED -> JSON.nullNode();
      case BOOLEAN -> {
        String lower = text.toLowerCase(Locale.ROOT);
        if (!lower.equals("true") && !lower.equals("false")) {
          yield ambiguous(scalar, path, "true or false");
        }
        yield JSON.booleanNode(lower.equals("true"));
      }
      case INTEGER ->
          INTEGER.matcher(text).matches()
              ? JSON.numberNode(new BigInteger(text))
              : ambiguous(scalar, path, "a plain decimal number");
      case FLOAT ->
          FLOAT.matcher(text).matches()
              ? JSON.numberNode(new BigDecimal(text))
              : ambiguous(scalar, path, "a plain decimal number");
      case TEXT -> JSON.textNode(SecretKeys.refuseReference(text, scalar.line(), path, problems));
    };
  }

  private JsonNode ambiguous(Scalar scalar, String path, String wanted) {
    problems.add(
        scalar.line(),
        path,
        "%s is ambiguous in YAML: write %s, or \"%s\" in quotes for text"
            .formatted(scalar.kindName(), wanted, scalar.text()));
    return JSON.nullNode();
  }
}
