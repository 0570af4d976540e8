package io.beamhouse.transforms;

import com.google.auto.service.AutoService;
import com.google.auto.value.AutoValue;
import io.beamhouse.core.Internal;
import io.beamhouse.core.provider.TransformProvider;
import java.util.List;
import org.apache.beam.sdk.schemas.AutoValueSchema;
import org.apache.beam.sdk.schemas.annotations.DefaultSchema;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.schemas.transforms.SchemaTransformProvider;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionRowTuple;

/** Offers {@link UnionRows} under Beam YAML's name. */
@Internal
@AutoService(SchemaTransformProvider.class)
public final class FlattenProvider extends TransformProvider<FlattenProvider.Config> {
  public FlattenProvider() {
    super("Flatten", Config.class);
  }

  /** There is nothing to say. */
  @DefaultSchema(AutoValueSchema.class)
  @AutoValue
  public abstract static class Config {
    static Builder builder() {
      return new AutoValue_FlattenProvider_Config.Builder();
    }

    @AutoValue.Builder
    abstract static class Builder {
      abstract Config build();
    }
  }

  @Override
  public String description() {
    return """
        Unites the rows of all its inputs.

        The result has the fields of all inputs; one that is missing or nullable in some input is \
        nullable. A field of one name must have one type. Inputs are a list, or a mapping with \
        names of your choice.""";
  }

  @Override
  public String example() {
    return """
        type: Flatten
        input: [Users, MoreUsers]
        """;
  }

  @Override
  public List<String> inputCollectionNames() {
    return List.of("input");
  }

  /** Any number under any names, as in Beam YAML. */
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
    return new FlattenStep();
  }

  private static final class FlattenStep extends SchemaTransform {
    @Override
    public PCollectionRowTuple expand(PCollectionRowTuple input) {
      return PCollectionRowTuple.of(
          "output", PCollectionList.of(input.getAll().values()).apply("Union", UnionRows.create()));
    }
  }
}
