package io.beamhouse.io.core.increment;

import io.beamhouse.core.Internal;
import io.beamhouse.core.rowwise.ApplyRowStep;
import io.beamhouse.core.rowwise.RowWiseStep;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.Row;

/**
 * Outputs of a source that are read in one collection and sorted into outputs behind it.
 *
 * <p>Who runs the sorting in one DoFn with the steps that follow spares the runner a DoFn with
 * several outputs, whose rows Spark would keep for each of them.
 */
@Internal
public final class MixedOutputs extends PTransform<PBegin, PCollectionRowTuple> {
  private final transient PTransform<PBegin, PCollection<Row>> mixed;
  private final transient RowWiseStep sorting;

  /**
   * @param mixed rows of all outputs, wrapped in one schema
   * @param sorting unwraps them
   */
  public MixedOutputs(PTransform<PBegin, PCollection<Row>> mixed, RowWiseStep sorting) {
    this.mixed = mixed;
    this.sorting = sorting;
  }

  public PTransform<PBegin, PCollection<Row>> mixed() {
    return mixed;
  }

  public RowWiseStep sorting() {
    return sorting;
  }

  @Override
  public PCollectionRowTuple expand(PBegin begin) {
    return begin.apply("Mixed", mixed).apply("Sort", ApplyRowStep.of(sorting.rowStep()));
  }
}
