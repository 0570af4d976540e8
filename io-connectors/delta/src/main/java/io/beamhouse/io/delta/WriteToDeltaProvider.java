package io.beamhouse.io.delta;

import com.google.auto.service.AutoService;
import com.google.auto.value.AutoValue;
import io.beamhouse.core.Internal;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.provider.TransformProvider;
import io.beamhouse.core.row.RowTypes;
import io.beamhouse.core.row.SchemaJson;
import io.beamhouse.io.parquet.ParquetWriteOptions.Compression;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.schemas.AutoValueSchema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.annotations.DefaultSchema;
import org.apache.beam.sdk.schemas.annotations.SchemaFieldDescription;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.schemas.transforms.SchemaTransformProvider;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Offers {@link DeltaWrite}. */
@Internal
@AutoService(SchemaTransformProvider.class)
public final class WriteToDeltaProvider extends TransformProvider<WriteToDeltaProvider.Config> {
  private static final List<String> MODES = List.of("append", "overwrite");

  public WriteToDeltaProvider() {
    super("WriteToDelta", Config.class);
  }

  /** What a spec says. */
  @DefaultSchema(AutoValueSchema.class)
  @AutoValue
  public abstract static class Config {
    @SchemaFieldDescription("Path of the table's root directory, with or without scheme.")
    public abstract String getTable();

    @SchemaFieldDescription(
        "append adds the rows, overwrite replaces all rows of the table by them; default append.")
    public abstract @Nullable String getMode();

    @SchemaFieldDescription(
        "With overwrite: only the rows of this partition are replaced, by partition column its"
            + " value. All rows that come must lie in it. Default: all rows of the table.")
    public abstract @Nullable Map<String, String> getReplace();

    @SchemaFieldDescription(
        "Partition columns of a table that is created; an existing table must have the same."
            + " Default: none for a new table, its own for an existing one.")
    public abstract @Nullable List<String> getPartitionBy();

    @SchemaFieldDescription(
        "Table properties of a table that is created, such as delta.checkpointInterval.")
    public abstract @Nullable Map<String, String> getProperties();

    @SchemaFieldDescription("Description of a table that is created.")
    public abstract @Nullable String getComment();

    @SchemaFieldDescription("zstd, snappy or none; default zstd.")
    public abstract @Nullable String getCompression();

    @SchemaFieldDescription("Whether to create a table that does not exist; default true.")
    public abstract @Nullable Boolean getCreate();

    @SchemaFieldDescription(
        "What decimals without precision are stored as: DECIMAL(38,18) and the like. Default: they"
            + " are refused.")
    public abstract @Nullable String getDecimal();

    @SchemaFieldDescription(
        "With a state: how many small files (below 32 MiB) the table, or a partition of it, may"
            + " have before they are put together after a run; 0 for never. Default: 64.")
    public abstract @Nullable Integer getCompactAfter();

    static Builder builder() {
      return new AutoValue_WriteToDeltaProvider_Config.Builder();
    }

    @AutoValue.Builder
    abstract static class Builder {
      abstract Builder setTable(String table);

      abstract Builder setMode(String mode);

      abstract Builder setReplace(@Nullable Map<String, String> replace);

      abstract Builder setPartitionBy(List<String> columns);

      abstract Builder setProperties(Map<String, String> properties);

      abstract Builder setComment(String comment);

      abstract Builder setCompression(String compression);

      abstract Builder setCreate(Boolean create);

      abstract Builder setDecimal(String decimal);

      abstract Builder setCompactAfter(Integer files);

      abstract Config build();
    }
  }

  @Override
  public String description() {
    return """
        Appends rows to a Delta table, or replaces its rows, in one commit.

        The table is created when it does not exist. Rows must fit an existing table: columns are
        matched by name, nullable columns that the rows lack become null, and every difference is
        reported at once. Under a run with state the commit happens once, however often the run is
        repeated.

        Output: one row for the commit, with the table's version and counts.""";
  }

  @Override
  public String example() {
    return """
        type: WriteToDelta
        config:
          table: /lake/bronze/events
          partition_by: [day]
          comment: Events as they came
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
    DeltaWrite write = DeltaIO.write().to(config.getTable());
    String mode = config.getMode() == null ? "append" : config.getMode();
    if (!MODES.contains(mode)) {
      problems.add(
          "mode",
          "'"
              + mode
              + "'; allowed: "
              + String.join(", ", MODES)
              + Problems.didYouMean(mode, MODES));
    }
    Map<String, String> replace = config.getReplace() == null ? Map.of() : config.getReplace();
    if (!replace.isEmpty() && !mode.equals("overwrite")) {
      problems.add("replace", "only for mode overwrite");
    }
    write = mode.equals("overwrite") ? write.withOverwriteOf(replace) : write;
    if (config.getPartitionBy() != null) {
      write = write.withPartitionColumns(config.getPartitionBy());
    }
    if (config.getProperties() != null) {
      write = write.withTableProperties(config.getProperties());
    }
    if (config.getComment() != null) {
      write = write.withComment(config.getComment());
    }
    if (Boolean.FALSE.equals(config.getCreate())) {
      write = write.withoutCreation();
    }
    write = encoded(write, config, problems);
    CompactAfter compactAfter = CompactAfter.of(config.getCompactAfter(), problems);
    problems.throwIfAny();
    return new RunBoundWrite(write, compactAfter);
  }

  private static DeltaWrite encoded(DeltaWrite write, Config config, Problems problems) {
    DeltaWrite result = write;
    if (config.getCompression() != null) {
      try {
        result = result.withCompression(Compression.of(config.getCompression()));
      } catch (SpecException e) {
        problems.addAll(e.problems());
      }
    }
    if (config.getDecimal() != null) {
      try {
        FieldType decimal = SchemaJson.typeOf(config.getDecimal());
        if (!RowTypes.isFixedDecimal(decimal)) {
          throw new IllegalArgumentException("not a decimal with precision and scale");
        }
        result = result.withPlainDecimalsAs(decimal);
      } catch (IllegalArgumentException e) {
        problems.add(
            "decimal", "'" + config.getDecimal() + "'; allowed: DECIMAL(p,s) with p up to 38");
      }
    }
    return result;
  }
}
