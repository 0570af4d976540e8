package io.beamhouse.pipelines.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.beam.sdk.values.Row;

/** A config row as JSON with sorted keys, nulls left out; the same for the same meaning. */
final class ConfigJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private ConfigJson() {}

  static JsonNode of(Object value) {
    if (value == null) {
      return JSON.nullNode();
    } else if (value instanceof Row row) {
      Map<String, Object> sorted = new TreeMap<>();
      for (Field field : row.getSchema().getFields()) {
        sorted.put(field.getName(), row.getValue(field.getName()));
      }
      return object(sorted);
    } else if (value instanceof Map<?, ?> map) {
      Map<String, Object> sorted = new TreeMap<>();
      map.forEach((key, v) -> sorted.put(key.toString(), v));
      return object(sorted);
    } else if (value instanceof Iterable<?> list) {
      ArrayNode array = JSON.arrayNode();
      list.forEach(item -> array.add(of(item)));
      return array;
    } else if (value instanceof Boolean bool) {
      return JSON.booleanNode(bool);
    }
    return JSON.textNode(value.toString());
  }

  private static ObjectNode object(Map<String, Object> sorted) {
    ObjectNode object = JSON.objectNode();
    sorted.forEach(
        (key, value) -> {
          if (value != null) {
            object.set(key, of(value));
          }
        });
    return object;
  }
}
