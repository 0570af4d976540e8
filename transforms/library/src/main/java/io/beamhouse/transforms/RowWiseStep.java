package io.beamhouse.transforms;

import io.beamhouse.core.rowwise.ApplyRowStep;
import io.beamhouse.core.rowwise.RowStep;
import io.beamhouse.core.rowwise.RowWise;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.values.PCollectionRowTuple;

/** A step on single rows as a spec's transform. */
final class RowWiseStep extends SchemaTransform implements RowWise {
  private final RowStep step;

  RowWiseStep(RowStep step) {
    this.step = step;
  }

  @Override
  public RowStep rowStep() {
    return step;
  }

  @Override
  public PCollectionRowTuple expand(PCollectionRowTuple input) {
    return input.getSinglePCollection().apply("Rows", ApplyRowStep.of(step));
  }
}
