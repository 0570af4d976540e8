package io.beamhouse.io.core.manifest;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.StorageFailedException;
import io.beamhouse.io.core.increment.SinkContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.display.DisplayData;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollection.IsBounded;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PInput;
import org.apache.beam.sdk.values.POutput;
import org.apache.beam.sdk.values.PValue;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;

/**
 * Writes rows to files of a directory that become visible together, once, by a {@link Manifest}.
 *
 * <p>Input: bounded rows with a schema that the format can hold. Output: one row for each published
 * file ({@link #FILE_SCHEMA}); empty input publishes an empty manifest.
 *
 * <p>Each bundle writes files of its own, rolled at {@code maxRows} (default one million) or {@code
 * maxBytes} (default 128 MiB), and their records, never rows, are grouped under one key: at most
 * {@link Manifests#MAX_FILES}. Retries, duplicates of a bundle and killed workers leave litter in
 * {@code _staging} and nothing else; of two attempts at one run one wins and the other adopts its
 * result whole.
 *
 * <p>Which run it is says the {@link SinkContext}, or, for embedders, a token: the same token
 * publishes once. Without either, each constructed transform is a run of its own, also when its
 * pipeline is run twice.
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

  private final String directory;
  private final RowFileFormat format;
  private final SinkContext context;
  private final long maxRows;
  private final long maxBytes;

  private PublishFiles(
      String directory, RowFileFormat format, SinkContext context, long maxRows, long maxBytes) {
    this.directory = directory;
    this.format = format;
    this.context = context;
    this.maxRows = maxRows;
    this.maxBytes = maxBytes;
  }

  /** Publishes to {@code directory}, which is created when it does not exist. */
  public static PublishFiles to(String directory, RowFileFormat format) {
    return new PublishFiles(
        directory,
        format,
        context(UUID.randomUUID().toString()),
        DEFAULT_MAX_ROWS,
        DEFAULT_MAX_BYTES);
  }

  /** Writes as the run of {@code run}. */
  public PublishFiles withContext(SinkContext run) {
    return new PublishFiles(directory, format, run, maxRows, maxBytes);
  }

  /** Writes as the run that {@code token} names: applied twice, it publishes once. */
  public PublishFiles withRunToken(String token) {
    return withContext(context(token));
  }

  public PublishFiles withMaxRowsPerFile(long rows) {
    return new PublishFiles(directory, format, context, rows, maxBytes);
  }

  public PublishFiles withMaxBytesPerFile(long bytes) {
    return new PublishFiles(directory, format, context, maxRows, bytes);
  }

  @Override
  public Published expand(PCollection<Row> rows) {
    Schema schema = rows.getSchema();
    format.check(schema);
    if (rows.isBounded() == IsBounded.UNBOUNDED) {
      throw new IllegalArgumentException(
          "files are published by bounded pipelines; run an unbounded source in increments");
    }
    KvCoder<String, StagedFile> coder =
        KvCoder.of(StringUtf8Coder.of(), SerializableCoder.of(StagedFile.class));
    PCollection<KV<String, StagedFile>> staged =
        rows.apply("ToGlobalWindow", Window.into(new GlobalWindows()))
            .apply(
                "Stage",
                ParDo.of(
                    new StageFn(
                        Manifests.staging(directory, context), format, schema, maxRows, maxBytes)))
            .setCoder(coder);
    // Empty input must publish too, hence a record that stands for no file.
    PCollection<KV<String, StagedFile>> sentinel =
        rows.getPipeline()
            .apply("Sentinel", Create.of(KV.of(StageFn.KEY, PublishFn.SENTINEL)).withCoder(coder));
    PCollection<Row> files =
        PCollectionList.of(staged)
            .and(sentinel)
            .apply("WithSentinel", Flatten.pCollections())
            .apply("Gather", GroupByKey.create())
            .apply("Publish", ParDo.of(new PublishFn(directory, format, schema, context)))
            .setRowSchema(FILE_SCHEMA);
    return new Published(files);
  }

  @Override
  public void populateDisplayData(DisplayData.Builder builder) {
    super.populateDisplayData(builder);
    builder
        .add(DisplayData.item("directory", directory).withLabel("Directory"))
        .add(DisplayData.item("format", format.name()).withLabel("Format"))
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

  /** Puts the manifest and renames; may run any number of times, also at once. */
  static final class PublishFn extends DoFn<KV<String, Iterable<StagedFile>>, Row> {
    static final StagedFile SENTINEL = new StagedFile("", 0, 0, "", "", Map.of());

    private final String directory;
    private final RowFileFormat format;
    private final Schema schema;
    private final SinkContext context;

    PublishFn(String directory, RowFileFormat format, Schema schema, SinkContext context) {
      this.directory = directory;
      this.format = format;
      this.schema = schema;
      this.context = context;
    }

    @ProcessElement
    public void process(
        @Element KV<String, Iterable<StagedFile>> gathered, OutputReceiver<Row> output) {
      List<StagedFile> staged = new ArrayList<>();
      for (StagedFile file : gathered.getValue()) {
        if (!file.equals(SENTINEL)) {
          staged.add(file);
        }
      }
      Manifests manifests = Manifests.at(directory);
      try {
        Manifest manifest = manifests.publish(context, format, schema, staged);
        String name = ManifestName.of(context).toString();
        for (Manifest.PublishedFile file : manifest.files()) {
          output.output(
              Row.withSchema(FILE_SCHEMA)
                  .addValues(
                      manifests.directory() + "/" + file.name(),
                      file.rows(),
                      file.bytes(),
                      file.checksum(),
                      name)
                  .build());
        }
      } catch (IOException e) {
        throw new StorageFailedException(
            "Could not publish the files of run "
                + context.run()
                + " to "
                + directory
                + ": "
                + e.getMessage()
                + ". Run again: what was published stays, the rest is finished.",
            e);
      }
    }
  }
}
