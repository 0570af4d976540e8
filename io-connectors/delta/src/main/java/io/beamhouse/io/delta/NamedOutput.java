package io.beamhouse.io.delta;

import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.Row;

/** Gives the rows of a commit as the output of a step. */
final class NamedOutput extends PTransform<PCollection<KV<Integer, byte[]>>, PCollectionRowTuple> {
  private final PTransform<PCollection<KV<Integer, byte[]>>, PCollection<Row>> commit;

  NamedOutput(PTransform<PCollection<KV<Integer, byte[]>>, PCollection<Row>> commit) {
    this.commit = commit;
  }

  @Override
  public PCollectionRowTuple expand(PCollection<KV<Integer, byte[]>> records) {
    return PCollectionRowTuple.of("output", records.apply("Write", commit));
  }
}
