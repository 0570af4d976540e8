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

/** Offers {@link NewFiles}. */
@Internal
@AutoService(SchemaTransformProvider.class)
public final class ReadNewFilesProvider extends TransformProvider<ReadNewFilesProvider.Config> {
  public ReadNewFilesProvider() {
    super("ReadNewFiles", Config.class);
  }

  /** What a spec says. */
  @DefaultSchema(AutoValueSchema.class)
  @AutoValue
  public abstract static class Config {
    @SchemaFieldDescription(
        "A directory, or a pattern with *, ?, [a-c] or {a,b}. A directory with "
            + "manifests is followed by these.")
    public abstract String getPath();

    @SchemaFieldDescription(
        "csv, json or parquet. Required, but not for a directory with manifests.")
    @Nullable
    public abstract String getFormat();

    @SchemaFieldDescription(
        "The records' fields as JSON: [{\"name\": \"id\", \"type\": \"INT64\"}, {\"name\": "
            + "\"name\", \"type\": \"STRING\", \"nullable\": true}]. Default: that "
            + "of the manifests, "
            + "else guessed from the first records.")
    @Nullable
    public abstract String getSchema();

    @SchemaFieldDescription(
        "How long a file must have been left alone, such as 30s, 5m or 1h. Default 0s. "
            + "Means nothing for manifests, which are complete from the start.")
    @Nullable
    public abstract String getMinAge();

    @SchemaFieldDescription(
        "At most this many files in one run, the oldest first; manifests are not "
            + "divided. Default no limit.")
    @Nullable
    public abstract Integer getMaxFiles();

    @SchemaFieldDescription(
        "At most this many bytes in one run, but at least one file. Default no limit.")
    @Nullable
    public abstract Long getMaxBytes();

    @SchemaFieldDescription(
        "What to do with a file that was read before and has changed: fail (default), "
            + "or read it again as a whole.")
    @Nullable
    public abstract String getOnChanged();

    @SchemaFieldDescription(
        "What to do when the path does not exist (a pattern: its fixed beginning) or, without a"
            + " format, has no manifests yet: fail (default), or ignore, which is nothing new.")
    @Nullable
    public abstract String getOnMissing();

    @SchemaFieldDescription(
        "Of a directory with manifests: all (default), or only those of the newest run, when each"
            + " run has everything anew and takes the place of the ones before.")
    @Nullable
    public abstract String getManifests();

    @SchemaFieldDescription(
        "false: columns whose type no schema gives are STRING, as they came. Default true: guessed"
            + " from the first records.")
    @Nullable
    public abstract Boolean getGuessTypes();

    @SchemaFieldDescription("Between fields: one ASCII character, or \\t. Default a comma.")
    @Nullable
    public abstract String getDelimiter();

    @SchemaFieldDescription(
        "Lines that begin with this ASCII character are no records. Default none.")
    @Nullable
    public abstract String getComment();

    @SchemaFieldDescription("Whether each file begins with the names of the columns. Default true.")
    @Nullable
    public abstract Boolean getHeader();

    @SchemaFieldDescription(
        "The unquoted text that stands for NULL, or several of them. Default is nothing, so that"
            + " the empty string is \"\".")
    @Nullable
    public abstract List<String> getNullToken();

    @SchemaFieldDescription(
        "Around fields: one ASCII character, or none when quotes mean nothing, so that a record is"
            + " a line. Default \".")
    @Nullable
    public abstract String getQuote();

    @SchemaFieldDescription(
        "UTF-8 (default) or a charset of one byte per character such as windows-1252.")
    @Nullable
    public abstract String getEncoding();

    @SchemaFieldDescription(
        "How values are written, by column of the schema: a pattern like dd/MM/yyyy for dates and"
            + " times, an example like 1.234,5 for numbers, yes/no for booleans. Default ISO-8601,"
            + " a decimal point, true/false.")
    @Nullable
    public abstract Map<String, String> getFormats();

    @SchemaFieldDescription(
        "What happens when files no longer have the schema. Default: CSV: a header with other columns refuses the file; JSON: another member is a bad record; Parquet: the schema grows, another type fails the run.")
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
      return new AutoValue_ReadNewFilesProvider_Config.Builder();
    }

    @AutoValue.Builder
    abstract static class Builder {
      abstract Builder setPath(String path);

      abstract Builder setFormat(String format);

      abstract Builder setSchema(String schema);

      abstract Builder setMinAge(String minAge);

      abstract Builder setMaxFiles(Integer maxFiles);

      abstract Builder setMaxBytes(Long maxBytes);

      abstract Builder setOnChanged(String onChanged);

      abstract Builder setOnMissing(String onMissing);

      abstract Builder setManifests(String manifests);

      abstract Builder setGuessTypes(Boolean guessTypes);

      abstract Builder setDelimiter(String delimiter);

      abstract Builder setComment(String comment);

      abstract Builder setHeader(Boolean header);

      abstract Builder setNullToken(List<String> nullToken);

      abstract Builder setQuote(String quote);

      abstract Builder setEncoding(String encoding);

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
        Reads the files that are new or changed since the last run.

        Files are known by path, length and modification time, so that files with
        equal times are never lost; manifests by what they are. What a run reads is
        fixed in its plan with these facts, and compared before and after reading.

        A guessed schema is kept, so that later files are read with the same. With
        `schema_contract` each new file is opened for its columns before anything is
        read, and what changed stands in the report as `schema_changes`.""";
  }

  @Override
  public String example() {
    return """
        type: ReadNewFiles
        config:
          path: /in/users-*.csv
          format: csv
          min_age: 1m
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
    return NewFiles.of(config);
  }
}
