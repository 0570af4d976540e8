package io.beamhouse.quality;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.Serializable;
import java.math.BigDecimal;
import java.time.temporal.Temporal;

/**
 * A value in a rule, before it is known what type its column has.
 *
 * @param number whether it was written as a number
 */
record Literal(String text, boolean number) implements Serializable {
  static Literal of(Object value) {
    if (value instanceof Number) {
      return new Literal(new BigDecimal(value.toString()).toPlainString(), true);
    } else if (value instanceof String || value instanceof Boolean || value instanceof Temporal) {
      return new Literal(value.toString(), false);
    }
    throw new IllegalArgumentException(
        "a rule's value is a number, a text, a boolean or a time; found " + value);
  }

  /** Returns null for what is no scalar. */
  static Literal of(JsonNode node) {
    if (node.isNumber()) {
      return new Literal(node.decimalValue().toPlainString(), true);
    }
    return node.isTextual() || node.isBoolean() ? new Literal(node.asText(), false) : null;
  }

  JsonNode json() {
    return number
        ? JsonNodeFactory.instance.numberNode(new BigDecimal(text))
        : JsonNodeFactory.instance.textNode(text);
  }
}
