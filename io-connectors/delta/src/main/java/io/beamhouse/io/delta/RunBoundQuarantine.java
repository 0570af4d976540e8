package io.beamhouse.io.delta;

import io.beamhouse.core.Internal;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.rowwise.Gate;
import io.beamhouse.io.core.increment.Committed;
import io.beamhouse.io.core.increment.Compacting;
import io.beamhouse.io.core.increment.Delivery;
import io.beamhouse.io.core.increment.SinkContext;
import io.beamhouse.io.core.increment.StagingSink;
import io.beamhouse.io.core.staging.RowStaging;
import io.beamhouse.io.core.staging.StageRows;
import io.beamhouse.io.delta.merge.MergeRows;
import io.beamhouse.io.parquet.ParquetWriteOptions.Compression;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import javax.annotation.Nullable;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollection.IsBounded;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.Row;

/**
 * Keeps quarantined rows in a Delta table, one row for each record, however often it fails.
 *
 * <p>Input: quarantined rows, bounded, with any type of record; with the tag {@link #REPLAYED},
 * when a replay binds it, the rows of the table that were given to the failing step again. They
 * become resolved in the same commit that takes those that failed again. Under a run with state the
 * commit happens once. Of equal rows that fail for different reasons in one run one reason is kept.
 *
 * <p>Memory: as of a merge. A run that refuses records looks for their ids in the table, which
 * takes time by the number of its rows, little beside that of a merge; one that refuses none reads
 * nothing of it.
 */
@Internal
public final class RunBoundQuarantine extends SchemaTransform implements StagingSink, Compacting {
  /** Tag of the rows of the table that are replayed. */
  public static final String REPLAYED = "replayed";

  private static final String INPUT = "input";
  private static final SinkContext NO_RUN = new SinkContext("none", "quarantine", 0, 0, 1, "", "");

  private final String path;
  private final @Nullable SinkContext run;

  RunBoundQuarantine(String path, @Nullable SinkContext run) {
    this.path = path;
    this.run = run;
  }

  public QuarantineTable table() {
    return QuarantineTable.at(path);
  }

  @Override
  public PCollectionRowTuple expand(PCollectionRowTuple input) {
    PCollection<Row> rows = input.has(INPUT) ? input.get(INPUT) : input.getSinglePCollection();
    PCollection<Row> replayed = input.has(REPLAYED) ? input.get(REPLAYED) : null;
    if (rows.isBounded() == IsBounded.UNBOUNDED) {
      throw new SpecException(
          "rows",
          "are unbounded, and records are counted by run - append them to a table of their own with"
              + " DeltaIO.write().to(...).withStreamToken(...), or run the source in increments");
    }
    return rows.apply("Stage", StageRows.of(QuarantineStaging.of(context(run), rows.getSchema())))
        .only()
        .apply("Commit", new Commit(path, run, Gate.OPEN, replayed));
  }

  private static SinkContext context(@Nullable SinkContext run) {
    return run == null ? NO_RUN : run;
  }

  private static final class Commit
      extends PTransform<PCollection<KV<Integer, byte[]>>, PCollectionRowTuple> {
    private final String path;
    private final @Nullable SinkContext run;
    private final Gate gate;
    private final transient @Nullable PCollection<Row> replayed;

    Commit(String path, @Nullable SinkContext run, Gate gate, @Nullable PCollection<Row> replayed) {
      this.path = path;
      this.run = run;
      this.gate = gate;
      this.replayed = replayed;
    }

    @Override
    public PCollectionRowTuple expand(PCollection<KV<Integer, byte[]>> records) {
      DeltaMerge keyed = DeltaIO.merge().into(path).withKeys(QuarantineTable.ID);
      DeltaMerge merge = run == null ? keyed : keyed.withRun(run);
      Schema rows = QuarantineTable.SCHEMA;
      return records
          .apply(
              "Fold",
              new FoldQuarantined(
                  QuarantineTable.at(path),
                  context(run),
                  merge.staging(Map.of(MergeRows.INPUT, rows), MergeRows.INPUT),
                  replayed))
          .apply(new NamedOutput(merge.commit(Map.of(MergeRows.INPUT, rows), gate)));
    }
  }

  @Override
  public Delivery delivery() {
    return Delivery.TXN;
  }

  @Override
  public String target() {
    return "delta " + path;
  }

  @Override
  public Optional<String> targetId() {
    return state().targetId();
  }

  @Override
  public PTransform<PCollectionRowTuple, PCollectionRowTuple> bind(SinkContext context) {
    return new RunBoundQuarantine(path, context);
  }

  @Override
  public RowStaging staging(SinkContext context, Schema rows) {
    return QuarantineStaging.of(context, rows);
  }

  @Override
  public PTransform<PCollection<KV<Integer, byte[]>>, PCollectionRowTuple> commit(
      SinkContext context, Schema rows, Gate gate) {
    return new Commit(path, context, gate, null);
  }

  @Override
  public Optional<Committed> committed(SinkContext context) {
    return state().committed(context);
  }

  @Override
  public OptionalLong newestRun(String stateId, String sinkId) {
    return state().newestRun(stateId, sinkId);
  }

  @Override
  public Optional<String> compact(String stateId, String sinkId, long run) {
    return CompactAfter.DEFAULT.run(path, Compression.ZSTD, run);
  }

  private DeltaSinkState state() {
    return new DeltaSinkState(path);
  }
}
