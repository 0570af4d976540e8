package io.beamhouse.transforms;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.auto.service.AutoService;
import com.google.auto.value.AutoValue;
import io.beamhouse.core.Internal;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.provider.TransformProvider;
import io.beamhouse.core.rowwise.RowWiseStep;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.annotation.Nullable;
import org.apache.beam.sdk.schemas.AutoValueSchema;
import org.apache.beam.sdk.schemas.annotations.DefaultSchema;
import org.apache.beam.sdk.schemas.annotations.SchemaFieldDescription;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.schemas.transforms.SchemaTransformProvider;
import org.apache.beam.sdk.schemas.transforms.providers.ErrorHandling;

/** Offers {@link MapRows} under Beam YAML's name. */
@Internal
@AutoService(SchemaTransformProvider.class)
public final class MapToFieldsProvider extends TransformProvider<MapToFieldsProvider.Config> {
  public MapToFieldsProvider() {
    super("MapToFields", Config.class);
  }

  /** What a spec says. */
  @DefaultSchema(AutoValueSchema.class)
  @AutoValue
  public abstract static class Config {
    @SchemaFieldDescription(
        "The fields of the result: new name to expression, a field's name, a number or a"
            + " \"text\" in double quotes, or SQL; kept as JSON.")
    @Nullable
    public abstract String getFields();

    @SchemaFieldDescription("Whether the input's fields are kept before the new ones; default no.")
    @Nullable
    public abstract Boolean getAppend();

    @SchemaFieldDescription("Fields of the input that are not kept; only with append.")
    @Nullable
    public abstract List<String> getDrop();

    @SchemaFieldDescription("Language of the expressions: generic (default), or sql.")
    @Nullable
    public abstract String getLanguage();

    @SchemaFieldDescription(
        "Sets rows aside for which an expression has no value (in SQL a division by zero), in the"
            + " output that it names. Without it such a row fails the run.")
    @Nullable
    public abstract ErrorHandling getErrorHandling();

    static Builder builder() {
      return new AutoValue_MapToFieldsProvider_Config.Builder();
    }

    @AutoValue.Builder
    abstract static class Builder {
      abstract Builder setFields(String fields);

      abstract Builder setAppend(Boolean append);

      abstract Builder setDrop(List<String> drop);

      abstract Builder setLanguage(String language);

      abstract Builder setErrorHandling(ErrorHandling errorHandling);

      abstract Config build();
    }
  }

  @Override
  public String description() {
    return """
        Chooses, renames, adds and drops fields.

        With `append` the input's fields are kept; a name that the input has may be given anew \
        only if it is in `drop`. A copied field keeps its type; numbers in the spec are 64 bit \
        whole numbers or doubles.

        With `language: sql` the expressions are SQL over the row, such as \
        `UPPER(name)`, `CAST(amount AS DECIMAL(12, 2))`, `CASE WHEN … END`. See `Sql` for its \
        times and names.""";
  }

  @Override
  public String example() {
    return """
        type: MapToFields
        config:
          append: true
          drop: [name]
          fields:
            full_name: name
            source: '"crm"'
        """;
  }

  @Override
  public List<String> inputCollectionNames() {
    return List.of("input");
  }

  @Override
  public List<String> outputCollectionNames() {
    return List.of("output");
  }

  @Override
  protected SchemaTransform from(Config config) {
    Problems problems = new Problems();
    String language = Language.named(config.getLanguage(), problems);
    boolean append = Boolean.TRUE.equals(config.getAppend());
    List<String> drop = config.getDrop() == null ? List.of() : config.getDrop();
    Map<String, String> fields = fields(config.getFields(), problems);
    if (!append && !drop.isEmpty()) {
      problems.add("drop", "is only for append: true; without it only 'fields' are kept");
    }
    if (!append && fields.isEmpty() && problems.isEmpty()) {
      problems.add("fields", "required key is missing");
    }
    problems.throwIfAny();
    MapRows map = MapRows.to(fields).withLanguage(language);
    ErrorHandling errors = config.getErrorHandling();
    return new RowWiseStep(
        (append ? map.withAppend().withDrop(drop) : map)
            .step(errors == null ? null : errors.getOutput()));
  }

  private static Map<String, String> fields(String text, Problems problems) {
    Map<String, String> fields = new LinkedHashMap<>();
    if (text == null) {
      return fields;
    }
    JsonNode node = Language.freeForm(text, "fields", problems);
    if (!node.isObject()) {
      problems.add("fields", "expected a mapping of new names to expressions");
      return fields;
    }
    node.fields()
        .forEachRemaining(
            e ->
                fields.put(
                    e.getKey(),
                    Language.expression(e.getValue(), "fields." + e.getKey(), problems)));
    return fields;
  }
}
