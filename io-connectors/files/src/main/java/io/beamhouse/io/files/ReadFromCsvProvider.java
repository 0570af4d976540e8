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

/** Offers {@link FilesIO#readCsv(String)}. */
@Internal
@AutoService(SchemaTransformProvider.class)
public final class ReadFromCsvProvider extends TransformProvider<ReadFromCsvProvider.Config> {
  public ReadFromCsvProvider() {
    super("ReadFromCsv", Config.class);
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
        "What happens when files no longer have the schema. Default: a header with other columns refuses the file, another type is a bad record.")
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
      return new AutoValue_ReadFromCsvProvider_Config.Builder();
    }

    @AutoValue.Builder
    abstract static class Builder {
      abstract Builder setPath(String path);

      abstract Builder setSchema(String schema);

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
        Reads CSV and TSV files (RFC 4180, strict).

        A file is refused as a whole when its header does not match or it changes
        while it is read; length, checksum and number of rows are compared where a
        manifest has them. Gzip is unpacked. With `error_handling`, bad records come
        with their raw text, what is wrong, and file and line.""";
  }

  @Override
  public String example() {
    return """
        type: ReadFromCsv
        config:
          path: /in/users-*.csv
          delimiter: ";"
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
        () ->
            new CsvRead(
                CsvKeys.options(
                    config.getDelimiter(),
                    config.getQuote(),
                    config.getHeader(),
                    config.getNullToken(),
                    config.getComment(),
                    config.getEncoding()),
                config.getGuessTypes() == null || config.getGuessTypes(),
                Defaults.maxRecordBytes(config.getMaxRecordBytes()),
                ReadRules.NONE),
        () -> SchemaContractKeys.rules(config.getFormats(), config.getSchemaContract()),
        config.getSchema(),
        new ReadColumns(
            Defaults.text(config.getFilenameColumn()),
            Defaults.text(config.getSourceColumn()),
            "ReadFromCsv"),
        config.getErrorHandling());
  }
}
