package io.beamhouse.io.files;

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

/** Offers {@link FilesIO#writeCsv(String)}. */
@Internal
@AutoService(SchemaTransformProvider.class)
public final class WriteToCsvProvider extends TransformProvider<WriteToCsvProvider.Config> {
  public WriteToCsvProvider() {
    super("WriteToCsv", Config.class);
  }

  /** What a spec says. */
  @DefaultSchema(AutoValueSchema.class)
  @AutoValue
  public abstract static class Config {
    @SchemaFieldDescription("Directory to publish to; made when it does not exist.")
    public abstract String getPath();

    @SchemaFieldDescription("Between fields: one ASCII character, or \\t. Default a comma.")
    @Nullable
    public abstract String getDelimiter();

    @SchemaFieldDescription("Whether each file begins with the names of the columns. Default true.")
    @Nullable
    public abstract Boolean getHeader();

    @SchemaFieldDescription(
        "The unquoted text that stands for NULL. Default is nothing, so that the empty "
            + "string is \"\".")
    @Nullable
    public abstract String getNullToken();

    @SchemaFieldDescription("none (default) or gzip.")
    @Nullable
    public abstract String getCompression();

    @SchemaFieldDescription(
        "Rows after which a new file is begun. Default 1000000; a file ends at 128 " + "MiB, too.")
    @Nullable
    public abstract Long getMaxRowsPerFile();

    @SchemaFieldDescription(
        "Directories below path that each row's columns name, such as {at:yyyy/MM/dd/HH/mm} or"
            + " country={country}/day={at:yyyy-MM-dd}. Times are UTC; a pattern is made of yyyy,"
            + " MM, dd, HH, mm. What is NULL, no time, or before 1900 or after 2199, goes to"
            + " unknown.")
    @Nullable
    public abstract String getPartitionPath();

    @SchemaFieldDescription(
        "With partition_path: files that a bundle of rows holds open; rows of more directories wait"
            + " in a temp file until the bundle ends. Default 32.")
    @Nullable
    public abstract Integer getMaxOpenFiles();

    @SchemaFieldDescription(
        "With a state: puts files of runs older than this together, such as 2h, after every 64th"
            + " run; see compact. Default: never.")
    @Nullable
    public abstract String getCompactOlderThan();

    static Builder builder() {
      return new AutoValue_WriteToCsvProvider_Config.Builder();
    }

    @AutoValue.Builder
    abstract static class Builder {
      abstract Builder setPath(String path);

      abstract Builder setDelimiter(String delimiter);

      abstract Builder setHeader(Boolean header);

      abstract Builder setNullToken(String nullToken);

      abstract Builder setCompression(String compression);

      abstract Builder setMaxRowsPerFile(Long maxRowsPerFile);

      abstract Builder setPartitionPath(String partitionPath);

      abstract Builder setMaxOpenFiles(Integer maxOpenFiles);

      abstract Builder setCompactOlderThan(String age);

      abstract Config build();
    }
  }

  @Override
  public String description() {
    return """
           Writes rows to CSV files of a directory (RFC 4180, UTF-8, line feeds).

           The files become visible together, when all of them are complete, as
           `part-…` files beside a manifest in `_manifests`; a run that is repeated
           publishes once. A reader of the directory in Beamhouse follows the manifests,
           any other reader may use a pattern such as `/lake/bronze/users/part-*`.

           Gives one row for each published file: path, rows, bytes, sha256, manifest.""";
  }

  @Override
  public String example() {
    return """
           type: WriteToCsv
           config:
             path: /lake/bronze/users
             delimiter: ";"
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
    return RunBoundFiles.of(
        config.getPath(),
        () -> format(config),
        new RunBoundFiles.Layout(
            config.getMaxRowsPerFile(),
            config.getPartitionPath(),
            config.getMaxOpenFiles(),
            config.getCompactOlderThan()));
  }

  private static CsvFormat format(Config config) {
    Problems problems = new Problems();
    CsvOptions csv =
        Defaults.checked(
            problems,
            () ->
                CsvKeys.options(
                    config.getDelimiter(),
                    null,
                    config.getHeader(),
                    config.getNullToken() == null ? null : List.of(config.getNullToken()),
                    null,
                    null),
            CsvOptions.DEFAULT);
    Compression compression =
        Defaults.checked(problems, () -> Compression.of(config.getCompression()), Compression.NONE);
    problems.throwIfAny();
    return new CsvFormat(csv, compression);
  }
}
