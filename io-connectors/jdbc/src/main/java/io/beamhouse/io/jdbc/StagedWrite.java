package io.beamhouse.io.jdbc;

import io.beamhouse.core.rowwise.Gate;
import io.beamhouse.core.rowwise.Tally;
import io.beamhouse.io.core.increment.SinkContext;
import io.beamhouse.io.core.increment.StagingSink;
import io.beamhouse.io.core.staging.GatherRecords;
import io.beamhouse.io.core.staging.RowStaging;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.Row;

/**
 * A staged write without keys: rows go into the staging table where they are made, and one
 * transaction at the end moves them, if the gates of the run let it.
 */
final class StagedWrite extends IncrementalWrite implements StagingSink {
  private final transient SqlWrite write;
  private final String errors;

  /** Both halves of a run work on one staging table. */
  private transient StagedCommit prepared;

  StagedWrite(SqlWrite write, String errors) {
    super(write, errors);
    this.write = write;
    this.errors = errors;
  }

  @Override
  public RowStaging staging(SinkContext context, Schema rows) {
    WriteTarget target = WriteTarget.of(write, write.database(), rows);
    prepared = StagedCommit.prepare(target, context, write.replace());
    return new StagedRows(prepared, rows, write.batchSize(), write.quarantine(), write.getName());
  }

  @Override
  public String refusedOutput() {
    return errors.isEmpty() ? null : errors;
  }

  @Override
  public PTransform<PCollection<KV<Integer, byte[]>>, PCollectionRowTuple> commit(
      SinkContext context, Schema rows, Gate gate) {
    if (prepared == null || !prepared.context().equals(context)) {
      throw new IllegalStateException("staging comes before the commit");
    }
    return new Commit(prepared, gate);
  }

  private static final class Commit
      extends PTransform<PCollection<KV<Integer, byte[]>>, PCollectionRowTuple> {
    private final StagedCommit commit;
    private final Gate gate;

    Commit(StagedCommit commit, Gate gate) {
      this.commit = commit;
      this.gate = gate;
    }

    @Override
    public PCollectionRowTuple expand(PCollection<KV<Integer, byte[]>> records) {
      return PCollectionRowTuple.of(
          "output",
          records
              .apply("Gather", GatherRecords.create())
              .apply("Commit", ParDo.of(new CommitFn(commit, gate)))
              .setRowSchema(SqlWriteResult.WRITTEN));
    }
  }

  /** Run again, it finds its own run in the control table. */
  private static final class CommitFn
      extends DoFn<KV<Integer, Iterable<KV<Integer, byte[]>>>, Row> {
    private final StagedCommit commit;
    private final Gate gate;

    CommitFn(StagedCommit commit, Gate gate) {
      this.commit = commit;
      this.gate = gate;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<KV<Integer, byte[]>>> gathered, OutputReceiver<Row> out) {
      List<KV<String, Long>> parts = new ArrayList<>();
      Tally tally =
          GatherRecords.read(
              gathered.getValue(), gate, record -> parts.add(StagedRows.part(record)));
      gate.ask(tally);
      String table = commit.target().relation().label();
      out.output(
          Row.withSchema(SqlWriteResult.WRITTEN).addValues(table, commit.commit(parts)).build());
    }
  }
}
