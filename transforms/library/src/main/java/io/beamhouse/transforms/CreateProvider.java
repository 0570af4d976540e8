package io.beamhouse.transforms;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.google.auto.service.AutoService;
import com.google.auto.value.AutoValue;
import io.beamhouse.core.Internal;
import io.beamhouse.core.provider.TransformProvider;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.beam.sdk.schemas.AutoValueSchema;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.annotations.DefaultSchema;
import org.apache.beam.sdk.schemas.annotations.SchemaFieldDescription;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.schemas.transforms.SchemaTransformProvider;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.Row;

/** Offers rows that stand in the spec itself. */
@Internal
@AutoService(SchemaTransformProvider.class)
public final class CreateProvider extends TransformProvider<CreateProvider.Config> {
  public CreateProvider() {
    super("Create", Config.class);
  }

  /** What a spec says. */
  @DefaultSchema(AutoValueSchema.class)
  @AutoValue
  public abstract static class Config {
    @SchemaFieldDescription(
        "The rows, as a list of mappings, or of values, which become rows with the one field"
            + " `element`; kept as JSON.")
    public abstract String getElements();

    @SchemaFieldDescription("Accepted for Beam YAML's sake; rows are never reshuffled.")
    @Nullable
    public abstract Boolean getReshuffle();

    static Builder builder() {
      return new AutoValue_CreateProvider_Config.Builder();
    }

    @AutoValue.Builder
    abstract static class Builder {
      abstract Builder setElements(String elements);

      abstract Builder setReshuffle(Boolean reshuffle);

      abstract Config build();
    }
  }

  @Override
  public String description() {
    return """
        Gives rows that stand in the spec, for tests and small tables.

        Whole numbers are 64 bit, other numbers are doubles. A field that is missing or null in \
        some rows is nullable; one that is null in all is a text. A field has one type: mixed \
        types are refused. Mappings and lists may be nested.""";
  }

  @Override
  public String example() {
    return """
        type: Create
        config:
          elements:
            - {id: 1, name: ada}
            - {id: 2, name: grace}
        """;
  }

  @Override
  public List<String> inputCollectionNames() {
    return List.of();
  }

  @Override
  public List<String> outputCollectionNames() {
    return List.of("output");
  }

  @Override
  protected SchemaTransform from(Config config) {
    ArrayNode elements = Elements.parse(config.getElements(), "elements");
    Schema schema = Elements.schema(elements, "elements");
    return new CreateStep(schema, Elements.rows(elements, schema));
  }

  private static final class CreateStep extends SchemaTransform {
    private final Schema schema;
    private final transient List<Row> rows;

    CreateStep(Schema schema, List<Row> rows) {
      this.schema = schema;
      this.rows = rows;
    }

    @Override
    public PCollectionRowTuple expand(PCollectionRowTuple input) {
      return PCollectionRowTuple.of(
          "output", input.getPipeline().apply("Elements", Create.of(rows).withRowSchema(schema)));
    }
  }
}
