package io.beamhouse.io.delta;

import io.beamhouse.core.rowwise.Gate;
import io.beamhouse.core.rowwise.Tally;
import io.beamhouse.io.core.staging.TallyRecords;
import io.beamhouse.io.delta.data.WrittenFile;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
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

/** Brings the records of all files together and commits them at once, also when there are none. */
final class CommitStaged extends PTransform<PCollection<KV<Integer, byte[]>>, PCollection<Row>> {
  private static final KvCoder<Integer, KV<Integer, byte[]>> CODER =
      KvCoder.of(VarIntCoder.of(), KvCoder.of(VarIntCoder.of(), ByteArrayCoder.of()));

  /** A record that stands for no file: empty input commits too. */
  private static final int SENTINEL = -2;

  private final WriteCommit commit;
  private final Gate gate;

  CommitStaged(WriteCommit commit, Gate gate) {
    this.commit = commit;
    this.gate = gate;
  }

  @Override
  public PCollection<Row> expand(PCollection<KV<Integer, byte[]>> records) {
    PCollection<KV<Integer, KV<Integer, byte[]>>> sentinel =
        records
            .getPipeline()
            .apply("Sentinel", Create.of(KV.of(0, KV.of(SENTINEL, new byte[0]))).withCoder(CODER));
    return PCollectionList.of(records.apply("ToOne", ParDo.of(new ToOneFn())).setCoder(CODER))
        .and(sentinel)
        .apply("WithSentinel", Flatten.pCollections())
        .apply("Gather", GroupByKey.create())
        .apply("Commit", ParDo.of(new CommitFn(commit, gate)))
        .setRowSchema(DeltaWriteResult.COMMIT_SCHEMA);
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
      Tally tally = new Tally();
      for (KV<Integer, byte[]> record : gathered.getValue()) {
        if (record.getKey() == TallyRecords.KEY) {
          tally.add(TallyRecords.decode(record.getValue()));
        } else if (record.getKey() != SENTINEL) {
          files.add(TableStaging.file(record.getValue()));
        }
      }
      gate.check(tally);
      out.output(commit.commit(files, tally));
    }
  }
}
