package io.beamhouse.io.core.manifest;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.rowwise.Gate;
import io.beamhouse.io.core.increment.SinkContext;
import io.beamhouse.io.core.pane.CommitPanes;
import io.beamhouse.io.core.pane.Pane;
import io.beamhouse.io.core.staging.RowStaging;
import io.beamhouse.io.core.staging.StageRows;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.display.DisplayData;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollection.IsBounded;
import org.apache.beam.sdk.values.PInput;
import org.apache.beam.sdk.values.POutput;
import org.apache.beam.sdk.values.PValue;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Writes rows to files of a directory that become visible together, once, by a {@link Manifest}.
 *
 * <p>Input: rows with a schema that the format can hold; bounded, or unbounded {@link
 * #withStreamToken with a stream token}. Output: one row for each published file ({@link
 * #FILE_SCHEMA}); empty bounded input publishes an empty manifest.
 *
 * <p>Each bundle writes files of its own, rolled at {@code maxRows} (default one million) or {@code
 * maxBytes} (default 128 MiB), and their records, never rows, are grouped under one key: at most
 * {@link Manifests#MAX_FILES}. Retries, duplicates of a bundle and killed workers leave litter in
 * {@code _staging} and nothing else; of two attempts at one run one wins and the other adopts its
 * result whole.
 *
 * <p>With a partition path, rows go to files below directories that their columns name; a bundle
 * holds 32 open files at most; rows of more partitions wait in a temp file until the bundle ends,
 * so that each bundle has one file for each partition.
 *
 * <p>Which run it is says the {@link SinkContext}, or, for embedders, a token: the same token
 * publishes once. Without either, each constructed transform is a run of its own, also when its
 * pipeline is run twice.
 *
 * <p>With a stream token each pane of each window has a manifest of its own, named by window and
 * pane, late ones too; panes without rows have none. The input needs windows that end, or a
 * trigger, and discards fired panes. All rows of a pane are written by one worker, and until then
 * the runner keeps them. A pane that comes again with the same rows is passed over, and one with
 * others is a StateRefusedException: so it is exactly once as far as the runner gives the same
 * panes again, on one with checkpoints always, on the direct runner when source and watermark are
 * the same again.
 *
 * <p>Durable steps: {@code files.stage} (one for each file), {@code files.manifest}, {@code
 * files.publish} (one for each file). Errors: StorageFailedException, StateRefusedException.
 */
@Evolving
public final class PublishFiles extends PTransform<PCollection<Row>, PublishFiles.Published> {
  /** The schema of the output: one row for each published file. */
  public static final Schema FILE_SCHEMA =
      Schema.builder()
          .addStringField("path")
          .addInt64Field("rows")
          .addInt64Field("bytes")
          .addStringField("sha256")
          .addStringField("manifest")
          .build();

  static final long DEFAULT_MAX_ROWS = 1_000_000;
  static final long DEFAULT_MAX_BYTES = 128L * 1024 * 1024;
  static final int DEFAULT_MAX_OPEN_FILES = 32;

  private final String directory;
  private final RowFileFormat format;
  private final SinkContext context;
  private final Limits limits;
  private final @Nullable PartitionPath partition;
  private final @Nullable String stream;

  /**
   * Bounds of what a bundle writes.
   *
   * @param rows of a file
   * @param bytes of a file
   * @param open files at once
   */
  private record Limits(long rows, long bytes, int open) implements Serializable {}

  private PublishFiles(
      String directory,
      RowFileFormat format,
      SinkContext context,
      Limits limits,
      @Nullable PartitionPath partition,
      @Nullable String stream) {
    this.directory = directory;
    this.format = format;
    this.context = context;
    this.limits = limits;
    this.partition = partition;
    this.stream = stream;
  }

  /** Publishes to {@code directory}, which is created when it does not exist. */
  public static PublishFiles to(String directory, RowFileFormat format) {
    return new PublishFiles(
        directory,
        format,
        context(UUID.randomUUID().toString()),
        new Limits(DEFAULT_MAX_ROWS, DEFAULT_MAX_BYTES, DEFAULT_MAX_OPEN_FILES),
        null,
        null);
  }

  /** Writes as the run of {@code run}. */
  public PublishFiles withContext(SinkContext run) {
    return new PublishFiles(directory, format, run, limits, partition, stream);
  }

  /** Writes as the run that {@code token} names: applied twice, it publishes once. */
  public PublishFiles withRunToken(String token) {
    return withContext(context(token));
  }

  /**
   * Publishes each pane of the input by itself, once; required for unbounded input.
   *
   * @param token names the stream among all that write to the directory, the same whenever the
   *     pipeline is started again; 1 to 100 letters, digits, {@code . _ -}
   */
  public PublishFiles withStreamToken(String token) {
    return new PublishFiles(
        directory, format, context, limits, partition, Pane.checkedStream(token));
  }

  public PublishFiles withMaxRowsPerFile(long rows) {
    return withLimits(new Limits(rows, limits.bytes(), limits.open()));
  }

  public PublishFiles withMaxBytesPerFile(long bytes) {
    return withLimits(new Limits(limits.rows(), bytes, limits.open()));
  }

  /**
   * Puts files into directories that a template makes of each row: {@code {at:yyyy/MM/dd/HH/mm}},
   * {@code country={country}}; see {@link PartitionPath}.
   */
  public PublishFiles withPartitionPath(String template) {
    return new PublishFiles(
        directory, format.forManyFiles(), context, limits, PartitionPath.parse(template), stream);
  }

  /**
   * How many partitions' files a bundle holds open, default 32. Rows of more partitions wait in a
   * file of the temp directory until the bundle ends.
   */
  public PublishFiles withMaxOpenFiles(int files) {
    return withLimits(new Limits(limits.rows(), limits.bytes(), files));
  }

  private PublishFiles withLimits(Limits other) {
    return new PublishFiles(directory, format, context, other, partition, stream);
  }

  @Override
  public Published expand(PCollection<Row> rows) {
    Schema schema = rows.getSchema();
    format.check(schema);
    if (stream != null) {
      staging(schema);
      return new Published(
          rows.apply(
                  "Panes",
                  CommitPanes.of(stream, new PublishPanes(this, directory, format, schema)))
              .get(CommitPanes.RESULTS));
    }
    if (rows.isBounded() == IsBounded.UNBOUNDED) {
      throw new SpecException(
          "rows",
          "are unbounded and would be published when they end, which is never - name the stream by"
              + " withStreamToken, so that each pane is published, or run the source in"
              + " increments");
    }
    PCollection<Row> files =
        rows.apply("Stage", StageRows.of(staging(schema)))
            .only()
            .apply("Commit", commit(schema, Gate.OPEN));
    return new Published(files);
  }

  /** How rows become staged files, for a DoFn that makes the rows. */
  public RowStaging staging(Schema schema) {
    format.check(schema);
    if (partition != null) {
      partition.check(schema);
    }
    return new FileStaging(
        Manifests.staging(directory, context),
        format,
        schema,
        partition,
        limits.open(),
        limits.rows(),
        limits.bytes());
  }

  /** Publishes what was staged if {@code gate} lets it; the output is as of the whole. */
  public PTransform<PCollection<KV<Integer, byte[]>>, PCollection<Row>> commit(
      Schema schema, Gate gate) {
    return new PublishStaged(directory, format, schema, context, gate);
  }

  @Override
  public void populateDisplayData(DisplayData.Builder builder) {
    super.populateDisplayData(builder);
    builder
        .add(DisplayData.item("directory", directory).withLabel("Directory"))
        .add(DisplayData.item("format", format.name()).withLabel("Format"))
        .addIfNotDefault(
            DisplayData.item("partition", partition == null ? "" : partition.toString())
                .withLabel("Partition path"),
            "")
        .add(DisplayData.item("run", context.run()).withLabel("Run"));
  }

  private static SinkContext context(String token) {
    String id = UUID.nameUUIDFromBytes(token.getBytes(StandardCharsets.UTF_8)).toString();
    return new SinkContext(id, "token", 1, 0, 1, id);
  }

  /**
   * What was published.
   *
   * @param files one row for each file, with {@link #FILE_SCHEMA}
   */
  @Evolving
  public record Published(PCollection<Row> files) implements POutput {
    private static final TupleTag<Row> FILES = new TupleTag<>("output");

    @Override
    public Pipeline getPipeline() {
      return files.getPipeline();
    }

    @Override
    public Map<TupleTag<?>, PValue> expand() {
      return Map.of(FILES, files);
    }

    @Override
    public void finishSpecifyingOutput(
        String transformName, PInput input, PTransform<?, ?> transform) {}
  }
}
