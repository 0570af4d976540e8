package io.beamhouse.io.delta;

import io.beamhouse.core.rowwise.Gate;
import io.beamhouse.core.rowwise.Tally;
import io.beamhouse.io.core.staging.GatherRecords;
import io.beamhouse.io.delta.data.WrittenFile;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;

/** Brings the records of all files together and commits them at once, also when there are none. */
final class CommitStaged extends PTransform<PCollection<KV<Integer, byte[]>>, PCollection<Row>> {
  private final WriteCommit commit;
  private final Gate gate;

  CommitStaged(WriteCommit commit, Gate gate) {
    this.commit = commit;
    this.gate = gate;
  }

  @Override
  public PCollection<Row> expand(PCollection<KV<Integer, byte[]>> records) {
    return records
        .apply("Gather", GatherRecords.create())
        .apply("Commit", ParDo.of(new CommitFn(commit, gate)))
        .setRowSchema(DeltaWriteResult.COMMIT_SCHEMA);
  }

  /** Run again, it finds its own transaction in the log. */
  private static final class CommitFn
      extends DoFn<KV<Integer, Iterable<KV<Integer, byte[]>>>, Row> {
    private final WriteCommit commit;
    private final Gate gate;

    CommitFn(WriteCommit commit, Gate gate) {
      this.commit = commit;
      this.gate = gate;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<KV<Integer, byte[]>>> gathered, OutputReceiver<Row> out) {
      List<WrittenFile> files = new ArrayList<>();
      Tally tally =
          GatherRecords.read(
              gathered.getValue(), gate, record -> files.add(TableStaging.file(record)));
      gate.ask(tally);
      out.output(commit.commit(files, tally));
    }
  }
}
