package io.beamhouse.io.kafka;

import com.google.auto.service.AutoService;
import com.google.auto.value.AutoValue;
import io.beamhouse.core.Internal;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.payload.ParsePayload;
import io.beamhouse.core.provider.TransformProvider;
import io.beamhouse.core.rowwise.RowWiseStep;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.beam.sdk.schemas.AutoValueSchema;
import org.apache.beam.sdk.schemas.annotations.DefaultSchema;
import org.apache.beam.sdk.schemas.annotations.SchemaFieldDescription;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.schemas.transforms.SchemaTransformProvider;
import org.apache.beam.sdk.schemas.transforms.providers.ErrorHandling;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Offers {@link ParsePayload} of {@link AvroPayload}; here, where Avro is. */
@Internal
@AutoService(SchemaTransformProvider.class)
public final class ParseAvroProvider extends TransformProvider<ParseAvroProvider.Config> {
  private static final String STEP = "ParseAvro";

  public ParseAvroProvider() {
    super(STEP, Config.class);
  }

  /** What a spec says. */
  @DefaultSchema(AutoValueSchema.class)
  @AutoValue
  public abstract static class Config {
    @Nullable
    @SchemaFieldDescription("The column of bytes that holds a record. Default value.")
    public abstract String getColumn();

    @SchemaFieldDescription(
        "The Avro record schema to read as, which gives the columns: its JSON, or the path of a"
            + " file with it.")
    public abstract String getSchema();

    @Nullable
    @SchemaFieldDescription(
        "plain (default; the record and nothing else), single_object, container (a container file"
            + " with one record), confluent (0, a schema's id, the record).")
    public abstract String getEncoding();

    @Nullable
    @SchemaFieldDescription(
        "Files with the schemas that were written with: by id for confluent, by any name"
            + " otherwise. Default the schema itself.")
    public abstract Map<String, String> getWriterSchemas();

    @Nullable
    @SchemaFieldDescription(
        "Columns of the input to keep behind those. Default _run and _source, where they are.")
    public abstract List<String> getKeep();

    @Nullable
    @SchemaFieldDescription(
        "Sets rows that cannot be read aside in the output that it names, with the whole input row."
            + " Without it the first one fails the run.")
    public abstract ErrorHandling getErrorHandling();

    static Builder builder() {
      return new AutoValue_ParseAvroProvider_Config.Builder();
    }

    @AutoValue.Builder
    abstract static class Builder {
      abstract Builder setColumn(@Nullable String column);

      abstract Builder setSchema(String schema);

      abstract Builder setEncoding(@Nullable String encoding);

      abstract Builder setWriterSchemas(@Nullable Map<String, String> writerSchemas);

      abstract Builder setKeep(@Nullable List<String> keep);

      abstract Builder setErrorHandling(@Nullable ErrorHandling errorHandling);

      abstract Config build();
    }
  }

  @Override
  public String description() {
    return """
        Reads Avro records out of a column of bytes into typed columns.

        The record is resolved from the schema that it was written with to the one given here. \
        Unions other than with null have no column type. NULL, bytes that do not fit and schemas \
        that are not known make a bad row.""";
  }

  @Override
  public String example() {
    return """
        type: ParseAvro
        config:
          column: value
          schema: |
            {"type": "record", "name": "Event", "fields": [
              {"name": "event_id", "type": "string"},
              {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}}]}
          encoding: single_object
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
    AvroPayload payload =
        AvroKeys.payload(
            config.getSchema(), config.getEncoding(), config.getWriterSchemas(), problems);
    problems.throwIfAny();
    ParsePayload parse =
        ParsePayload.of(Objects.requireNonNullElse(config.getColumn(), "value"), payload)
            .named(STEP);
    if (config.getKeep() != null) {
      parse = parse.withKept(config.getKeep());
    }
    ErrorHandling errors = config.getErrorHandling();
    return new RowWiseStep(errors == null ? parse : parse.withErrorOutput(errors.getOutput()));
  }
}
