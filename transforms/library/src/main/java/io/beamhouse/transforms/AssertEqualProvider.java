package io.beamhouse.transforms;

import com.google.auto.service.AutoService;
import com.google.auto.value.AutoValue;
import io.beamhouse.core.Internal;
import io.beamhouse.core.provider.TransformProvider;
import java.util.List;
import org.apache.beam.sdk.schemas.AutoValueSchema;
import org.apache.beam.sdk.schemas.annotations.DefaultSchema;
import org.apache.beam.sdk.schemas.annotations.SchemaFieldDescription;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.schemas.transforms.SchemaTransformProvider;
import org.apache.beam.sdk.values.PCollectionRowTuple;

/** Offers {@link AssertRows} under Beam YAML's name. */
@Internal
@AutoService(SchemaTransformProvider.class)
public final class AssertEqualProvider extends TransformProvider<AssertEqualProvider.Config> {
  public AssertEqualProvider() {
    super("AssertEqual", Config.class);
  }

  /** What a spec says. */
  @DefaultSchema(AutoValueSchema.class)
  @AutoValue
  public abstract static class Config {
    @SchemaFieldDescription(
        "The rows that must come, in any order, as a list like that of Create; kept as JSON.")
    public abstract String getElements();

    static Builder builder() {
      return new AutoValue_AssertEqualProvider_Config.Builder();
    }

    @AutoValue.Builder
    abstract static class Builder {
      abstract Builder setElements(String elements);

      abstract Config build();
    }
  }

  @Override
  public String description() {
    return """
        Fails the run unless exactly these rows come, in any order; for tests.

        A field that is null counts as absent, and 1 equals 1.0. The failure shows up to 20 \
        differing rows. Times are compared as ISO text, bytes as base64.""";
  }

  @Override
  public String example() {
    return """
        type: AssertEqual
        config:
          elements:
            - {id: 1, name: ada}
        """;
  }

  @Override
  public List<String> inputCollectionNames() {
    return List.of("input");
  }

  @Override
  public List<String> outputCollectionNames() {
    return List.of();
  }

  @Override
  protected SchemaTransform from(Config config) {
    return new AssertStep(AssertRows.equal(config.getElements()));
  }

  private static final class AssertStep extends SchemaTransform {
    private final AssertRows rows;

    AssertStep(AssertRows rows) {
      this.rows = rows;
    }

    @Override
    public PCollectionRowTuple expand(PCollectionRowTuple input) {
      input.getSinglePCollection().apply("AssertEqual", rows);
      return PCollectionRowTuple.empty(input.getPipeline());
    }
  }
}
