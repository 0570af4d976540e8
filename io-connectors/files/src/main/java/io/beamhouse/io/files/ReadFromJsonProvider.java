package io.beamhouse.io.files;

import com.google.auto.service.AutoService;
import com.google.auto.value.AutoValue;
import io.beamhouse.core.Internal;
import io.beamhouse.core.provider.TransformProvider;
import java.util.List;
import java.util.Map;
import javax.annotation.Nullable;
import org.apache.beam.sdk.schemas.AutoValueSchema;
import org.apache.beam.sdk.schemas.annotations.DefaultSchema;
import org.apache.beam.sdk.schemas.annotations.SchemaFieldDescription;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.schemas.transforms.SchemaTransformProvider;
import org.apache.beam.sdk.schemas.transforms.providers.ErrorHandling;

/** Offers {@link FilesIO#readJson(String)}. */
@Internal
@AutoService(SchemaTransformProvider.class)
public final class ReadFromJsonProvider extends TransformProvider<ReadFromJsonProvider.Config> {
  public ReadFromJsonProvider() {
    super("ReadFromJson", Config.class);
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
        "The records' fields as JSON: [{\"name\": \"id\", \"type\": \"INT64\"}, {\"name\": "
            + "\"name\", \"type\": \"STRING\", \"nullable\": true}]. Default: that "
            + "of the manifests, "
            + "else guessed from the first records.")
    @Nullable
    public abstract String getSchema();

    @SchemaFieldDescription(
        "How values are written, by column of the schema: a pattern like dd/MM/yyyy for dates and"
            + " times, an example like 1.234,5 for numbers, yes/no for booleans. Default ISO-8601,"
            + " a decimal point, true/false.")
    @Nullable
    public abstract Map<String, String> getFormats();

    @SchemaFieldDescription(
        "What happens when files no longer have the schema. Default: another member or type is a bad record, a missing member NULL.")
    @Nullable
    public abstract SchemaContractKeys getSchemaContract();

    @SchemaFieldDescription("Name of a column to add with the path of the file. Default none.")
    @Nullable
    public abstract String getFilenameColumn();

    @SchemaFieldDescription(
        "Name of a column to add with file and record number, unless the files have "
            + "it. Default none.")
    @Nullable
    public abstract String getSourceColumn();

    @SchemaFieldDescription("Longest record; a longer one refuses the file. Default 16777216.")
    @Nullable
    public abstract Integer getMaxRecordBytes();

    @SchemaFieldDescription(
        "Sets bad records aside in the output that it names. Without it the first one "
            + "fails the run.")
    @Nullable
    public abstract ErrorHandling getErrorHandling();

    static Builder builder() {
      return new AutoValue_ReadFromJsonProvider_Config.Builder();
    }

    @AutoValue.Builder
    abstract static class Builder {
      abstract Builder setPath(String path);

      abstract Builder setSchema(String schema);

      abstract Builder setFormats(Map<String, String> formats);

      abstract Builder setSchemaContract(SchemaContractKeys schemaContract);

      abstract Builder setFilenameColumn(String filenameColumn);

      abstract Builder setSourceColumn(String sourceColumn);

      abstract Builder setMaxRecordBytes(Integer maxRecordBytes);

      abstract Builder setErrorHandling(ErrorHandling errorHandling);

      abstract Config build();
    }
  }

  @Override
  public String description() {
    return """
        Reads files with one JSON object per line, in UTF-8.

        A file is refused as a whole when it changes while it
        is read; length, checksum and number of rows are compared where a
        manifest has them. Gzip is unpacked. With `error_handling`, bad records come
        with their raw text, what is wrong, and file and line.""";
  }

  @Override
  public String example() {
    return """
        type: ReadFromJson
        config:
          path: /in/events-*.json
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
        () -> new JsonRead(Defaults.maxRecordBytes(config.getMaxRecordBytes())),
        () -> SchemaContractKeys.rules(config.getFormats(), config.getSchemaContract()),
        config.getSchema(),
        new ReadColumns(
            Defaults.text(config.getFilenameColumn()),
            Defaults.text(config.getSourceColumn()),
            "ReadFromJson"),
        config.getErrorHandling());
  }
}
