package io.beamhouse.io.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamhouse.core.error.DataRefusedException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.Schema.TypeName;

/**
 * Guesses the schema of JSON lines: INT64, DOUBLE, BOOLEAN, STRING, arrays and rows of these, all
 * nullable; whole numbers become DOUBLE where others are not whole. Looks at the first records of
 * each file.
 */
final class JsonInference {
  private static final int RECORDS = 10_000;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Set<String> known;
  private final boolean strict;
  private final Set<String> seen = new HashSet<>();
  private final Map<String, FieldType> fields = new LinkedHashMap<>();
  private String where = "";
  private int records;

  /**
   * @param known members whose type is not to be guessed
   * @param strict whether values of different types are refused; else they are taken for STRING
   */
  JsonInference(Set<String> known, boolean strict) {
    this.known = known;
    this.strict = strict;
  }

  /** Begins a file, which {@code name} stands for in messages. */
  void begin(String name) {
    where = name;
    records = 0;
  }

  /** The names of all members so far. */
  Set<String> seen() {
    return seen;
  }

  boolean wantsMore() {
    return records < RECORDS;
  }

  void skip() {
    records++;
  }

  void add(String line) {
    records++;
    try {
      JsonNode json = MAPPER.readTree(line);
      if (json.isObject()) {
        ObjectNode unknown = (ObjectNode) json;
        json.fieldNames().forEachRemaining(seen::add);
        merge(fields, unknown.remove(known));
      }
    } catch (JsonProcessingException e) {
      // A bad record tells nothing of the schema; reading will report it.
      return;
    }
  }

  Schema schema() {
    return schema(fields);
  }

  private static Schema schema(Map<String, FieldType> fields) {
    Schema.Builder schema = Schema.builder();
    // A field that was never more than null.
    fields.forEach((name, type) -> schema.addNullableField(name, orString(type)));
    return schema.build();
  }

  private void merge(Map<String, FieldType> into, JsonNode object) {
    object
        .fields()
        .forEachRemaining(
            field -> {
              FieldType old = into.get(field.getKey());
              FieldType type = merged(field.getKey(), old, field.getValue());
              into.put(field.getKey(), type);
            });
  }

  /** Null stands for "not known yet". */
  private FieldType merged(String name, FieldType old, JsonNode value) {
    if (value.isNull()) {
      return old;
    }
    if (value.isObject() && (old == null || old.getTypeName() == TypeName.ROW)) {
      Map<String, FieldType> inner = new LinkedHashMap<>();
      if (old != null) {
        old.getRowSchema().getFields().forEach(f -> inner.put(f.getName(), f.getType()));
      }
      merge(inner, value);
      return FieldType.row(schema(inner));
    }
    if (value.isArray() && (old == null || old.getTypeName() == TypeName.ARRAY)) {
      FieldType element = old == null ? null : old.getCollectionElementType();
      for (JsonNode one : value) {
        element = merged(name, element, one);
      }
      return FieldType.array(orString(element).withNullable(true));
    }
    FieldType found = scalar(value);
    if (old == null || (found != null && old.withNullable(false).equals(found))) {
      return found;
    }
    boolean numbers = found != null && found.getTypeName().isNumericType();
    if (numbers && old.getTypeName().isNumericType()) {
      return FieldType.DOUBLE;
    }
    if (!strict) {
      return FieldType.STRING;
    }
    throw new DataRefusedException(
        where
            + ": column "
            + name
            + " holds values of different types, so that its type cannot be guessed. Give a"
            + " schema.");
  }

  private static FieldType orString(FieldType type) {
    return type == null ? FieldType.STRING : type;
  }

  private static FieldType scalar(JsonNode value) {
    if (value.isIntegralNumber()) {
      return value.canConvertToLong() ? FieldType.INT64 : FieldType.DECIMAL;
    }
    if (value.isNumber()) {
      return FieldType.DOUBLE;
    }
    if (value.isBoolean()) {
      return FieldType.BOOLEAN;
    }
    return value.isTextual() ? FieldType.STRING : null;
  }
}
