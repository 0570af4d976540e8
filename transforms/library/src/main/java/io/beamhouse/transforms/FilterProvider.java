package io.beamhouse.transforms;

import com.google.auto.service.AutoService;
import com.google.auto.value.AutoValue;
import io.beamhouse.core.Internal;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.provider.TransformProvider;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.beam.sdk.schemas.AutoValueSchema;
import org.apache.beam.sdk.schemas.annotations.DefaultSchema;
import org.apache.beam.sdk.schemas.annotations.SchemaFieldDescription;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.schemas.transforms.SchemaTransformProvider;
import org.apache.beam.sdk.schemas.transforms.providers.ErrorHandling;
import org.apache.beam.sdk.values.PCollectionRowTuple;

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
            + " numbers or \"texts\" in double quotes, or a boolean field; a mapping"
            + " {expression: ...} is kept as JSON.")
    public abstract String getKeep();

    @SchemaFieldDescription("Language of the expression; generic is the default and the only one.")
    @Nullable
    public abstract String getLanguage();

    @SchemaFieldDescription(
        "Sets rows aside whose comparison has no answer (an order with null), in the output that"
            + " it names. Without it such a row fails the run.")
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
        such a row is an error. Numbers of different types are compared exactly.""";
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
    Language.check(config.getLanguage(), problems);
    String keep =
        Language.expression(
            Language.freeForm(config.getKeep(), "keep", problems), "keep", problems);
    problems.throwIfAny();
    FilterRows filter = FilterRows.keeping(keep);
    ErrorHandling errors = config.getErrorHandling();
    return new FilterStep(
        errors == null ? filter : filter.withQuarantine(),
        errors == null ? null : errors.getOutput());
  }

  private static final class FilterStep extends SchemaTransform {
    private final FilterRows filter;
    private final String errorOutput;

    FilterStep(FilterRows filter, String errorOutput) {
      this.filter = filter;
      this.errorOutput = errorOutput;
    }

    @Override
    public PCollectionRowTuple expand(PCollectionRowTuple input) {
      FilterRows.Result result = input.getSinglePCollection().apply("Filter", filter);
      PCollectionRowTuple outputs = PCollectionRowTuple.of("output", result.kept());
      return errorOutput == null
          ? outputs
          : outputs.and(errorOutput, result.quarantined().orElseThrow());
    }
  }
}
