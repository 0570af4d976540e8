package io.beamhouse.transforms.flatten;

import com.google.auto.service.AutoService;
import com.google.auto.value.AutoValue;
import io.beamhouse.core.Internal;
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

/** Offers {@link UnflattenRows}. */
@Internal
@AutoService(SchemaTransformProvider.class)
public final class UnflattenRowsProvider extends TransformProvider<UnflattenRowsProvider.Config> {
  public UnflattenRowsProvider() {
    super("UnflattenRows", Config.class);
  }

  /** What a spec says. */
  @DefaultSchema(AutoValueSchema.class)
  @AutoValue
  public abstract static class Config {
    @SchemaFieldDescription(
        "File with the plan by which the rows were flattened; it must be lossless.")
    public abstract String getPlan();

    @SchemaFieldDescription(
        "Sets rows of the main table aside that cannot be put together, in the output that it"
            + " names. Without it such a row fails the run.")
    @Nullable
    public abstract ErrorHandling getErrorHandling();

    static Builder builder() {
      return new AutoValue_UnflattenRowsProvider_Config.Builder();
    }

    @AutoValue.Builder
    abstract static class Builder {
      abstract Builder setPlan(String plan);

      abstract Builder setErrorHandling(ErrorHandling errorHandling);

      abstract Config build();
    }
  }

  @Override
  public String description() {
    return """
        Puts flat tables together again, the inverse of FlattenRows under a lossless plan.

        The inputs are the main table as `input` and each child table under its name. Child rows \
        are put in order by `_index`; a row whose child rows are not complete is an error, and so \
        are child rows without their main row.""";
  }

  @Override
  public String example() {
    return """
        type: UnflattenRows
        input: {input: Titles, genres: Genres}
        config:
          plan: titles-plan.json
        """;
  }

  @Override
  public List<String> inputCollectionNames() {
    return List.of("input");
  }

  @Override
  public boolean takesOtherInputs() {
    return true;
  }

  @Override
  public List<String> outputCollectionNames() {
    return List.of("output");
  }

  @Override
  protected SchemaTransform from(Config config) {
    ErrorHandling errors = config.getErrorHandling();
    return new UnflattenStep(config.getPlan(), errors == null ? null : errors.getOutput());
  }

  private static final class UnflattenStep extends SchemaTransform {
    private final String planFile;
    private final String errorOutput;

    UnflattenStep(String planFile, String errorOutput) {
      this.planFile = planFile;
      this.errorOutput = errorOutput;
    }

    @Override
    public PCollectionRowTuple expand(PCollectionRowTuple input) {
      UnflattenRows unflatten = UnflattenRows.of(PlanFile.read(planFile));
      UnflattenRows.Result result =
          input.apply("Unflatten", errorOutput == null ? unflatten : unflatten.withQuarantine());
      PCollectionRowTuple outputs = PCollectionRowTuple.of("output", result.rows());
      return errorOutput == null
          ? outputs
          : outputs.and(errorOutput, result.quarantined().orElseThrow());
    }
  }
}
