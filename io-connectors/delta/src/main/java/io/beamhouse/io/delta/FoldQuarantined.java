package io.beamhouse.io.delta;

import static io.beamhouse.io.delta.QuarantineTable.ID;
import static io.beamhouse.io.delta.QuarantineTable.PIPELINE;
import static io.beamhouse.io.delta.QuarantineTable.RESOLVED_BY;

import io.beamhouse.io.core.increment.SinkContext;
import io.beamhouse.io.core.staging.RowStaging;
import io.beamhouse.io.core.staging.TallyRecords;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import javax.annotation.Nullable;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.Row;

/**
 * Brings records that were refused together with what the table knows of them, by id, and gives the
 * changes that are merged: as many as rows came in, so that counts add up; those of one id are the
 * same.
 *
 * <p>The table's version is fixed when the pipeline is built, so a retry gives the same. Records
 * that were replayed and are not among the refused ones become resolved.
 *
 * <p>Memory: the records of a bucket, one of as many as the merge behind it has, and {@value
 * #MOST_SOUGHT} records or {@value #MOST_BYTES} bytes more.
 */
final class FoldQuarantined
    extends PTransform<PCollection<KV<Integer, byte[]>>, PCollection<KV<Integer, byte[]>>> {
  private static final KvCoder<Integer, byte[]> CODER =
      KvCoder.of(VarIntCoder.of(), ByteArrayCoder.of());

  /** The table is searched for so many records at once, and those of the bucket that ends them. */
  private static final int MOST_SOUGHT = 10_000;

  private static final int MOST_BYTES = 16 << 20;

  private final QuarantineTable table;
  private final SinkContext run;
  private final RowStaging merge;
  private final transient @Nullable PCollection<Row> replayed;

  FoldQuarantined(
      QuarantineTable table,
      SinkContext run,
      RowStaging merge,
      @Nullable PCollection<Row> replayed) {
    this.table = table;
    this.run = run;
    this.merge = merge;
    this.replayed = replayed;
  }

  @Override
  public PCollection<KV<Integer, byte[]>> expand(PCollection<KV<Integer, byte[]>> records) {
    PCollectionList<KV<Integer, byte[]>> all = PCollectionList.of(records);
    if (replayed != null) {
      all = all.and(replayed.apply("Replayed", ParDo.of(new ReplayedFn(run))).setCoder(CODER));
    }
    return all.apply("Together", Flatten.pCollections())
        .apply("Buckets", GroupByKey.create())
        .apply("Fold", ParDo.of(new FoldFn(KnownRecords.of(table), merge)))
        .setCoder(CODER);
  }

  /** Makes this pipeline's rows what they become unless they are refused again: resolved. */
  private static final class ReplayedFn extends DoFn<Row, KV<Integer, byte[]>> {
    private final String pipeline;
    private final String by;

    ReplayedFn(SinkContext run) {
      this.pipeline = run.pipeline();
      this.by = "replay " + run.run();
    }

    @ProcessElement
    public void process(@Element Row row, OutputReceiver<KV<Integer, byte[]>> out) {
      if (row.getString(PIPELINE).equals(pipeline)) {
        Row resolved = QuarantineBytes.with(row, RESOLVED_BY, by);
        out.output(
            KV.of(QuarantineStaging.bucket(row.getString(ID)), QuarantineBytes.of(resolved)));
      }
    }
  }

  /**
   * Folds buckets, and searches the table for the records of several at once: on Spark, in a run
   * that refuses little, once a partition.
   */
  private static final class FoldFn
      extends DoFn<KV<Integer, Iterable<byte[]>>, KV<Integer, byte[]>> {
    private final KnownRecords known;
    private final RowStaging merge;
    private transient RowStaging.Stage stage;
    private transient Map<String, FoldedRecord> folded;
    private transient long bytes;

    FoldFn(KnownRecords known, RowStaging merge) {
      this.known = known;
      this.merge = merge;
    }

    @Setup
    public void setUp() {
      stage = merge.start();
    }

    @StartBundle
    public void startBundle() {
      forget();
    }

    private void forget() {
      folded = new HashMap<>();
      bytes = 0;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<byte[]>> bucket, OutputReceiver<KV<Integer, byte[]>> out) {
      if (bucket.getKey() == TallyRecords.KEY) {
        bucket.getValue().forEach(tally -> out.output(KV.of(TallyRecords.KEY, tally)));
        return;
      }
      for (byte[] record : bucket.getValue()) {
        Row row = QuarantineBytes.row(record);
        folded.computeIfAbsent(row.getString(ID), id -> new FoldedRecord()).add(row, record);
        bytes += record.length;
      }
      if (folded.size() >= MOST_SOUGHT || bytes >= MOST_BYTES) {
        flush(out::output);
      }
    }

    @FinishBundle
    public void finishBundle(FinishBundleContext context) {
      flush(
          record ->
              context.output(record, GlobalWindow.INSTANCE.maxTimestamp(), GlobalWindow.INSTANCE));
    }

    private void flush(Consumer<KV<Integer, byte[]>> out) {
      if (folded.isEmpty()) {
        return;
      }
      Map<String, Row> stored = known.find(folded.keySet());
      RowStaging.Records records = records(out);
      stage.begin();
      folded.forEach(
          (id, record) -> {
            Row change = record.change(stored.get(id));
            for (long i = record.rows(); i > 0; i--) {
              stage.stage(change, records);
            }
          });
      stage.finish(records);
      forget();
    }

    private static RowStaging.Records records(Consumer<KV<Integer, byte[]>> out) {
      return new RowStaging.Records() {
        @Override
        public void add(int key, byte[] record) {
          out.accept(KV.of(key, record));
        }

        @Override
        public void refuse(Row row) {
          throw new IllegalStateException("every row of the quarantine table can be merged");
        }
      };
    }
  }
}
