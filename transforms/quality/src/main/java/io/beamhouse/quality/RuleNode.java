package io.beamhouse.quality;

import com.fasterxml.jackson.databind.JsonNode;
import io.beamhouse.core.error.Problems;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** A mapping of a rule with its place, read key by key; what is wrong becomes problems. */
final class RuleNode {
  private final JsonNode node;
  private final Origin origin;
  private final Problems problems;

  RuleNode(JsonNode node, Origin origin, Problems problems) {
    this.node = node;
    this.origin = origin;
    this.problems = problems;
  }

  Origin origin() {
    return origin;
  }

  /** Whether it is a mapping; a problem otherwise. */
  boolean isMapping() {
    if (!node.isObject()) {
      problem("", "expected a mapping, found " + kind(node));
    }
    return node.isObject();
  }

  boolean has(String key) {
    return node.hasNonNull(key);
  }

  /** Whether the key is there with a mapping as its value. */
  boolean isMapping(String key) {
    return node.path(key).isObject();
  }

  JsonNode raw(String key) {
    return node.path(key);
  }

  void problem(String key, String what) {
    origin.add(problems, key, what);
  }

  void allow(Collection<String> keys) {
    node.fieldNames()
        .forEachRemaining(
            key -> {
              if (!keys.contains(key)) {
                problem(
                    key,
                    "unknown key '"
                        + key
                        + "'"
                        + Problems.didYouMean(key, keys)
                        + "; allowed: "
                        + String.join(", ", keys));
              }
            });
  }

  RuleNode child(String key) {
    return new RuleNode(node.path(key), origin.at(key), problems);
  }

  /** Returns a text, or a number or boolean as its text; nothing with a problem. */
  Optional<String> text(String key) {
    JsonNode value = node.path(key);
    if (value.isValueNode() && !value.isNull()) {
      return Optional.of(value.asText());
    }
    problem(
        key,
        value.isMissingNode() || value.isNull()
            ? "required key is missing"
            : "expected a text, found " + kind(value));
    return Optional.empty();
  }

  /** Returns the texts of a list, or of a scalar as a list of one; empty with a problem. */
  List<String> texts(String key) {
    JsonNode value = node.path(key);
    if (value.isValueNode() && !value.isNull()) {
      return List.of(value.asText());
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode item : value) {
      if (!item.isValueNode() || item.isNull()) {
        problem(key + "[" + texts.size() + "]", "expected a text, found " + kind(item));
        return List.of();
      }
      texts.add(item.asText());
    }
    if (texts.isEmpty() || !value.isArray()) {
      problem(key, "expected a list of names, found " + kind(value));
      return List.of();
    }
    return texts;
  }

  /** Returns a scalar; null without a problem when the key is missing, with one for others. */
  Literal literal(String key) {
    JsonNode value = node.path(key);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    Literal literal = Literal.of(value);
    if (literal == null) {
      problem(key, "expected a number, a text or a time, found " + kind(value));
    }
    return literal;
  }

  /** Returns a whole number of 0 or more; {@code otherwise} when it is missing or wrong. */
  int count(String key, int otherwise) {
    JsonNode value = node.path(key);
    if (value.isMissingNode() || value.isNull()) {
      return otherwise;
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 0) {
      problem(key, "expected a whole number of 0 or more, found " + kind(value));
      return otherwise;
    }
    return value.intValue();
  }

  static String kind(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> "a mapping";
      case ARRAY -> node.isEmpty() ? "an empty list" : "a list";
      case NULL, MISSING -> "nothing";
      default -> "'" + node.asText() + "'";
    };
  }
}
