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

/** Offers {@link FilterRows}. */
@Internal
@AutoService(SchemaTransformProvider.class)
public final class FilterProvider extends TransformProvider<FilterProvider.Config> {
  public FilterProvider() {
    super("Filter", Config.class);
  }

  /** What a spec says. */
  @DefaultSchema(AutoValueSchema.class)
  @AutoValue
  public abstract static class Config {
    @SchemaFieldDescription(
        "What must hold for a row to be kept: one comparison (==, !=, <, <=, >, >=) of field names,"
            + " numbers or \"texts\" in double quotes, or a boolean field; in SQL whatever is true"
            + " or false. A mapping {expression: ...} is kept as JSON.")
    public abstract String getKeep();

    @SchemaFieldDescription("Language of the expression: generic (default), or sql.")
    @Nullable
    public abstract String getLanguage();

    @SchemaFieldDescription(
        "Sets rows aside for which there is no answer (an order with null; in SQL a division by"
            + " zero), in the output that it names. Without it such a row fails the run.")
    @Nullable
    public abstract ErrorHandling getErrorHandling();

    static Builder builder() {
      return new AutoValue_FilterProvider_Config.Builder();
    }

    @AutoValue.Builder
    abstract static class Builder {
      abstract Builder setKeep(String keep);

      abstract Builder setLanguage(String language);

      abstract Builder setErrorHandling(ErrorHandling errorHandling);

      abstract Config build();
    }
  }

  @Override
  public String description() {
    return """
        Keeps the rows for which a comparison holds.

        Null equals null and nothing else; an order (`<`, `>=` ...) with null has no answer, and \
        such a row is an error. Numbers of different types are compared exactly.

        With `language: sql` the condition is SQL over the row; a comparison with null is unknown, \
        and the row is not kept. See `Sql` for its times and names.""";
  }

  @Override
  public String example() {
    return """
        type: Filter
        config:
          keep: status == "active"
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
    String keep =
        Language.expression(
            Language.freeForm(config.getKeep(), "keep", problems), "keep", problems);
    problems.throwIfAny();
    ErrorHandling errors = config.getErrorHandling();
    return new RowWiseStep(
        FilterRows.keeping(keep)
            .withLanguage(language)
            .step(errors == null ? null : errors.getOutput()));
  }
}
