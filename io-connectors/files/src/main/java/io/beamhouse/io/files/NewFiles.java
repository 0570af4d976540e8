package io.beamhouse.io.files;

import io.beamhouse.core.error.Problems;
import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.error.StateRefusedException;
import io.beamhouse.io.core.increment.Increment;
import io.beamhouse.io.core.increment.IncrementalSource;
import io.beamhouse.io.core.increment.MixedOutputs;
import io.beamhouse.io.core.increment.OnlyOutput;
import io.beamhouse.io.core.increment.PlanRequest;
import io.beamhouse.io.core.manifest.Manifests;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.schemas.transforms.providers.ErrorHandling;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.Row;

/**
 * The files that are new or changed since the last run.
 *
 * <p>A directory with manifests is followed by these: {@link NewManifests}. Anything else is listed
 * and compared with what was seen: {@link NewPlainFiles}. Files with facts in the plan are the same
 * whenever they are read, or the read fails; hence replayable. An increment is one chunk. Applied
 * outside of the increment protocol, reads all files that are there.
 */
final class NewFiles extends SchemaTransform implements IncrementalSource {
  /**
   * @param format null when manifests tell
   * @param schema null when manifests or the files tell
   * @param errorOutput for bad records; empty when they fail the run
   * @param ignoreMissing whether a path that does not exist is nothing new
   * @param newestOnly whether each run of a publisher takes the place of the ones before
   */
  record Settings(
      String path,
      ReadFormat format,
      Schema schema,
      Duration minAge,
      long maxFiles,
      long maxBytes,
      boolean readChanged,
      ReadColumns columns,
      int maxRecordBytes,
      String errorOutput,
      boolean ignoreMissing,
      boolean newestOnly) {}

  private final Settings settings;

  private NewFiles(Settings settings) {
    this.settings = settings;
  }

  static NewFiles of(ReadNewFilesProvider.Config config) {
    Problems problems = new Problems();
    int maxRecordBytes =
        Defaults.checked(problems, () -> Defaults.maxRecordBytes(config.getMaxRecordBytes()), 1);
    Duration minAge =
        Defaults.checked(
            problems, () -> Defaults.duration("min_age", config.getMinAge()), Duration.ZERO);
    Schema schema = Defaults.checked(problems, () -> Defaults.schema(config.getSchema()), null);
    long maxFiles =
        Defaults.checked(
            problems, () -> Defaults.atLeastOne("max_files", config.getMaxFiles()), 1L);
    long maxBytes =
        Defaults.checked(
            problems, () -> Defaults.atLeastOne("max_bytes", config.getMaxBytes()), 1L);
    ReadRules rules =
        Defaults.checked(
            problems,
            () -> SchemaContractKeys.rules(config.getFormats(), config.getSchemaContract()),
            ReadRules.NONE);
    ReadFormat format = Defaults.checked(problems, () -> format(config, maxRecordBytes), null);
    ErrorHandling errors = config.getErrorHandling();
    if (problems.isEmpty()) {
      rules.check(schema, format, errors != null, problems);
    }
    FilesRead.check(errors, problems);
    String onChanged = config.getOnChanged() == null ? "fail" : config.getOnChanged();
    if (!onChanged.equals("fail") && !onChanged.equals("read")) {
      problems.add("on_changed", "is '" + onChanged + "'; allowed are fail, read");
    }
    oneOf("on_missing", config.getOnMissing(), "fail", "ignore", problems);
    oneOf("manifests", config.getManifests(), "all", "newest", problems);
    boolean newestOnly = "newest".equals(config.getManifests());
    if (newestOnly && (config.getMaxFiles() != null || config.getMaxBytes() != null)) {
      problems.add("manifests", "newest does not go with max_files or max_bytes");
    }
    problems.throwIfAny();
    return new NewFiles(
        new Settings(
            config.getPath(),
            format == null ? null : format.with(rules),
            schema,
            minAge,
            maxFiles,
            maxBytes,
            onChanged.equals("read"),
            new ReadColumns(
                Defaults.text(config.getFilenameColumn()),
                Defaults.text(config.getSourceColumn()),
                "ReadNewFiles"),
            maxRecordBytes,
            errors == null ? "" : errors.getOutput(),
            "ignore".equals(config.getOnMissing()),
            newestOnly));
  }

  private static void oneOf(
      String key, String given, String usual, String other, Problems problems) {
    if (given != null && !given.equals(usual) && !given.equals(other)) {
      problems.add(key, "is '" + given + "'; allowed are " + usual + ", " + other);
    }
  }

  private static ReadFormat format(ReadNewFilesProvider.Config config, int maxRecordBytes) {
    CsvOptions csv =
        CsvKeys.options(
            config.getDelimiter(),
            config.getQuote(),
            config.getHeader(),
            config.getNullToken(),
            config.getComment(),
            config.getEncoding());
    if (config.getFormat() == null) {
      return null;
    }
    return switch (config.getFormat().toLowerCase(Locale.ROOT)) {
      case CsvFormat.NAME ->
          new CsvRead(
              csv,
              config.getGuessTypes() == null || config.getGuessTypes(),
              maxRecordBytes,
              ReadRules.NONE);
      case JsonFormat.NAME -> new JsonRead(maxRecordBytes);
      case ParquetFormat.NAME -> new ParquetRead();
      default ->
          throw new SpecException(
              "format", "is '" + config.getFormat() + "'; allowed are csv, json, parquet");
    };
  }

  @Override
  public PCollectionRowTuple expand(PCollectionRowTuple input) {
    ReadFormat format =
        settings.format() == null
            ? new CsvRead(CsvOptions.DEFAULT, settings.maxRecordBytes())
            : settings.format();
    ReadFiles read =
        new ReadFiles(
            settings.path(), format, settings.schema(), settings.columns(), quarantines());
    return outputs(input.getPipeline().apply("Read", read), settings.errorOutput());
  }

  private boolean quarantines() {
    return !settings.errorOutput().isEmpty();
  }

  private static PCollectionRowTuple outputs(ReadFiles.Result result, String errorOutput) {
    PCollectionRowTuple rows = PCollectionRowTuple.of("output", result.rows());
    return errorOutput.isEmpty() ? rows : rows.and(errorOutput, result.quarantined());
  }

  @Override
  public Map<String, Schema> errorOutputs() {
    return quarantines() ? Map.of(settings.errorOutput(), ReadTask.QUARANTINED) : Map.of();
  }

  @Override
  public boolean replayable() {
    return true;
  }

  @Override
  public Increment plan(PlanRequest request) {
    try {
      if (settings.ignoreMissing() && FileListing.isMissing(settings.path())) {
        return nothingThere(request);
      }
      boolean manifests =
          !FileListing.isPattern(settings.path())
              && !FileListing.isOnTheWeb(settings.path())
              && Manifests.exist(settings.path());
      NewFilesJson.Position position = NewFilesJson.position(request.position());
      if (position.isManifests() && !manifests) {
        throw new StateRefusedException(
            settings.path()
                + " had manifests when it was last read and has none now: it was emptied or made"
                + " anew. Nothing was read. Choose: restore it; or reset this state, which reads"
                + " everything that is there now.");
      }
      if (!manifests && settings.format() == null && settings.ignoreMissing()) {
        // The directory's first publisher is still at work.
        return nothingThere(request);
      }
      if (position.isFiles() && manifests) {
        throw new StateRefusedException(
            settings.path()
                + " has manifests now and had none when it was last read, so that files would be"
                + " read twice. Nothing was read. Choose: read by a pattern as before; or reset"
                + " this state.");
      }
      if (manifests && settings.format() != null && settings.format().rules().contract().exists()) {
        throw new SpecException(
            "schema_contract", "does not go with manifests, which have their own schemas");
      }
      return manifests
          ? new NewManifests(settings).plan(request, position)
          : new NewPlainFiles(settings).plan(request, position);
    } catch (IOException e) {
      throw new SourceFailedException(
          "Could not list "
              + settings.path()
              + ": "
              + e.getMessage()
              + ". Check that the store is reachable and run again.",
          e);
    }
  }

  private Increment nothingThere(PlanRequest request) {
    return increment(
        settings,
        Schema.of(),
        null,
        request.position().orElseGet(() -> NewFilesJson.start("nothing").toString()),
        Map.of("missing", settings.path()));
  }

  @Override
  public Session open(Increment increment, int chunk, long run) {
    return new FilesSession(
        RowsFromFiles.of(files(increment), increment.schema(), settings.columns(), quarantines()),
        settings.errorOutput());
  }

  /** Returns what the one chunk of {@code increment} means. */
  FileSet files(Increment increment) {
    String chunk = increment.chunks().get(0);
    try {
      return NewFilesJson.isManifests(chunk)
          ? new NewManifests(settings).files(chunk)
          : new NewPlainFiles(settings).files(chunk);
    } catch (IOException e) {
      throw new SourceFailedException(
          "Could not look up the planned files of " + settings.path() + ": " + e.getMessage(), e);
    }
  }

  ReadColumns columns() {
    return settings.columns();
  }

  /** Makes the increment that both kinds of plan end in. */
  static Increment increment(
      Settings settings, Schema schema, String chunk, String position, Map<String, String> facts) {
    Schema known = settings.format() == null ? schema : settings.format().rules().rows(schema);
    Schema rows =
        ReadTask.withColumns(known, settings.columns().filename(), settings.columns().source());
    return new Increment(rows, chunk == null ? List.of() : List.of(chunk), position, facts);
  }

  private record FilesSession(RowsFromFiles read, String errorOutput) implements Session {
    @Override
    public PTransform<PBegin, PCollection<Row>> rows() {
      return new OnlyRows(read);
    }

    @Override
    public PTransform<PBegin, PCollectionRowTuple> outputs() {
      return errorOutput.isEmpty()
          ? new OnlyOutput(rows())
          : new MixedOutputs(read.mixed(), read.sorting(errorOutput));
    }

    @Override
    public void close() {}
  }

  private static final class OnlyRows extends PTransform<PBegin, PCollection<Row>> {
    private final transient RowsFromFiles read;

    OnlyRows(RowsFromFiles read) {
      this.read = read;
    }

    @Override
    public PCollection<Row> expand(PBegin begin) {
      return begin.apply("Read", read).rows();
    }
  }
}
