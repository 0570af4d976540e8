package io.beamhouse.io.files;

import io.beamhouse.core.error.Problems;
import io.beamhouse.core.error.StorageFailedException;
import io.beamhouse.core.rowwise.Gate;
import io.beamhouse.io.core.increment.Committed;
import io.beamhouse.io.core.increment.Compacting;
import io.beamhouse.io.core.increment.Delivery;
import io.beamhouse.io.core.increment.EarlierRows;
import io.beamhouse.io.core.increment.SinkContext;
import io.beamhouse.io.core.increment.StagingSink;
import io.beamhouse.io.core.manifest.CaptureSink;
import io.beamhouse.io.core.manifest.Manifest;
import io.beamhouse.io.core.manifest.ManifestName;
import io.beamhouse.io.core.manifest.Manifests;
import io.beamhouse.io.core.manifest.PublishFiles;
import io.beamhouse.io.core.manifest.RowFileFormat;
import io.beamhouse.io.core.staging.RowStaging;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.Row;

/** What the write providers give: {@link PublishFiles} that can be bound to a run. */
final class RunBoundFiles extends SchemaTransform implements CaptureSink, StagingSink, Compacting {
  /** How many runs come together before their files do. */
  private static final int COMPACTED_RUNS = 64;

  private final String directory;
  private final RowFileFormat format;
  private final PublishFiles publish;
  private final Duration compactOlderThan;

  private RunBoundFiles(
      String directory, RowFileFormat format, PublishFiles publish, Duration compactOlderThan) {
    this.directory = directory;
    this.format = format;
    this.publish = publish;
    this.compactOlderThan = compactOlderThan;
  }

  /**
   * How rows are spread over files.
   *
   * @param maxRowsPerFile null for the default
   * @param partitionPath null for one directory
   * @param maxOpenFiles null for the default
   * @param compactOlderThan null for never
   */
  record Layout(
      Long maxRowsPerFile, String partitionPath, Integer maxOpenFiles, String compactOlderThan) {
    static final Layout DEFAULT = new Layout(null, null, null, null);

    PublishFiles of(PublishFiles publish, Problems problems) {
      long rows =
          Defaults.checked(
              problems, () -> Defaults.atLeastOne("max_rows_per_file", maxRowsPerFile), 1L);
      long open =
          Defaults.checked(problems, () -> Defaults.atLeastOne("max_open_files", maxOpenFiles), 1L);
      if (partitionPath == null && maxOpenFiles != null) {
        problems.add("max_open_files", "goes with partition_path only");
      }
      PublishFiles result = maxRowsPerFile == null ? publish : publish.withMaxRowsPerFile(rows);
      if (maxOpenFiles != null) {
        result = result.withMaxOpenFiles((int) open);
      }
      PublishFiles spread = result;
      return partitionPath == null
          ? spread
          : Defaults.checked(problems, () -> spread.withPartitionPath(partitionPath), spread);
    }
  }

  /** Lists every problem of the config at once. */
  static RunBoundFiles of(String directory, Supplier<RowFileFormat> format, Layout layout) {
    Problems problems = new Problems();
    RowFileFormat known =
        Defaults.checked(problems, format, new JsonFormat(Compression.NONE)); // never used
    PublishFiles publish = layout.of(PublishFiles.to(directory, known), problems);
    if (FileListing.isPattern(directory)) {
      problems.add("path", "is the pattern '" + directory + "'; allowed is a directory");
    }
    Duration compactOlderThan =
        layout.compactOlderThan() == null
            ? null
            : Defaults.checked(
                problems,
                () -> Defaults.duration("compact_older_than", layout.compactOlderThan()),
                Duration.ZERO);
    problems.throwIfAny();
    return new RunBoundFiles(directory, known, publish, compactOlderThan);
  }

  @Override
  public PCollectionRowTuple expand(PCollectionRowTuple input) {
    return PCollectionRowTuple.of(
        "output", input.getSinglePCollection().apply("Publish", publish).files());
  }

  @Override
  public Delivery delivery() {
    return Delivery.IDEMPOTENT;
  }

  @Override
  public String target() {
    return format.name() + " files in " + directory;
  }

  /** A directory has no identity of its own; a manifest tells whose it is. */
  @Override
  public Optional<String> targetId() {
    return Optional.empty();
  }

  @Override
  public String directory() {
    return directory;
  }

  @Override
  public RunBoundFiles bind(SinkContext context) {
    return new RunBoundFiles(directory, format, publish.withContext(context), compactOlderThan);
  }

  @Override
  public RowStaging staging(SinkContext context, Schema rows) {
    return publish.withContext(context).staging(rows);
  }

  @Override
  public PTransform<PCollection<KV<Integer, byte[]>>, PCollectionRowTuple> commit(
      SinkContext context, Schema rows, Gate gate) {
    return new CommitStaged(publish.withContext(context).commit(rows, gate));
  }

  /** Names the output. */
  private static final class CommitStaged
      extends PTransform<PCollection<KV<Integer, byte[]>>, PCollectionRowTuple> {
    private final PTransform<PCollection<KV<Integer, byte[]>>, PCollection<Row>> commit;

    CommitStaged(PTransform<PCollection<KV<Integer, byte[]>>, PCollection<Row>> commit) {
      this.commit = commit;
    }

    @Override
    public PCollectionRowTuple expand(PCollection<KV<Integer, byte[]>> records) {
      return PCollectionRowTuple.of("output", records.apply("Publish", commit));
    }
  }

  @Override
  public EarlierRows earlier() {
    return new PublishedRows(directory);
  }

  @Override
  public Optional<Manifest> manifest(SinkContext context) {
    try {
      return Manifests.at(directory).committed(context);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public Optional<Committed> committed(SinkContext context) {
    return manifest(context)
        .map(
            manifest ->
                new Committed(
                    ManifestName.of(manifest).toString(),
                    manifest.planHash(),
                    counts(manifest),
                    manifest.tally(),
                    manifest.judgements()));
  }

  @Override
  public OptionalLong newestRun(String stateId, String sinkId) {
    try {
      return Manifests.at(directory).newestRun(stateId, sinkId);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public Optional<String> compact(String stateId, String sinkId, long run) {
    if (compactOlderThan == null || run % COMPACTED_RUNS != 0) {
      return Optional.empty();
    }
    SinkContext context = new SinkContext(stateId, sinkId, run, 0, 1, "");
    try {
      FilesCompact.Result result =
          FilesIO.compact(directory)
              .withOlderThan(compactOlderThan)
              .withMinFiles(COMPACTED_RUNS)
              .oneRound()
              .run(ManifestName.of(context).publisher());
      return result.filesBefore() + result.purged() == 0
          ? Optional.empty()
          : Optional.of("compacted " + result);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static Map<String, Long> counts(Manifest manifest) {
    Map<String, Long> counts = manifest.counts();
    counts.putIfAbsent("written", manifest.rows());
    return counts;
  }

  private StorageFailedException failed(IOException e) {
    return new StorageFailedException(
        "Could not look at the manifests of "
            + directory
            + ": "
            + e.getMessage()
            + ". Check that the store is reachable and run again.",
        e);
  }
}
