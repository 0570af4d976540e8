package io.beamhouse.transforms.flatten;

import com.google.auto.service.AutoService;
import com.google.auto.value.AutoValue;
import io.beamhouse.core.Internal;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.provider.TransformProvider;
import io.beamhouse.core.rowwise.RowWiseStep;
import java.util.HashSet;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.beam.sdk.schemas.AutoValueSchema;
import org.apache.beam.sdk.schemas.annotations.DefaultSchema;
import org.apache.beam.sdk.schemas.annotations.SchemaFieldDescription;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.schemas.transforms.SchemaTransformProvider;
import org.apache.beam.sdk.schemas.transforms.providers.ErrorHandling;

/** Offers {@link ExplodeRows} under Beam YAML's name. */
@Internal
@AutoService(SchemaTransformProvider.class)
public final class ExplodeProvider extends TransformProvider<ExplodeProvider.Config> {
  public ExplodeProvider() {
    super("Explode", Config.class);
  }

  /** What a spec says. */
  @DefaultSchema(AutoValueSchema.class)
  @AutoValue
  public abstract static class Config {
    @SchemaFieldDescription("The array to explode, or a list of them.")
    public abstract List<String> getFields();

    @SchemaFieldDescription(
        "Needed with several fields: true for every combination of their elements, false for the"
            + " first of each, the second of each and so on, null where an array is shorter.")
    @Nullable
    public abstract Boolean getCrossProduct();

    @SchemaFieldDescription("Names an error output; it stays empty, since no row can fail.")
    @Nullable
    public abstract ErrorHandling getErrorHandling();

    static Builder builder() {
      return new AutoValue_ExplodeProvider_Config.Builder();
    }

    @AutoValue.Builder
    abstract static class Builder {
      abstract Builder setFields(List<String> fields);

      abstract Builder setCrossProduct(Boolean crossProduct);

      abstract Builder setErrorHandling(ErrorHandling errorHandling);

      abstract Config build();
    }
  }

  @Override
  public String description() {
    return """
        Repeats each row for every element of an array, which takes the array's place.

        A row whose array is empty or null gives no row. FlattenRows keeps such rows, splits texts \
        and makes child tables.""";
  }

  @Override
  public String example() {
    return """
        type: Explode
        config:
          fields: [genres]
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
    List<String> fields = config.getFields();
    if (fields.isEmpty()) {
      problems.add("fields", "needs the name of one array at least");
    }
    if (new HashSet<>(fields).size() < fields.size()) {
      problems.add("fields", "has a name twice");
    }
    if (fields.size() > 1 && config.getCrossProduct() == null) {
      problems.add("cross_product", "required with more than one field: true or false");
    }
    problems.throwIfAny();
    ExplodeRows explode = ExplodeRows.of(fields.toArray(new String[0]));
    ErrorHandling errors = config.getErrorHandling();
    return new RowWiseStep(
        (Boolean.TRUE.equals(config.getCrossProduct()) ? explode.withCrossProduct() : explode)
            .step(errors == null ? null : errors.getOutput()));
  }
}
