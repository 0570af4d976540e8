package io.beamhouse.pipelines.spec;

import io.beamhouse.core.Internal;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.secret.SecretRef;
import io.beamhouse.pipelines.spec.YamlNode.Mapping;
import io.beamhouse.pipelines.spec.YamlNode.Scalar;
import io.beamhouse.pipelines.spec.YamlNode.Sequence;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;

/**
 * Turns a step's {@code config} into a row of the provider's config schema.
 *
 * <p>The schema's type reads the text, so a date or {@code 012} in a text stays as written. A
 * scalar stands for a list of one. A text whose description says "JSON" also takes a mapping or
 * list, which becomes JSON text.
 */
@Internal
public final class ConfigReader {
  private static final Pattern WHOLE = Pattern.compile("[-+]?(0|[1-9][0-9_]*)");
  private static final Pattern DECIMAL =
      Pattern.compile("[-+]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][-+]?[0-9]+)?");
  private static final Pattern JSON = Pattern.compile("(?s).*\\bJSON\\b.*");

  private final String type;
  private final SpecProblems problems;
  private boolean unresolved;

  /**
   * @param type of the transform, for messages
   */
  public ConfigReader(String type, SpecProblems problems) {
    this.type = type;
    this.problems = problems;
  }

  /** Whether the key takes any YAML, which reaches the transform as JSON text. */
  public static boolean isFreeForm(Field field) {
    return field.getType().getTypeName() == Schema.TypeName.STRING
        && JSON.matcher(field.getDescription()).matches();
  }

  /** Returns the config row; nothing when there are problems, which have been reported. */
  Optional<Row> read(YamlNode config, Schema schema, String path) {
    int before = problems.count();
    Row row =
        YamlNode.isNull(config)
            ? row(new Mapping(config.line(), Map.of()), schema, path)
            : row(config, schema, path);
    return problems.count() == before && !unresolved ? Optional.of(row) : Optional.empty();
  }

  private Row row(YamlNode node, Schema schema, String path) {
    if (isUnresolved(node)) {
      return null;
    }
    if (!(node instanceof Mapping mapping)) {
      problems.add(node.line(), path, "expected a mapping, found " + node.kindName());
      return null;
    }
    for (String key : mapping.entries().keySet()) {
      if (!schema.hasField(key)) {
        unknown(key, mapping.lineOf(key), schema, path);
      }
    }
    List<Object> values = new ArrayList<>();
    for (Field field : schema.getFields()) {
      String at = YamlText.join(path, field.getName());
      YamlNode given = mapping.get(field.getName()).orElse(null);
      if (given != null && !YamlNode.isNull(given)) {
        values.add(field(given, field, at));
      } else {
        if (!field.getType().getNullable()) {
          problems.add(mapping.lineOf(field.getName()), at, "required key is missing");
        }
        values.add(null);
      }
    }
    return Row.withSchema(schema).attachValues(values);
  }

  private void unknown(String key, int line, Schema schema, String path) {
    Optional<String> reason = BeamYaml.absentKey(type, key);
    List<String> allowed = schema.getFieldNames().stream().sorted().toList();
    problems.add(
        line,
        YamlText.join(path, key),
        reason
            .map(why -> "Beam YAML's key '" + key + "' is not supported: " + why)
            .orElseGet(
                () ->
                    "unknown key '"
                        + key
                        + "'"
                        + (allowed.isEmpty()
                            ? "; none is allowed here"
                            : Problems.didYouMean(key, allowed)
                                + "; allowed: "
                                + SpecProblems.oneOf(allowed))));
  }

  private boolean isUnresolved(YamlNode node) {
    boolean is = YamlNode.isUnresolved(node);
    unresolved |= is;
    return is;
  }

  private Object field(YamlNode node, Field field, String path) {
    if (isUnresolved(node)) {
      return null;
    }
    if (isFreeForm(field) && !(node instanceof Scalar)) {
      return new FreeForm(problems).json(node, path).toString();
    }
    if (SecretKeys.isSecret(field) && node instanceof Scalar scalar) {
      return SecretKeys.requireReference(scalar.text(), scalar.line(), path, problems);
    }
    if (SecretKeys.isSecret(field) && node instanceof Mapping mapping) {
      return withReferences(mapping, field.getType(), path);
    }
    return value(node, field.getType(), path);
  }

  /** A mapping to texts, of which some may be secret references; the transform knows which. */
  private Object withReferences(Mapping mapping, FieldType type, String path) {
    Map<String, YamlNode.Entry> others = new LinkedHashMap<>(mapping.entries());
    Map<Object, Object> references = new LinkedHashMap<>();
    others
        .entrySet()
        .removeIf(
            entry -> {
              boolean is =
                  entry.getValue().value() instanceof Scalar scalar
                      && SecretRef.isReference(scalar.text());
              if (is) {
                references.put(entry.getKey(), ((Scalar) entry.getValue().value()).text());
              }
              return is;
            });
    Object values = value(new Mapping(mapping.line(), others), type, path);
    if (values instanceof Map<?, ?> map) {
      references.putAll(map);
      return references;
    }
    return values;
  }

  private Object value(YamlNode node, FieldType type, String path) {
    if (isUnresolved(node)) {
      return null;
    }
    switch (type.getTypeName()) {
      case ROW:
        return row(node, type.getRowSchema(), path);
      case ARRAY, ITERABLE:
        return list(node, type.getCollectionElementType(), path);
      case MAP:
        return map(node, type.getMapValueType(), path);
      default:
        if (!(node instanceof Scalar scalar) || scalar.isNull()) {
          problems.add(
              node.line(), path, "expected " + describe(type) + ", found " + node.kindName());
          return null;
        }
        return scalar(scalar, type, path);
    }
  }

  private List<Object> list(YamlNode node, FieldType element, String path) {
    if (node instanceof Scalar scalar && !element.getTypeName().isCompositeType()) {
      List<Object> one = new ArrayList<>();
      one.add(value(scalar, element, path));
      return one;
    }
    if (!(node instanceof Sequence sequence)) {
      problems.add(node.line(), path, "expected a list, found " + node.kindName());
      return List.of();
    }
    List<Object> values = new ArrayList<>();
    for (YamlNode item : sequence.items()) {
      values.add(value(item, element, path + "[" + values.size() + "]"));
    }
    return values;
  }

  private Map<Object, Object> map(YamlNode node, FieldType valueType, String path) {
    Map<Object, Object> values = new LinkedHashMap<>();
    if (node instanceof Mapping mapping) {
      mapping
          .entries()
          .forEach(
              (key, entry) ->
                  values.put(key, value(entry.value(), valueType, YamlText.join(path, key))));
    } else {
      problems.add(node.line(), path, "expected a mapping, found " + node.kindName());
    }
    return values;
  }

  private Object scalar(Scalar scalar, FieldType type, String path) {
    String text = SecretKeys.refuseReference(scalar.text(), scalar.line(), path, problems);
    Object value =
        switch (type.getTypeName()) {
          case STRING -> text;
          case BOOLEAN -> truth(scalar);
          case BYTE -> whole(text, Byte.MIN_VALUE, Byte.MAX_VALUE, BigInteger::byteValueExact);
          case INT16 -> whole(text, Short.MIN_VALUE, Short.MAX_VALUE, BigInteger::shortValueExact);
          case INT32 ->
              whole(text, Integer.MIN_VALUE, Integer.MAX_VALUE, BigInteger::intValueExact);
          case INT64 -> whole(text, Long.MIN_VALUE, Long.MAX_VALUE, BigInteger::longValueExact);
          case FLOAT -> DECIMAL.matcher(text).matches() ? (Object) Float.valueOf(text) : null;
          case DOUBLE -> DECIMAL.matcher(text).matches() ? (Object) Double.valueOf(text) : null;
          default -> throw new IllegalStateException("a config must not use " + type);
        };
    if (value == null) {
      problems.add(
          scalar.line(), path, "expected " + describe(type) + ", found " + scalar.kindName());
    }
    return value;
  }

  private static Boolean truth(Scalar scalar) {
    return switch (scalar.text().toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> null;
    };
  }

  private static Object whole(
      String text, long min, long max, java.util.function.Function<BigInteger, Object> exact) {
    if (!WHOLE.matcher(text).matches()) {
      return null;
    }
    BigInteger value = new BigInteger(text.replace("_", ""));
    boolean fits =
        value.compareTo(BigInteger.valueOf(min)) >= 0
            && value.compareTo(BigInteger.valueOf(max)) <= 0;
    return fits ? exact.apply(value) : null;
  }

  /** The keys in a stable order for people, required ones first; Beam's own order is not. */
  public static List<Field> ordered(Schema schema) {
    return schema.getFields().stream()
        .sorted(
            Comparator.comparing((Field field) -> field.getType().getNullable())
                .thenComparing(Field::getName))
        .toList();
  }

  /** A config type in a user's words. */
  public static String describe(FieldType type) {
    return switch (type.getTypeName()) {
      case STRING -> "text";
      case BOOLEAN -> "true or false";
      case BYTE, INT16 -> "a small whole number";
      case INT32 -> "a whole number";
      case INT64 -> "a whole number (64 bit)";
      case FLOAT, DOUBLE -> "a number";
      case ARRAY, ITERABLE -> "a list of " + describe(type.getCollectionElementType());
      case MAP -> "a mapping to " + describe(type.getMapValueType());
      case ROW -> "a mapping";
      default -> type.getTypeName().toString();
    };
  }
}
