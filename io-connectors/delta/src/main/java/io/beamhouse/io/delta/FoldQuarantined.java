package io.beamhouse.io.delta;

import static io.beamhouse.io.delta.QuarantineTable.ATTEMPT;
import static io.beamhouse.io.delta.QuarantineTable.COPIES;
import static io.beamhouse.io.delta.QuarantineTable.FIRST_RUN;
import static io.beamhouse.io.delta.QuarantineTable.ID;
import static io.beamhouse.io.delta.QuarantineTable.PIPELINE;
import static io.beamhouse.io.delta.QuarantineTable.POSITION;
import static io.beamhouse.io.delta.QuarantineTable.RESOLVED_BY;
import static io.beamhouse.io.delta.QuarantineTable.RUN;
import static io.beamhouse.io.delta.QuarantineTable.SCHEMA;

import io.beamhouse.io.core.increment.SinkContext;
import io.beamhouse.io.core.staging.RowStaging;
import io.beamhouse.io.core.staging.TallyRecords;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import javax.annotation.Nullable;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
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
 */
final class FoldQuarantined
    extends PTransform<PCollection<KV<Integer, byte[]>>, PCollection<KV<Integer, byte[]>>> {
  private static final KvCoder<String, KV<Integer, byte[]>> BY_ID =
      KvCoder.of(StringUtf8Coder.of(), KvCoder.of(VarIntCoder.of(), ByteArrayCoder.of()));
  private static final List<String> KNOWN_COLUMNS =
      List.of(ID, PIPELINE, POSITION, COPIES, ATTEMPT, FIRST_RUN, RUN, RESOLVED_BY);
  private static final int REFUSED = 0;
  private static final int KNOWN = 1;
  private static final int REPLAYED = 2;
  private static final int TALLY = 3;

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
    PCollectionList<KV<String, KV<Integer, byte[]>>> all =
        PCollectionList.of(records.apply("ById", ParDo.of(new ByIdFn())).setCoder(BY_ID));
    OptionalLong version = table.version();
    if (version.isPresent()) {
      all =
          all.and(
              records
                  .getPipeline()
                  .apply(
                      "Known",
                      DeltaIO.read()
                          .from(table.path())
                          .withVersion(version.getAsLong())
                          .withColumns(KNOWN_COLUMNS))
                  .apply("KnownById", ParDo.of(new RowByIdFn(KNOWN, run.pipeline())))
                  .setCoder(BY_ID));
    }
    if (replayed != null) {
      all =
          all.and(
              replayed
                  .apply("ReplayedById", ParDo.of(new RowByIdFn(REPLAYED, run.pipeline())))
                  .setCoder(BY_ID));
    }
    return all.apply("Together", Flatten.pCollections())
        .apply("Ids", GroupByKey.create())
        .apply("Fold", ParDo.of(new FoldFn(merge, run.run())))
        .setCoder(KvCoder.of(VarIntCoder.of(), ByteArrayCoder.of()));
  }

  private static final class ByIdFn
      extends DoFn<KV<Integer, byte[]>, KV<String, KV<Integer, byte[]>>> {
    @ProcessElement
    public void process(
        @Element KV<Integer, byte[]> record, OutputReceiver<KV<String, KV<Integer, byte[]>>> out) {
      byte[] bytes = record.getValue();
      out.output(
          record.getKey() == TallyRecords.KEY
              ? KV.of("", KV.of(TALLY, bytes))
              : KV.of(QuarantineBytes.row(bytes).getString(ID), KV.of(REFUSED, bytes)));
    }
  }

  /** Keeps this pipeline's rows; texts that were not read are empty. */
  private static final class RowByIdFn extends DoFn<Row, KV<String, KV<Integer, byte[]>>> {
    private final int kind;
    private final String pipeline;

    RowByIdFn(int kind, String pipeline) {
      this.kind = kind;
      this.pipeline = pipeline;
    }

    @ProcessElement
    public void process(@Element Row row, OutputReceiver<KV<String, KV<Integer, byte[]>>> out) {
      if (row.getString(PIPELINE).equals(pipeline)) {
        Object[] values = new Object[SCHEMA.getFieldCount()];
        for (int i = 0; i < values.length; i++) {
          String name = SCHEMA.getField(i).getName();
          values[i] = row.getSchema().hasField(name) ? row.getValue(name) : "";
        }
        Row whole = Row.withSchema(SCHEMA).attachValues(values);
        out.output(KV.of(row.getString(ID), KV.of(kind, QuarantineBytes.of(whole))));
      }
    }
  }

  private static final class FoldFn
      extends DoFn<KV<String, Iterable<KV<Integer, byte[]>>>, KV<Integer, byte[]>> {
    private final RowStaging merge;
    private final long run;
    private transient RowStaging.Stage stage;

    FoldFn(RowStaging merge, long run) {
      this.merge = merge;
      this.run = run;
    }

    @Setup
    public void setUp() {
      stage = merge.start();
    }

    @ProcessElement
    public void process(
        @Element KV<String, Iterable<KV<Integer, byte[]>>> group,
        OutputReceiver<KV<Integer, byte[]>> out) {
      if (group.getKey().isEmpty()) {
        group.getValue().forEach(tally -> out.output(KV.of(TallyRecords.KEY, tally.getValue())));
        return;
      }
      long refused = 0;
      byte[] reason = null;
      Row known = null;
      Row replayed = null;
      for (KV<Integer, byte[]> one : group.getValue()) {
        switch (one.getKey()) {
          case KNOWN -> known = QuarantineBytes.row(one.getValue());
          case REPLAYED -> replayed = QuarantineBytes.row(one.getValue());
          default -> {
            refused++;
            // Whatever order they come in, the same one is kept.
            reason =
                reason == null || Arrays.compare(one.getValue(), reason) < 0
                    ? one.getValue()
                    : reason;
          }
        }
      }
      if (reason == null && replayed == null) {
        return;
      }
      Row change = change(refused, reason, known, replayed);
      stage.begin();
      for (long i = refused + (replayed == null ? 0 : 1); i > 0; i--) {
        stage.stage(change, records(out));
      }
      stage.finish(records(out));
    }

    private static RowStaging.Records records(OutputReceiver<KV<Integer, byte[]>> out) {
      return new RowStaging.Records() {
        @Override
        public void add(int key, byte[] record) {
          out.output(KV.of(key, record));
        }

        @Override
        public void refuse(Row row) {
          throw new IllegalStateException("every row of the quarantine table can be merged");
        }
      };
    }

    private Row change(long refused, byte[] reason, Row known, Row replayed) {
      long waiting = waiting(known, replayed);
      if (refused == 0) {
        return waiting == 0
            ? QuarantineBytes.with(replayed, RESOLVED_BY, "replay " + run)
            : stillWaiting(replayed, known, waiting);
      }
      Row change = QuarantineBytes.row(reason);
      Row before = known == null ? replayed : known;
      if (before != null) {
        change = QuarantineBytes.with(change, ATTEMPT, before.getInt32(ATTEMPT) + 1);
        change = QuarantineBytes.with(change, FIRST_RUN, before.getInt64(FIRST_RUN));
      }
      if (replayed != null) {
        // A replay has numbers of its own.
        change = QuarantineBytes.with(change, RUN, before.getInt64(RUN));
      }
      return QuarantineBytes.with(change, COPIES, refused + waiting);
    }

    /** An equal record came after the replay had chosen its own. */
    private static Row stillWaiting(Row replayed, Row known, long copies) {
      Row row = QuarantineBytes.with(replayed, COPIES, copies);
      row = QuarantineBytes.with(row, ATTEMPT, known.getInt32(ATTEMPT));
      return QuarantineBytes.with(row, RUN, known.getInt64(RUN));
    }

    /**
     * Equal records that the table knows beside those at hand. One with a position is the same
     * record again; without one it may be another, and none is lost.
     */
    private static long waiting(Row known, Row replayed) {
      if (known == null
          || known.getString(RESOLVED_BY) != null
          || known.getString(POSITION) != null) {
        return 0;
      }
      long taken = replayed == null ? 0 : replayed.getInt64(COPIES);
      return Math.max(0, known.getInt64(COPIES) - taken);
    }
  }
}
