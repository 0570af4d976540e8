package io.beamhouse.io.files;

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

/** Offers {@link FilesIO#readParquet(String)}. */
@Internal
@AutoService(SchemaTransformProvider.class)
public final class ReadFromParquetProvider
    extends TransformProvider<ReadFromParquetProvider.Config> {
  public ReadFromParquetProvider() {
    super("ReadFromParquet", Config.class);
  }

  /** What a spec says. */
  @DefaultSchema(AutoValueSchema.class)
  @AutoValue
  public abstract static class Config {
    @SchemaFieldDescription(
        "A file, a directory, or a pattern with *, ?, [a-c] or {a,b}. A directory with "
            + "manifests is read by these.")
    public abstract String getPath();

    @SchemaFieldDescription(
        "The fields to read as JSON: [{\"name\": \"id\", \"type\": \"INT64\"}]. Default: all "
            + "of the files.")
    @Nullable
    public abstract String getSchema();

    @SchemaFieldDescription("Name of a column to add with the path of the file. Default none.")
    @Nullable
    public abstract String getFilenameColumn();

    @SchemaFieldDescription(
        "Name of a column to add with file and record number, unless the files have "
            + "it. Default none.")
    @Nullable
    public abstract String getSourceColumn();

    static Builder builder() {
      return new AutoValue_ReadFromParquetProvider_Config.Builder();
    }

    @AutoValue.Builder
    abstract static class Builder {
      abstract Builder setPath(String path);

      abstract Builder setSchema(String schema);

      abstract Builder setFilenameColumn(String filenameColumn);

      abstract Builder setSourceColumn(String sourceColumn);

      abstract Config build();
    }
  }

  @Override
  public String description() {
    return """
        Reads Parquet files.

        A file that is damaged or changes while it is read is refused as a whole.""";
  }

  @Override
  public String example() {
    return """
        type: ReadFromParquet
        config:
          path: /lake/export/*.parquet
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
    return FilesRead.of(
        config.getPath(),
        () -> new ParquetRead(),
        () -> ReadRules.NONE,
        config.getSchema(),
        new ReadColumns(
            Defaults.text(config.getFilenameColumn()),
            Defaults.text(config.getSourceColumn()),
            "ReadFromParquet"),
        null);
  }
}
