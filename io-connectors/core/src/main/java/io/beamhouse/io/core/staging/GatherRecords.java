package io.beamhouse.io.core.staging;

import io.beamhouse.core.Internal;
import io.beamhouse.core.rowwise.Gate;
import io.beamhouse.core.rowwise.Tally;
import java.util.function.Consumer;
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

/**
 * Brings all records of a staging to one committer, which is called once and also when there are
 * none. Memory: all records at once, so they must stand for files and not for rows.
 */
@Internal
public final class GatherRecords
    extends PTransform<
        PCollection<KV<Integer, byte[]>>, PCollection<KV<Integer, Iterable<KV<Integer, byte[]>>>>> {
  private static final KvCoder<Integer, KV<Integer, byte[]>> CODER =
      KvCoder.of(VarIntCoder.of(), KvCoder.of(VarIntCoder.of(), ByteArrayCoder.of()));

  /** A record that stands for nothing: empty input must be committed too. */
  private static final int SENTINEL = -2;

  private GatherRecords() {}

  public static GatherRecords create() {
    return new GatherRecords();
  }

  /**
   * Gives the staging's own records to {@code records} and returns the sum of the tallies, for
   * {@code gate} to look at. Of measures, one tally at a time is held beside the sum.
   */
  public static Tally read(
      Iterable<KV<Integer, byte[]>> gathered, Gate gate, Consumer<byte[]> records) {
    Tally tally = Tally.summing(gate);
    for (KV<Integer, byte[]> record : gathered) {
      if (record.getKey() == TallyRecords.KEY) {
        tally.add(TallyRecords.decode(record.getValue()));
      } else if (record.getKey() != SENTINEL) {
        records.accept(record.getValue());
      }
    }
    return tally;
  }

  @Override
  public PCollection<KV<Integer, Iterable<KV<Integer, byte[]>>>> expand(
      PCollection<KV<Integer, byte[]>> records) {
    PCollection<KV<Integer, KV<Integer, byte[]>>> sentinel =
        records
            .getPipeline()
            .apply("Sentinel", Create.of(KV.of(0, KV.of(SENTINEL, new byte[0]))).withCoder(CODER));
    return PCollectionList.of(records.apply("ToOne", ParDo.of(new ToOneFn())).setCoder(CODER))
        .and(sentinel)
        .apply("WithSentinel", Flatten.pCollections())
        .apply("Gather", GroupByKey.create());
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
}
