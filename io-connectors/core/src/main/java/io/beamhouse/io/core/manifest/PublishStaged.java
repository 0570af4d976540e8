package io.beamhouse.io.core.manifest;

import io.beamhouse.core.error.StorageFailedException;
import io.beamhouse.core.rowwise.Gate;
import io.beamhouse.core.rowwise.Tally;
import io.beamhouse.io.core.increment.SinkContext;
import io.beamhouse.io.core.staging.GatherRecords;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;

/** The second half of {@link PublishFiles}: brings all records together and publishes. */
final class PublishStaged extends PTransform<PCollection<KV<Integer, byte[]>>, PCollection<Row>> {
  private final String directory;
  private final RowFileFormat format;
  private final Schema schema;
  private final SinkContext context;
  private final Gate gate;

  PublishStaged(
      String directory, RowFileFormat format, Schema schema, SinkContext context, Gate gate) {
    this.directory = directory;
    this.format = format;
    this.schema = schema;
    this.context = context;
    this.gate = gate;
  }

  @Override
  public PCollection<Row> expand(PCollection<KV<Integer, byte[]>> records) {
    return records
        .apply("Gather", GatherRecords.create())
        .apply("Publish", ParDo.of(new PublishFn(directory, format, schema, context, gate)))
        .setRowSchema(PublishFiles.FILE_SCHEMA);
  }

  /** Puts the manifest and renames; may run any number of times, also at once. */
  private static final class PublishFn
      extends DoFn<KV<Integer, Iterable<KV<Integer, byte[]>>>, Row> {
    private final String directory;
    private final RowFileFormat format;
    private final Schema schema;
    private final SinkContext context;
    private final Gate gate;

    PublishFn(
        String directory, RowFileFormat format, Schema schema, SinkContext context, Gate gate) {
      this.directory = directory;
      this.format = format;
      this.schema = schema;
      this.context = context;
      this.gate = gate;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<KV<Integer, byte[]>>> gathered, OutputReceiver<Row> output) {
      List<StagedFile> staged = new ArrayList<>();
      Tally tally =
          GatherRecords.read(
              gathered.getValue(), gate, record -> staged.add(StagedFile.fromBytes(record)));
      gate.ask(tally);
      publish(directory, format, schema, context, staged, tally, output::output);
    }
  }

  /** Publishes and says so; for the rows of {@link PublishFiles#FILE_SCHEMA}. */
  static void publish(
      String directory,
      RowFileFormat format,
      Schema schema,
      SinkContext context,
      List<StagedFile> staged,
      Tally tally,
      Consumer<Row> output) {
    Manifests manifests = Manifests.at(directory);
    try {
      Manifest manifest = manifests.publish(context, format, schema, staged, tally);
      String name = ManifestName.of(context).toString();
      for (Manifest.PublishedFile file : manifest.files()) {
        output.accept(
            Row.withSchema(PublishFiles.FILE_SCHEMA)
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
