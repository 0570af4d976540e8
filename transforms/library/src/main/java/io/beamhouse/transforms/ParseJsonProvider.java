package io.beamhouse.transforms;

import com.google.auto.service.AutoService;
import com.google.auto.value.AutoValue;
import io.beamhouse.core.Internal;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.payload.JsonPayload;
import io.beamhouse.core.payload.ParsePayload;
import io.beamhouse.core.provider.TransformProvider;
import io.beamhouse.core.row.SchemaJson;
import io.beamhouse.core.rowwise.RowWiseStep;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import javax.annotation.Nullable;
import org.apache.beam.sdk.schemas.AutoValueSchema;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.annotations.DefaultSchema;
import org.apache.beam.sdk.schemas.annotations.SchemaFieldDescription;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.schemas.transforms.SchemaTransformProvider;
import org.apache.beam.sdk.schemas.transforms.providers.ErrorHandling;

/** Offers {@link ParsePayload} of {@link JsonPayload}. */
@Internal
@AutoService(SchemaTransformProvider.class)
public final class ParseJsonProvider extends TransformProvider<ParseJsonProvider.Config> {
  private static final String STEP = "ParseJson";

  public ParseJsonProvider() {
    super(STEP, Config.class);
  }

  /** What a spec says. */
  @DefaultSchema(AutoValueSchema.class)
  @AutoValue
  public abstract static class Config {
    @SchemaFieldDescription("The column of bytes or text that holds an object. Default value.")
    @Nullable
    public abstract String getColumn();

    @SchemaFieldDescription(
        "The columns by the names of the object's members, as JSON: [{\"name\": \"id\", \"type\":"
            + " \"INT64\"}, {\"name\": \"name\", \"type\": \"STRING\", \"nullable\": true}].")
    public abstract String getSchema();

    @SchemaFieldDescription(
        "Columns of the input to keep behind those. Default _run and _source, where they are.")
    @Nullable
    public abstract List<String> getKeep();

    @SchemaFieldDescription(
        "Members that the schema does not have: refuse (default; the record is bad), ignore, rescue"
            + " (into the column _rescued, as text).")
    @Nullable
    public abstract String getUnknown();

    @SchemaFieldDescription(
        "Sets rows that cannot be read aside in the output that it names, with the whole input row."
            + " Without it the first one fails the run.")
    @Nullable
    public abstract ErrorHandling getErrorHandling();

    static Builder builder() {
      return new AutoValue_ParseJsonProvider_Config.Builder();
    }

    @AutoValue.Builder
    abstract static class Builder {
      abstract Builder setColumn(String column);

      abstract Builder setSchema(String schema);

      abstract Builder setKeep(List<String> keep);

      abstract Builder setUnknown(String unknown);

      abstract Builder setErrorHandling(ErrorHandling errorHandling);

      abstract Config build();
    }
  }

  @Override
  public String description() {
    return """
        Reads JSON objects out of a column into typed columns.

        The column holds one object in UTF-8, as records of Kafka do. A missing member is NULL; \
        NULL instead of an object, a value of another type and a repeated member make a bad row.""";
  }

  @Override
  public String example() {
    return """
        type: ParseJson
        config:
          column: value
          schema:
            - {name: event_id, type: STRING}
            - {name: at, type: TIMESTAMP}
            - {name: device, type: STRING, nullable: true}
          keep: [key, _run, _source]
          unknown: rescue
          error_handling: {output: bad}
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
    Schema schema = Schema.of();
    try {
      schema = SchemaJson.fromJson(config.getSchema());
    } catch (IllegalArgumentException e) {
      problems.add("schema", e.getMessage());
    }
    JsonPayload.Unknown unknown = unknown(config.getUnknown(), problems);
    problems.throwIfAny();
    ParsePayload parse =
        ParsePayload.of(
                Objects.requireNonNullElse(config.getColumn(), "value"),
                new JsonPayload(schema, unknown))
            .named(STEP);
    if (config.getKeep() != null) {
      parse = parse.withKept(config.getKeep());
    }
    ErrorHandling errors = config.getErrorHandling();
    return new RowWiseStep(errors == null ? parse : parse.withErrorOutput(errors.getOutput()));
  }

  private static JsonPayload.Unknown unknown(@Nullable String text, Problems problems) {
    if (text == null) {
      return JsonPayload.Unknown.REFUSE;
    }
    for (JsonPayload.Unknown each : JsonPayload.Unknown.values()) {
      if (each.name().toLowerCase(Locale.ROOT).equals(text)) {
        return each;
      }
    }
    problems.add("unknown", "is '" + text + "'; allowed are refuse, ignore, rescue");
    return JsonPayload.Unknown.REFUSE;
  }
}
