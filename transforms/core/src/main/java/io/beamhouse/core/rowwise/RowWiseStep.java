package io.beamhouse.core.rowwise;

import io.beamhouse.core.Internal;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.values.PCollectionRowTuple;

/** A spec's step that is one {@link RowStep}. */
@Internal
public class RowWiseStep extends SchemaTransform implements RowWise {
  private final RowStep step;

  public RowWiseStep(RowStep step) {
    this.step = step;
  }

  @Override
  public RowStep rowStep() {
    return step;
  }

  @Override
  public final PCollectionRowTuple expand(PCollectionRowTuple input) {
    return input.getSinglePCollection().apply("Rows", ApplyRowStep.of(rowStep()));
  }
}
