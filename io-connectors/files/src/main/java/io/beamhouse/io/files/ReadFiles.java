package io.beamhouse.io.files;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.core.row.SchemaContract;
import io.beamhouse.io.core.manifest.Manifests;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.annotation.Nullable;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.display.DisplayData;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PInput;
import org.apache.beam.sdk.values.POutput;
import org.apache.beam.sdk.values.PValue;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.hadoop.fs.FileStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the files that a path means: a file, a directory or a pattern.
 *
 * <p>Output: bounded rows with the given schema, else the one of the manifests or Parquet footers,
 * else one guessed from the first 10,000 records of the first 10 files (INT64, DOUBLE, BOOLEAN,
 * STRING; all nullable). A directory with Beamhouse manifests is read by these, whatever else lies
 * there. The list of files is made when the transform is applied.
 *
 * <p>A file is read as a stream by one worker, one record in memory (Parquet: one row group); large
 * files are not split. Length and modification time are compared before and after reading, and the
 * checksum and number of rows where a manifest has them: SourceChangedException,
 * SourceFailedException. A bad record is a DataRefusedException that names file and line, or with
 * {@link #withQuarantine} a row of {@link io.beamhouse.core.row.Quarantined#schema} whose
 * failed_row has the record's text ({@code record}) or, when it is not in the file's encoding, its
 * bytes ({@code record_bytes}). A header that does not match refuses the whole file, unless {@link
 * #withSchemaContract} says otherwise: then each file is opened for its columns when the transform
 * is applied. Gzip is unpacked whatever the file's name.
 */
@Evolving
public final class ReadFiles extends PTransform<PBegin, ReadFiles.Result> {
  /** Longest record by default: 16 MiB. */
  public static final int DEFAULT_MAX_RECORD_BYTES = 16 * 1024 * 1024;

  /** Longest record of a file that Beamhouse published itself: 256 MiB. */
  static final int MAX_PUBLISHED_RECORD_BYTES = 256 * 1024 * 1024;

  private static final Logger LOG = LoggerFactory.getLogger(ReadFiles.class);

  private final String path;
  private final ReadFormat format;
  @Nullable private final Schema schema;
  private final ReadColumns columns;
  private final boolean quarantine;

  ReadFiles(
      String path,
      ReadFormat format,
      @Nullable Schema schema,
      ReadColumns columns,
      boolean quarantine) {
    this.path = path;
    this.format = format;
    this.schema = schema;
    this.columns = columns;
    this.quarantine = quarantine;
  }

  /** Reads records of {@code rows}; columns of CSV are matched by the header's names. */
  public ReadFiles withSchema(Schema rows) {
    return new ReadFiles(path, format, rows, columns, quarantine);
  }

  /** Adds a STRING column with the path of the file. */
  public ReadFiles withFilenameColumn(String column) {
    return new ReadFiles(
        path,
        format,
        schema,
        new ReadColumns(column, columns.source(), columns.step()),
        quarantine);
  }

  /** Adds a STRING column with {@code file:record}, unless the files have it. */
  public ReadFiles withSourceColumn(String column) {
    return new ReadFiles(
        path,
        format,
        schema,
        new ReadColumns(columns.filename(), column, columns.step()),
        quarantine);
  }

  /**
   * Reads texts that are written otherwise than {@link RowText} has them.
   *
   * @param formats by column of the given schema: {@code dd/MM/yyyy} and the like for dates and
   *     times, {@code 1.234,5} for numbers, {@code yes/no} for booleans
   */
  public ReadFiles withFormats(Map<String, String> formats) {
    ReadRules rules = new ReadRules(formats, format.rules().contract());
    return new ReadFiles(path, format.with(rules), schema, columns, quarantine);
  }

  /** Says what happens to columns and types that are not those of the schema. */
  public ReadFiles withSchemaContract(SchemaContract contract) {
    ReadRules rules = new ReadRules(format.rules().formats(), contract);
    return new ReadFiles(path, format.with(rules), schema, columns, quarantine);
  }

  /** Gives bad records as {@link Result#quarantined}. */
  public ReadFiles withQuarantine() {
    return new ReadFiles(path, format, schema, columns, true);
  }

  @Override
  public Result expand(PBegin begin) {
    Problems problems = new Problems();
    format.rules().check(schema, format, quarantine, problems);
    problems.throwIfAny();
    FileSet files = files();
    return begin.apply("Read", RowsFromFiles.of(files, files.schema(), columns, quarantine));
  }

  private FileSet files() {
    try {
      List<FileToRead> plain = new ArrayList<>();
      FileSet published = null;
      for (FileStatus status : FileListing.matches(path)) {
        String found = status.getPath().toString();
        if (status.isFile()) {
          plain.add(FileListing.toRead(status));
        } else if (!Manifests.exist(found)) {
          FileListing.children(status.getPath()).forEach(f -> plain.add(FileListing.toRead(f)));
        } else {
          FileSet more = published(found);
          published = published == null ? more : published.and(more);
        }
      }
      if (plain.isEmpty() && published == null && schema == null) {
        throw new SourceFailedException(
            "No file matches " + path + " and no schema is given. Check the path.");
      }
      FileSet others = plain.isEmpty() && published != null ? null : plain(plain);
      if (published == null) {
        return others;
      }
      FileSchemas.checkSame(schema, published.schema(), path);
      return others == null ? published : published.and(others);
    } catch (IOException e) {
      throw new SourceFailedException(
          "Could not list " + path + ": " + e.getMessage() + ". Check access and run again.", e);
    }
  }

  private FileSet plain(List<FileToRead> files) {
    SchemaDrift drift = SchemaDrift.of(files, format, schema);
    if (!drift.changes().isEmpty()) {
      LOG.info("{}: {}", path, drift.changes());
    }
    return FileSet.ofFiles(files, format, drift.schema());
  }

  private static FileSet published(String directory) throws IOException {
    return FileSet.ofManifests(
        directory, Manifests.at(directory).all(), MAX_PUBLISHED_RECORD_BYTES);
  }

  @Override
  public void populateDisplayData(DisplayData.Builder builder) {
    super.populateDisplayData(builder);
    builder.add(DisplayData.item("path", path).withLabel("Path"));
  }

  /**
   * What was read.
   *
   * @param rows the good records
   * @param quarantined the bad ones; null when no quarantine was asked for
   */
  @Evolving
  public record Result(PCollection<Row> rows, @Nullable PCollection<Row> quarantined)
      implements POutput {
    private static final TupleTag<Row> ROWS = new TupleTag<>("output");
    private static final TupleTag<Row> QUARANTINED = new TupleTag<>("quarantined");

    @Override
    public Pipeline getPipeline() {
      return rows.getPipeline();
    }

    @Override
    public Map<TupleTag<?>, PValue> expand() {
      Map<TupleTag<?>, PValue> outputs = new LinkedHashMap<>();
      outputs.put(ROWS, rows);
      if (quarantined != null) {
        outputs.put(QUARANTINED, quarantined);
      }
      return outputs;
    }

    @Override
    public void finishSpecifyingOutput(
        String transformName, PInput input, PTransform<?, ?> transform) {}
  }
}
