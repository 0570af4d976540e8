package io.beamhouse.pipelines.registry;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.beam.sdk.schemas.Schema.FieldType;

/** Gives every place of a config a value that stands nowhere else. */
final class DistinctValues {
  private final Map<String, Integer> numbers = new LinkedHashMap<>();

  private int number(String path) {
    return numbers.computeIfAbsent(path, p -> numbers.size() + 1);
  }

  /** The config as YAML (its flow form). */
  String yaml(Schema schema) {
    return yaml(FieldType.row(schema), "", false);
  }

  private String yaml(FieldType type, String path, boolean secret) {
    return switch (type.getTypeName()) {
      case ROW -> {
        List<String> entries = new ArrayList<>();
        // The other way round than the schema: names count, not places.
        List<Field> fields = new ArrayList<>(type.getRowSchema().getFields());
        java.util.Collections.reverse(fields);
        for (Field field : fields) {
          String at = path + "." + field.getName();
          entries.add(field.getName() + ": " + yaml(field.getType(), at, isSecret(field)));
        }
        yield "{" + String.join(", ", entries) + "}";
      }
      case ARRAY, ITERABLE ->
          "["
              + yaml(type.getCollectionElementType(), path + "[0]", false)
              + ", "
              + yaml(type.getCollectionElementType(), path + "[1]", false)
              + "]";
      case MAP -> "{k: " + yaml(type.getMapValueType(), path + ".k", false) + "}";
      case STRING -> "\"" + text(path, secret) + "\"";
      case BOOLEAN -> number(path) % 2 == 0 ? "true" : "false";
      case FLOAT, DOUBLE -> number(path) + ".5";
      default -> "" + number(path);
    };
  }

  private static boolean isSecret(Field field) {
    return field.getName().matches("(?!null_token$)(.*_)?(password|secret|token)")
        || field.getDescription().toLowerCase(java.util.Locale.ROOT).contains("secret reference");
  }

  private String text(String path, boolean secret) {
    return secret ? "${env:V" + number(path) + "}" : "v" + number(path);
  }

  /** What the config holds then, by name. */
  Object expected(Schema schema) {
    return expected(FieldType.row(schema), "", false);
  }

  private Object expected(FieldType type, String path, boolean secret) {
    return switch (type.getTypeName()) {
      case ROW -> {
        Map<String, Object> map = new TreeMap<>();
        for (Field field : type.getRowSchema().getFields()) {
          String at = path + "." + field.getName();
          map.put(field.getName(), expected(field.getType(), at, isSecret(field)));
        }
        yield map;
      }
      case ARRAY, ITERABLE ->
          List.of(
              expected(type.getCollectionElementType(), path + "[0]", false),
              expected(type.getCollectionElementType(), path + "[1]", false));
      case MAP -> new TreeMap<>(Map.of("k", expected(type.getMapValueType(), path + ".k", false)));
      case STRING -> text(path, secret);
      case BOOLEAN -> number(path) % 2 == 0;
      case FLOAT -> number(path) + 0.5f;
      case DOUBLE -> number(path) + 0.5;
      case INT16 -> (short) number(path);
      case INT32 -> number(path);
      default -> (long) number(path);
    };
  }
}
