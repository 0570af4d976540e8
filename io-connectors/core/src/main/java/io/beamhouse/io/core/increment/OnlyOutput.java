package io.beamhouse.io.core.increment;

import io.beamhouse.core.Internal;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.Row;

/** Rows as the one output of a step, {@code output}. */
@Internal
public final class OnlyOutput extends PTransform<PBegin, PCollectionRowTuple> {
  private final transient PTransform<PBegin, PCollection<Row>> rows;

  public OnlyOutput(PTransform<PBegin, PCollection<Row>> rows) {
    this.rows = rows;
  }

  @Override
  public PCollectionRowTuple expand(PBegin begin) {
    return PCollectionRowTuple.of("output", begin.apply("Rows", rows));
  }
}
