package io.beamhouse.io.core.manifest;

import io.beamhouse.core.error.StorageFailedException;
import io.beamhouse.core.rowwise.Gate;
import io.beamhouse.core.rowwise.Tally;
import io.beamhouse.io.core.increment.SinkContext;
import io.beamhouse.io.core.staging.TallyRecords;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.Row;

/** The second half of {@link PublishFiles}: brings all records together and publishes. */
final class PublishStaged extends PTransform<PCollection<KV<Integer, byte[]>>, PCollection<Row>> {
  private static final KvCoder<Integer, KV<Integer, byte[]>> CODER =
      KvCoder.of(VarIntCoder.of(), KvCoder.of(VarIntCoder.of(), ByteArrayCoder.of()));

  /** A record that stands for no file: empty input must publish too. */
  private static final int SENTINEL = -2;

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
    PCollection<KV<Integer, KV<Integer, byte[]>>> toOne =
        records.apply("ToOne", ParDo.of(new ToOneFn())).setCoder(CODER);
    PCollection<KV<Integer, KV<Integer, byte[]>>> sentinel =
        records
            .getPipeline()
            .apply("Sentinel", Create.of(KV.of(0, KV.of(SENTINEL, new byte[0]))).withCoder(CODER));
    return PCollectionList.of(toOne)
        .and(sentinel)
        .apply("WithSentinel", Flatten.pCollections())
        .apply("Gather", GroupByKey.create())
        .apply("Publish", ParDo.of(new PublishFn(directory, format, schema, context, gate)))
        .setRowSchema(PublishFiles.FILE_SCHEMA);
  }

  private static final class ToOneFn
      extends DoFn<KV<Integer, byte[]>, KV<Integer, KV<Integer, byte[]>>> {
    @ProcessElement
    public void process(
        @Element KV<Integer, byte[]> record,
        OutputReceiver<KV<Integer, KV<Integer, byte[]>>> output) {
      output.output(KV.of(0, record));
    }
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
      Tally tally = new Tally();
      for (KV<Integer, byte[]> record : gathered.getValue()) {
        if (record.getKey() == TallyRecords.KEY) {
          tally.add(TallyRecords.decode(record.getValue()));
        } else if (record.getKey() != SENTINEL) {
          staged.add(StagedFile.fromBytes(record.getValue()));
        }
      }
      gate.check(tally);
      Manifests manifests = Manifests.at(directory);
      try {
        Manifest manifest = manifests.publish(context, format, schema, staged, tally);
        String name = ManifestName.of(context).toString();
        for (Manifest.PublishedFile file : manifest.files()) {
          output.output(
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
}
