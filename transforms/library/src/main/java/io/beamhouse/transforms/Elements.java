package io.beamhouse.transforms;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.beamhouse.core.error.SpecException;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;

/**
 * Rows written as a JSON list, with their inferred schema.
 *
 * <p>A scalar is a row with the one field {@code element}. Whole numbers are INT64, others DOUBLE;
 * a field that is missing or null somewhere is nullable; a field that is null everywhere is STRING.
 */
final class Elements {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Elements() {}

  /** Parses the list; throws SpecException about {@code key} when it is none. */
  static ArrayNode parse(String json, String key) {
    try {
      JsonNode node = MAPPER.readTree(json);
      if (!(node instanceof ArrayNode list)) {
        throw new SpecException(key, "expected a list of rows or values");
      }
      ArrayNode rows = MAPPER.createArrayNode();
      list.forEach(
          item ->
              rows.add(item.isObject() ? item : MAPPER.createObjectNode().set("element", item)));
      return rows;
    } catch (JsonProcessingException e) {
      throw new SpecException(key, "expected a list, found a text that is not JSON");
    }
  }

  /** Returns the schema that all rows fit; throws SpecException where types are mixed. */
  static Schema schema(ArrayNode rows, String key) {
    if (rows.isEmpty()) {
      throw new SpecException(key, "needs one element at least; their fields give the schema");
    }
    ElementType all = ElementType.of(rows.get(0), key + "[0]");
    for (int i = 1; i < rows.size(); i++) {
      String at = key + "[" + i + "]";
      all = all.with(ElementType.of(rows.get(i), at), at);
    }
    return all.toFieldType().getRowSchema();
  }

  static List<Row> rows(ArrayNode rows, Schema schema) {
    List<Row> result = new ArrayList<>();
    rows.forEach(row -> result.add(row(row, schema)));
    return result;
  }

  private static Row row(JsonNode node, Schema schema) {
    List<Object> values = new ArrayList<>();
    for (Schema.Field field : schema.getFields()) {
      values.add(value(node.get(field.getName()), field.getType()));
    }
    return Row.withSchema(schema).attachValues(values);
  }

  private static Object value(JsonNode node, FieldType type) {
    if (node == null || node.isNull()) {
      return null;
    }
    return switch (type.getTypeName()) {
      case INT64 -> node.longValue();
      case DOUBLE -> node.doubleValue();
      case BOOLEAN -> node.booleanValue();
      case ROW -> row(node, type.getRowSchema());
      case ARRAY -> {
        List<Object> list = new ArrayList<>();
        node.forEach(item -> list.add(value(item, type.getCollectionElementType())));
        yield list;
      }
      default -> node.textValue();
    };
  }
}
