package io.beamhouse.transforms;

import com.google.auto.service.AutoService;
import com.google.auto.value.AutoValue;
import io.beamhouse.core.Internal;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.provider.TransformProvider;
import io.beamhouse.core.rowwise.RowWiseStep;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.beam.sdk.schemas.AutoValueSchema;
import org.apache.beam.sdk.schemas.annotations.DefaultSchema;
import org.apache.beam.sdk.schemas.annotations.SchemaFieldDescription;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.schemas.transforms.SchemaTransformProvider;
import org.apache.beam.sdk.schemas.transforms.providers.ErrorHandling;

/** Offers {@link ExplodeJson}. */
@Internal
@AutoService(SchemaTransformProvider.class)
public final class ExplodeJsonProvider extends TransformProvider<ExplodeJsonProvider.Config> {
  public ExplodeJsonProvider() {
    super("ExplodeJson", Config.class);
  }

  /** What a spec says. */
  @DefaultSchema(AutoValueSchema.class)
  @AutoValue
  public abstract static class Config {
    @SchemaFieldDescription("The text column; default body, as ReadFromHttp names it.")
    @Nullable
    public abstract String getColumn();

    @SchemaFieldDescription("Where the array is in it: results, data.items, or $ for the whole.")
    public abstract String getPath();

    @SchemaFieldDescription("Name of the column that takes the elements' texts; default record.")
    @Nullable
    public abstract String getInto();

    @SchemaFieldDescription(
        "Sets rows aside whose text is no JSON or has no array there, in the output that it names.")
    @Nullable
    public abstract ErrorHandling getErrorHandling();

    static Builder builder() {
      return new AutoValue_ExplodeJsonProvider_Config.Builder();
    }

    @AutoValue.Builder
    abstract static class Builder {
      abstract Builder setColumn(String column);

      abstract Builder setPath(String path);

      abstract Builder setInto(String into);

      abstract Builder setErrorHandling(ErrorHandling errorHandling);

      abstract Config build();
    }
  }

  @Override
  public String description() {
    return """
        Repeats each row for every element of an array in a column of JSON, which it gives as the \
        text that it has there.

        The column goes, and the elements come as the last column, no character of them changed: \
        ParseJson makes fields of them. A text column `_source` gets the number of the element, \
        `popular/000001:000012`. An empty array gives no row.""";
  }

  @Override
  public String example() {
    return """
        type: ExplodeJson
        config:
          column: body
          path: results
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
    ExplodeJson.path(config.getPath(), problems);
    String into = config.getInto() == null ? ExplodeJson.INTO : config.getInto();
    if (into.isBlank()) {
      problems.add("into", "is blank");
    }
    problems.throwIfAny();
    ErrorHandling errors = config.getErrorHandling();
    return new RowWiseStep(
        ExplodeJson.of(config.getColumn() == null ? "body" : config.getColumn(), config.getPath())
            .into(into)
            .step(errors == null ? null : errors.getOutput()));
  }
}
