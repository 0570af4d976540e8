package io.beamhouse.pipelines.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.beamhouse.core.provider.TransformProvider;
import io.beamhouse.io.core.increment.IncrementalSink;
import io.beamhouse.io.core.increment.IncrementalSource;
import io.beamhouse.pipelines.reference.Reference;
import io.beamhouse.pipelines.spec.ConfigRows;
import io.beamhouse.pipelines.testing.Specs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.beam.sdk.schemas.NoSuchSchemaException;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.Schema.TypeName;
import org.apache.beam.sdk.schemas.SchemaRegistry;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.schemas.transforms.SchemaTransformProvider;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every transform that a spec can name promises. */
class ProviderContractTest {
  private static final Registry REGISTRY = Registry.load();
  private static final Set<TypeName> SCALARS =
      Set.of(
          TypeName.STRING,
          TypeName.BOOLEAN,
          TypeName.INT16,
          TypeName.INT32,
          TypeName.INT64,
          TypeName.FLOAT,
          TypeName.DOUBLE);

  static Stream<TransformProvider<?>> providers() {
    return REGISTRY.names().stream()
        .map(name -> REGISTRY.get(name).orElseThrow().provider())
        .filter(TransformProvider.class::isInstance)
        .map(provider -> (TransformProvider<?>) provider);
  }

  @ParameterizedTest
  @MethodSource("providers")
  void hasADescriptionAndASensibleName(TransformProvider<?> provider) {
    assertThat(provider.specName()).matches("([A-Z][a-z0-9]+)+");
    assertThat(provider.description().strip()).matches("(?s)[A-Z`].{20,}\\.");
    assertThat(Reference.summary(new Entry(provider.specName(), provider)))
        .hasSizeLessThan(140)
        .endsWith(".");
  }

  @ParameterizedTest
  @MethodSource("providers")
  void everyConfigKeyIsDescribedAndOfAnAllowedType(TransformProvider<?> provider) {
    fields(provider.configurationSchema(), "")
        .forEach(
            (path, field) -> {
              assertThat(field.getName()).as(path).matches("[a-z][a-z0-9]*(_[a-z0-9]+)*");
              if (!path.startsWith("error_handling.")) {
                assertThat(field.getDescription()).as(path).isNotBlank();
              }
              checkType(path, field.getType());
            });
  }

  private static Map<String, Field> fields(Schema schema, String prefix) {
    Map<String, Field> fields = new TreeMap<>();
    for (Field field : schema.getFields()) {
      String path = prefix + field.getName();
      fields.put(path, field);
      FieldType type = field.getType();
      while (type.getTypeName().isCollectionType() || type.getTypeName().isMapType()) {
        type =
            type.getTypeName().isMapType()
                ? type.getMapValueType()
                : type.getCollectionElementType();
      }
      if (type.getTypeName() == TypeName.ROW) {
        fields.putAll(fields(type.getRowSchema(), path + "."));
      }
    }
    return fields;
  }

  private static void checkType(String path, FieldType type) {
    switch (type.getTypeName()) {
      case ARRAY, ITERABLE -> checkType(path, type.getCollectionElementType());
      case MAP -> {
        assertThat(type.getMapKeyType().getTypeName()).as(path).isEqualTo(TypeName.STRING);
        checkType(path, type.getMapValueType());
      }
      // A row without fields is what Beam silently makes of Duration, Instant, Optional ...
      case ROW -> assertThat(type.getRowSchema().getFields()).as(path).isNotEmpty();
      default -> assertThat(SCALARS).as(path).contains(type.getTypeName());
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void theExampleIsAValidStep(TransformProvider<?> provider) {
    String problems = Specs.problems(ExampleSpecs.around(provider));

    assertThat(problems).as(ExampleSpecs.around(provider)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("providers")
  void theTransformOfTheExampleCanBeSent(TransformProvider<?> provider) {
    SchemaTransform transform =
        provider.from(ConfigRows.ofStep(provider.example(), provider.configurationSchema()));

    // Those that the protocol runs stay in the driver; what they hand out has its own tests.
    assumeThat(transform).isNotInstanceOfAny(IncrementalSource.class, IncrementalSink.class);
    SerializableUtils.ensureSerializable(transform);
  }

  @ParameterizedTest
  @MethodSource("providers")
  void distinctValuesSurviveFromYamlToConfigAndBack(TransformProvider<?> provider)
      throws NoSuchSchemaException {
    Schema schema = provider.configurationSchema();
    DistinctValues values = new DistinctValues();
    Row fromYaml = ConfigRows.of(values.yaml(schema), schema);

    assertThat(byName(fromYaml)).isEqualTo(values.expected(schema));
    Object config = provider.config(fromYaml);
    assertThat(byName(rowOf(config))).isEqualTo(values.expected(schema));
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // the class of a config is known to itself only
  private static Row rowOf(Object config) throws NoSuchSchemaException {
    Class<?> type = config.getClass();
    while (type.getSimpleName().startsWith("AutoValue_")) {
      type = type.getSuperclass();
    }
    return (Row) SchemaRegistry.createDefault().getToRowFunction((Class) type).apply(config);
  }

  /** Rows as maps with snake case keys, so that neither order nor case hides a swap. */
  private static Object byName(Object value) {
    if (value instanceof Row row) {
      Map<String, Object> map = new TreeMap<>();
      for (Field field : row.getSchema().getFields()) {
        String name =
            field.getName().replaceAll("(?<=.)([A-Z])", "_$1").toLowerCase(java.util.Locale.ROOT);
        map.put(name, byName(row.getValue(field.getName())));
      }
      return map;
    } else if (value instanceof Map<?, ?> given) {
      Map<String, Object> map = new TreeMap<>();
      given.forEach((k, v) -> map.put(k.toString(), byName(v)));
      return map;
    } else if (value instanceof Iterable<?> given) {
      List<Object> list = new ArrayList<>();
      given.forEach(item -> list.add(byName(item)));
      return list;
    }
    return value;
  }

  @Test
  void everyAliasOfBeamsOwnIsOnTheClassPath() {
    Registry.aliases()
        .forEach(
            (name, identifier) -> {
              for (SchemaTransformProvider provider :
                  ServiceLoader.load(SchemaTransformProvider.class)) {
                if (provider.identifier().equals(identifier)) {
                  assertThat(REGISTRY.get(name)).isPresent();
                  return;
                }
              }
              fail("no provider on the class path has the identifier " + identifier);
            });
  }
}
