package io.beamhouse.transforms;

import com.fasterxml.jackson.databind.JsonNode;
import io.beamhouse.core.error.SpecException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.Schema.TypeName;

/**
 * The type of a JSON value, and the type that fits several.
 *
 * @param name null for the type of null, which fits any
 * @param fields of a ROW
 * @param element of an ARRAY; null when the list is empty
 */
record ElementType(
    TypeName name, boolean nullable, Map<String, ElementType> fields, ElementType element) {
  private static final ElementType NULL = new ElementType(null, true, Map.of(), null);

  static ElementType of(JsonNode node, String path) {
    if (node.isNull()) {
      return NULL;
    } else if (node.isObject()) {
      Map<String, ElementType> fields = new LinkedHashMap<>();
      node.fields()
          .forEachRemaining(e -> fields.put(e.getKey(), of(e.getValue(), path + "." + e.getKey())));
      return new ElementType(TypeName.ROW, false, fields, null);
    } else if (node.isArray()) {
      ElementType element = null;
      for (int i = 0; i < node.size(); i++) {
        String at = path + "[" + i + "]";
        ElementType one = of(node.get(i), at);
        element = element == null ? one : element.with(one, at);
      }
      return new ElementType(TypeName.ARRAY, false, Map.of(), element);
    } else if (node.isIntegralNumber()) {
      if (!node.canConvertToLong()) {
        throw new SpecException(path, node + " does not fit into 64 bits");
      }
      return scalar(TypeName.INT64);
    } else if (node.isNumber()) {
      return scalar(TypeName.DOUBLE);
    }
    return scalar(node.isBoolean() ? TypeName.BOOLEAN : TypeName.STRING);
  }

  private static ElementType scalar(TypeName name) {
    return new ElementType(name, false, Map.of(), null);
  }

  /** Returns the type that fits both; throws SpecException about {@code path} if there is none. */
  ElementType with(ElementType other, String path) {
    boolean either = nullable || other.nullable;
    if (name == null || other.name == null) {
      return (name == null ? other : this).orNull(either);
    }
    if (isNumber() && other.isNumber()) {
      return scalar(name == other.name ? name : TypeName.DOUBLE).orNull(either);
    }
    if (name != other.name) {
      throw new SpecException(
          path,
          "is "
              + other.name
              + " where earlier elements have "
              + name
              + "; a field has one type, mixed types are not supported");
    }
    Map<String, ElementType> all = new LinkedHashMap<>();
    fields.forEach(
        (key, type) -> {
          ElementType theirs = other.fields.get(key);
          all.put(key, theirs == null ? type.orNull(true) : type.with(theirs, path + "." + key));
        });
    other.fields.forEach((key, type) -> all.putIfAbsent(key, type.orNull(true)));
    ElementType both =
        element == null || other.element == null
            ? (element == null ? other.element : element)
            : element.with(other.element, path);
    return new ElementType(name, either, all, both);
  }

  private boolean isNumber() {
    return name == TypeName.INT64 || name == TypeName.DOUBLE;
  }

  private ElementType orNull(boolean orNull) {
    return new ElementType(name, orNull || nullable, fields, element);
  }

  FieldType toFieldType() {
    FieldType type;
    if (name == null) {
      type = FieldType.STRING;
    } else if (name == TypeName.ROW) {
      Schema.Builder schema = Schema.builder();
      fields.forEach((key, field) -> schema.addField(key, field.toFieldType()));
      type = FieldType.row(schema.build());
    } else if (name == TypeName.ARRAY) {
      type = FieldType.array(element == null ? FieldType.STRING : element.toFieldType());
    } else {
      type = FieldType.of(name);
    }
    return type.withNullable(nullable);
  }
}
