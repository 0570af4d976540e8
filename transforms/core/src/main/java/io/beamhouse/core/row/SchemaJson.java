package io.beamhouse.core.row;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamhouse.core.Evolving;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.beam.sdk.schemas.Schema.FieldType;

/**
 * Row schemas as JSON, as they stand in plans, manifests and specs.
 *
 * <p>A schema is an array of fields {@code {"name", "type", "nullable"?, "description"?}}. A type
 * is a name ({@code INT64}, {@code DECIMAL(12,2)}, {@code TIMESTAMP} …, see {@link #typeName}) or
 * an object {@code {"array": type}}, {@code {"map": [key, value]}}, {@code {"row": fields}}, with
 * {@code "nullable": true} beside it where elements may be null.
 */
@Evolving
public final class SchemaJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Pattern DECIMAL = Pattern.compile("DECIMAL\\((\\d+),\\s*(\\d+)\\)");
  private static final Map<String, FieldType> LOGICAL =
      Map.of(
          "TIMESTAMP", RowTypes.TIMESTAMP,
          "DATE", RowTypes.DATE,
          "TIME", RowTypes.TIME,
          "LOCAL_DATETIME", RowTypes.LOCAL_DATETIME,
          "UUID", RowTypes.UUID);

  private SchemaJson() {}

  public static String toJson(Schema schema) {
    return fields(schema).toString();
  }

  /** Parses {@link #toJson}'s form; throws IllegalArgumentException that names what is wrong. */
  public static Schema fromJson(String json) {
    try {
      return schema(MAPPER.readTree(json));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
    }
  }

  /** Returns the name of a type without nullability: {@code DECIMAL(12,2)}, {@code ARRAY<…>}. */
  public static String typeName(FieldType type) {
    JsonNode node = type(type.withNullable(false));
    return node.isTextual() ? node.textValue() : node.toString();
  }

  /** Parses a scalar type's name; throws IllegalArgumentException for an unknown one. */
  public static FieldType typeOf(String name) {
    Matcher decimal = DECIMAL.matcher(name);
    if (decimal.matches()) {
      return RowTypes.decimal(
          Integer.parseInt(decimal.group(1)), Integer.parseInt(decimal.group(2)));
    }
    if (LOGICAL.containsKey(name)) {
      return LOGICAL.get(name);
    }
    if (name.equals("MILLIS_TIMESTAMP")) {
      return FieldType.DATETIME;
    }
    return switch (name) {
      case "BYTE",
              "INT16",
              "INT32",
              "INT64",
              "FLOAT",
              "DOUBLE",
              "BOOLEAN",
              "STRING",
              "BYTES",
              "DECIMAL" ->
          FieldType.of(Schema.TypeName.valueOf(name));
      default -> throw new IllegalArgumentException("unknown type '" + name + "'");
    };
  }

  private static ArrayNode fields(Schema schema) {
    ArrayNode fields = MAPPER.createArrayNode();
    for (Field field : schema.getFields()) {
      ObjectNode node = fields.addObject().put("name", field.getName());
      node.set("type", type(field.getType().withNullable(false)));
      if (field.getType().getNullable()) {
        node.put("nullable", true);
      }
      if (!field.getDescription().isEmpty()) {
        node.put("description", field.getDescription());
      }
    }
    return fields;
  }

  private static JsonNode type(FieldType type) {
    JsonNode bare =
        switch (type.getTypeName()) {
          case ARRAY, ITERABLE ->
              MAPPER
                  .createObjectNode()
                  .set("array", type(element(type.getCollectionElementType())));
          case MAP -> {
            ObjectNode map = MAPPER.createObjectNode();
            map.putArray("map")
                .add(type(element(type.getMapKeyType())))
                .add(type(element(type.getMapValueType())));
            yield map;
          }
          case ROW -> MAPPER.createObjectNode().set("row", fields(rowSchema(type)));
          default -> MAPPER.getNodeFactory().textNode(scalarName(type));
        };
    if (!type.getNullable()) {
      return bare;
    }
    ObjectNode nullable =
        bare.isTextual() ? MAPPER.createObjectNode().set("scalar", bare) : (ObjectNode) bare;
    return nullable.put("nullable", true);
  }

  private static String scalarName(FieldType type) {
    if (type.getTypeName() == Schema.TypeName.DATETIME) {
      return "MILLIS_TIMESTAMP";
    }
    if (type.getTypeName() != Schema.TypeName.LOGICAL_TYPE) {
      return type.getTypeName().name();
    }
    if (RowTypes.isFixedDecimal(type)) {
      return "DECIMAL(" + RowTypes.precision(type) + "," + RowTypes.scale(type) + ")";
    }
    return LOGICAL.entrySet().stream()
        .filter(entry -> RowTypes.is(type, entry.getValue()))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "type has no place in Beamhouse's type table: "
                        + type.getLogicalType().getIdentifier()));
  }

  private static Schema schema(JsonNode fields) {
    if (!fields.isArray()) {
      throw new IllegalArgumentException("a schema is an array of fields, found " + fields);
    }
    Schema.Builder schema = Schema.builder();
    for (JsonNode field : fields) {
      if (!field.path("name").isTextual() || !field.has("type")) {
        throw new IllegalArgumentException("a field needs name and type, found " + field);
      }
      FieldType type = type(field.get("type")).withNullable(field.path("nullable").asBoolean());
      schema.addField(
          Field.of(field.get("name").textValue(), type)
              .withDescription(field.path("description").asText("")));
    }
    return schema.build();
  }

  private static FieldType type(JsonNode node) {
    if (node.isTextual()) {
      return typeOf(node.textValue());
    }
    FieldType bare;
    if (node.has("array")) {
      bare = FieldType.array(type(node.get("array")));
    } else if (node.has("map") && node.get("map").size() == 2) {
      bare = FieldType.map(type(node.get("map").get(0)), type(node.get("map").get(1)));
    } else if (node.has("row")) {
      bare = FieldType.row(schema(node.get("row")));
    } else if (node.has("scalar")) {
      bare = type(node.get("scalar"));
    } else {
      throw new IllegalArgumentException("unknown type " + node);
    }
    return bare.withNullable(node.path("nullable").asBoolean());
  }

  private static FieldType element(FieldType type) {
    if (type == null) {
      throw new IllegalArgumentException("a collection type without an element type");
    }
    return type;
  }

  private static Schema rowSchema(FieldType type) {
    Schema schema = type.getRowSchema();
    if (schema == null) {
      throw new IllegalArgumentException("a row type without a schema");
    }
    return schema;
  }
}
