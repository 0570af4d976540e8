package io.beamhouse.transforms;

import com.google.auto.service.AutoService;
import com.google.auto.value.AutoValue;
import io.beamhouse.core.Internal;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.provider.TransformProvider;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.annotation.Nullable;
import org.apache.beam.sdk.schemas.AutoValueSchema;
import org.apache.beam.sdk.schemas.annotations.DefaultSchema;
import org.apache.beam.sdk.schemas.annotations.SchemaFieldDescription;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.schemas.transforms.SchemaTransformProvider;
import org.apache.beam.sdk.schemas.transforms.providers.ErrorHandling;
import org.apache.beam.sdk.values.PCollectionRowTuple;

/** Offers {@link LookupRows}. */
@Internal
@AutoService(SchemaTransformProvider.class)
public final class LookupRowsProvider extends TransformProvider<LookupRowsProvider.Config> {
  public LookupRowsProvider() {
    super("LookupRows", Config.class);
  }

  /** What a spec says. */
  @DefaultSchema(AutoValueSchema.class)
  @AutoValue
  public abstract static class Config {
    @SchemaFieldDescription(
        "By column of the rows, the column of the table that it must be equal to; together they"
            + " are a key of the table.")
    public abstract Map<String, String> getKeys();

    @SchemaFieldDescription(
        "By name of the column to add, the column of the table that it is taken from.")
    public abstract Map<String, String> getFields();

    @SchemaFieldDescription(
        "A table of more rows fails the run, since each worker holds it; default 100000.")
    @Nullable
    public abstract Integer getMaxRows();

    @SchemaFieldDescription(
        "Sets rows aside whose key is null or not in the table, in the output that it names."
            + " Without it their new columns are NULL.")
    @Nullable
    public abstract ErrorHandling getErrorHandling();

    static Builder builder() {
      return new AutoValue_LookupRowsProvider_Config.Builder();
    }

    @AutoValue.Builder
    abstract static class Builder {
      abstract Builder setKeys(Map<String, String> keys);

      abstract Builder setFields(Map<String, String> fields);

      abstract Builder setMaxRows(Integer maxRows);

      abstract Builder setErrorHandling(ErrorHandling errorHandling);

      abstract Config build();
    }
  }

  @Override
  public String description() {
    return """
        Adds columns of a small table to rows, found by key.

        The rows are the input `input`, the table is the input `table`. Its key must be unique. \
        No row is shuffled; each worker holds the table. Whole numbers are equal whatever their \
        type, other columns must have the same type. Join large tables with `Sql`.""";
  }

  @Override
  public String example() {
    return """
        type: LookupRows
        input: {input: Trips, table: Zones}
        config:
          keys: {pickup_zone_id: LocationID}
          fields: {pickup_zone: Zone, pickup_borough: Borough}
        """;
  }

  @Override
  public List<String> inputCollectionNames() {
    return List.of("input", "table");
  }

  @Override
  public List<String> outputCollectionNames() {
    return List.of("output");
  }

  @Override
  protected SchemaTransform from(Config config) {
    Problems problems = new Problems();
    if (config.getKeys().isEmpty()) {
      problems.add("keys", "is empty; name the columns that must be equal");
    }
    if (config.getFields().isEmpty()) {
      problems.add("fields", "is empty; name the columns to add");
    }
    int maxRows = config.getMaxRows() == null ? LookupRows.DEFAULT_MAX_ROWS : config.getMaxRows();
    if (maxRows < 1) {
      problems.add("max_rows", "is " + maxRows + "; allowed is 1 or more");
    }
    ErrorHandling errors = config.getErrorHandling();
    problems.throwIfAny();
    return new Step(
        new LinkedHashMap<>(config.getKeys()),
        new LinkedHashMap<>(config.getFields()),
        maxRows,
        errors == null ? "" : errors.getOutput());
  }

  private static final class Step extends SchemaTransform {
    private final LinkedHashMap<String, String> on;
    private final LinkedHashMap<String, String> fields;
    private final int maxRows;
    private final String errorOutput;

    Step(
        LinkedHashMap<String, String> on,
        LinkedHashMap<String, String> fields,
        int maxRows,
        String errorOutput) {
      this.on = on;
      this.fields = fields;
      this.maxRows = maxRows;
      this.errorOutput = errorOutput;
    }

    @Override
    public PCollectionRowTuple expand(PCollectionRowTuple input) {
      for (String name : List.of("input", "table")) {
        if (!input.has(name)) {
          throw new SpecException(
              "", "LookupRows has two inputs: {input: the rows, table: the table}");
        }
      }
      LookupRows lookup = LookupRows.in(input.get("table"), on, fields).withMaxRows(maxRows);
      LookupRows.Result result =
          input
              .get("input")
              .apply("Look up", errorOutput.isEmpty() ? lookup : lookup.withQuarantine());
      PCollectionRowTuple rows = PCollectionRowTuple.of("output", result.rows());
      return result.quarantined().map(bad -> rows.and(errorOutput, bad)).orElse(rows);
    }
  }
}
