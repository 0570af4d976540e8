package io.beamhouse.transforms;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.beam.sdk.values.Row;

/** Rows as JSON for people: times in ISO form, bytes in base64, exact numbers. */
final class RowJson {
  private static final JsonNodeFactory JSON = new JsonNodeFactory(true);

  private RowJson() {}

  static JsonNode of(Object value) {
    if (value == null) {
      return JSON.nullNode();
    } else if (value instanceof Row row) {
      ObjectNode object = JSON.objectNode();
      for (Field field : row.getSchema().getFields()) {
        object.set(field.getName(), of(row.getValue(field.getName())));
      }
      return object;
    } else if (value instanceof Map<?, ?> map) {
      ObjectNode object = JSON.objectNode();
      map.forEach((key, v) -> object.set(String.valueOf(key), of(v)));
      return object;
    } else if (value instanceof Iterable<?> list) {
      ArrayNode array = JSON.arrayNode();
      list.forEach(item -> array.add(of(item)));
      return array;
    } else if (value instanceof byte[] bytes) {
      return JSON.textNode(Base64.getEncoder().encodeToString(bytes));
    } else if (value instanceof Boolean bool) {
      return JSON.booleanNode(bool);
    } else if (value instanceof Number number) {
      Object exact = Atom.number(number);
      return exact instanceof BigDecimal && !(number instanceof Double || number instanceof Float)
          ? JSON.numberNode((BigDecimal) exact)
          : exact instanceof BigDecimal
              ? JSON.numberNode(new BigDecimal(number.toString()))
              : JSON.textNode(number.toString());
    }
    return JSON.textNode(value.toString());
  }

  /**
   * Returns a text that is equal for rows which AssertEqual holds equal: keys sorted, nulls left
   * out, 1 and 1.0 the same.
   */
  static String canonical(JsonNode node) {
    return canonicalNode(node).toString();
  }

  private static JsonNode canonicalNode(JsonNode node) {
    if (node.isObject()) {
      Map<String, JsonNode> sorted = new TreeMap<>();
      node.fields().forEachRemaining(e -> sorted.put(e.getKey(), e.getValue()));
      ObjectNode object = JSON.objectNode();
      sorted.forEach(
          (key, value) -> {
            if (!value.isNull()) {
              object.set(key, canonicalNode(value));
            }
          });
      return object;
    } else if (node.isArray()) {
      ArrayNode array = JSON.arrayNode();
      node.forEach(item -> array.add(canonicalNode(item)));
      return array;
    } else if (node.isNumber()) {
      BigDecimal number = node.decimalValue().stripTrailingZeros();
      return JSON.numberNode(number.signum() == 0 ? BigDecimal.ZERO : number);
    }
    return node;
  }
}
