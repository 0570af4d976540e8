package io.beamhouse.core.provider;

import io.beamhouse.core.Evolving;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.beam.sdk.schemas.NoSuchSchemaException;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.SchemaRegistry;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.schemas.transforms.SchemaTransformProvider;
import org.apache.beam.sdk.values.Row;

/**
 * Base of every transform that a spec can name.
 *
 * <p>The config class {@code C} is an AutoValue with {@code @DefaultSchema(AutoValueSchema.class)},
 * a builder, {@code getX} getters and a {@code @SchemaFieldDescription} on each. Keys are
 * snake_case at every depth and read by name; Beam's own {@code TypedSchemaTransformProvider} swaps
 * values of nested configs in silence, hence this class. A provider is public with a public no-arg
 * constructor and {@code @AutoService(SchemaTransformProvider.class)}; it only turns its config
 * into the transform that embedders use.
 */
@Evolving
public abstract class TransformProvider<C> implements SchemaTransformProvider {
  /** The prefix of Beamhouse's identifiers. */
  public static final String PREFIX = "beam:schematransform:io.beamhouse:";

  private final String specName;
  private final Class<C> configClass;

  /**
   * @param specName the name in specs, in UpperCamelCase without acronyms: {@code ReadFromCsv}
   */
  protected TransformProvider(String specName, Class<C> configClass) {
    this.specName = specName;
    this.configClass = configClass;
  }

  /** Builds the transform; throws SpecException with every problem of the config at once. */
  protected abstract SchemaTransform from(C config);

  /** What the transform does, in one sentence and then the details; markdown, no Java terms. */
  @Override
  public abstract String description();

  /** A complete example: the YAML of one step. A test validates it. */
  public abstract String example();

  /** The tags of the outputs, without the error output, which the user names; may be empty. */
  @Override
  public abstract List<String> outputCollectionNames();

  /** Whether inputs of other names than {@link #inputCollectionNames} are taken, any number. */
  public boolean takesOtherInputs() {
    return false;
  }

  /** The name of the transform in specs. */
  public final String specName() {
    return specName;
  }

  @Override
  public final String identifier() {
    return PREFIX + snakeCase(specName) + ":v1";
  }

  @Override
  public final Schema configurationSchema() {
    return renamed(classSchema(), true);
  }

  @Override
  public final SchemaTransform from(Row configuration) {
    return from(config(configuration));
  }

  /** Returns the config that {@code configuration} holds, matched by name at every depth. */
  public final C config(Row configuration) {
    try {
      return SchemaRegistry.createDefault()
          .getFromRowFunction(configClass)
          .apply(byName(configuration, classSchema()));
    } catch (NoSuchSchemaException e) {
      throw new IllegalStateException(configClass + " has no @DefaultSchema", e);
    }
  }

  private Schema classSchema() {
    try {
      return SchemaRegistry.createDefault().getSchema(configClass);
    } catch (NoSuchSchemaException e) {
      throw new IllegalStateException(configClass + " has no @DefaultSchema", e);
    }
  }

  private static Schema renamed(Schema schema, boolean snake) {
    Schema.Builder builder = Schema.builder();
    for (Field field : schema.getFields()) {
      String name = snake ? snakeCase(field.getName()) : field.getName();
      builder.addField(
          Field.of(name, renamed(field.getType(), snake)).withDescription(field.getDescription()));
    }
    return builder.build();
  }

  private static FieldType renamed(FieldType type, boolean snake) {
    FieldType result =
        switch (type.getTypeName()) {
          case ROW -> FieldType.row(renamed(type.getRowSchema(), snake));
          case ARRAY, ITERABLE -> FieldType.array(renamed(type.getCollectionElementType(), snake));
          case MAP ->
              FieldType.map(
                  renamed(type.getMapKeyType(), snake), renamed(type.getMapValueType(), snake));
          default -> type;
        };
    return result.withNullable(type.getNullable());
  }

  private static Row byName(Row row, Schema target) {
    List<Object> values = new ArrayList<>();
    for (Field field : target.getFields()) {
      String snake = snakeCase(field.getName());
      Object value = row.getSchema().hasField(snake) ? row.getValue(snake) : null;
      values.add(byName(value, field.getType()));
    }
    return Row.withSchema(target).attachValues(values);
  }

  private static Object byName(Object value, FieldType type) {
    if (value == null) {
      return null;
    }
    return switch (type.getTypeName()) {
      case ROW -> byName((Row) value, type.getRowSchema());
      case ARRAY, ITERABLE -> {
        List<Object> list = new ArrayList<>();
        for (Object element : (Iterable<?>) value) {
          list.add(byName(element, type.getCollectionElementType()));
        }
        yield list;
      }
      case MAP -> {
        Map<Object, Object> map = new LinkedHashMap<>();
        ((Map<?, ?>) value)
            .forEach(
                (k, v) ->
                    map.put(byName(k, type.getMapKeyType()), byName(v, type.getMapValueType())));
        yield map;
      }
      default -> value;
    };
  }

  private static String snakeCase(String camel) {
    return camel.replaceAll("(?<=.)([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }
}
