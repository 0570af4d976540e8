package io.beamhouse.transforms;

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
import org.apache.beam.sdk.values.PCollectionRowTuple;

/** Offers {@link TopRows}. */
@Internal
@AutoService(SchemaTransformProvider.class)
public final class TopRowsProvider extends TransformProvider<TopRowsProvider.Config> {
  public TopRowsProvider() {
    super("TopRows", Config.class);
  }

  /** What a spec says. */
  @DefaultSchema(AutoValueSchema.class)
  @AutoValue
  public abstract static class Config {
    @SchemaFieldDescription("How many rows of each group are kept, 1 to 100000.")
    public abstract Integer getN();

    @SchemaFieldDescription(
        "What makes a row come first: a column, or `column desc` for great values first; of several"
            + " the first one most. Nulls come last.")
    public abstract List<String> getOrderBy();

    @SchemaFieldDescription("Columns whose values make a group; default none: all rows are one.")
    @Nullable
    public abstract List<String> getGroupBy();

    @SchemaFieldDescription(
        "Name of a column to add with the row's place in its group, from 1. Default none.")
    @Nullable
    public abstract String getRank();

    static Builder builder() {
      return new AutoValue_TopRowsProvider_Config.Builder();
    }

    @AutoValue.Builder
    abstract static class Builder {
      abstract Builder setN(Integer n);

      abstract Builder setOrderBy(List<String> orderBy);

      abstract Builder setGroupBy(List<String> groupBy);

      abstract Builder setRank(String rank);

      abstract Config build();
    }
  }

  @Override
  public String description() {
    return """
        Keeps the first rows of each group, in an order.

        Rows that the order does not tell apart are ordered by all other columns from left to \
        right, so every run keeps the same ones. Null is a group of its own.""";
  }

  @Override
  public String example() {
    return """
        type: TopRows
        config:
          n: 10
          group_by: [genre, decade]
          order_by: [rating desc, votes desc]
          rank: rank
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
    TopRows top = TopRows.of(config.getN()).withOrderBy(config.getOrderBy().toArray(String[]::new));
    if (config.getGroupBy() != null) {
      top = top.withGroupBy(config.getGroupBy().toArray(String[]::new));
    }
    return new Tops(config.getRank() == null ? top : top.withRank(config.getRank()));
  }

  private static final class Tops extends SchemaTransform {
    private final TopRows top;

    Tops(TopRows top) {
      this.top = top;
    }

    @Override
    public PCollectionRowTuple expand(PCollectionRowTuple input) {
      return PCollectionRowTuple.of("output", input.getSinglePCollection().apply("Top", top));
    }
  }
}
