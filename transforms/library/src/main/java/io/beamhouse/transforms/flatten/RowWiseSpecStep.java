package io.beamhouse.transforms.flatten;

import io.beamhouse.core.Internal;
import io.beamhouse.core.rowwise.ApplyRowStep;
import io.beamhouse.core.rowwise.RowStep;
import io.beamhouse.core.rowwise.RowWise;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.values.PCollectionRowTuple;

/** A spec's step that is one {@link RowStep}. */
@Internal
public class RowWiseSpecStep extends SchemaTransform implements RowWise {
  private final RowStep step;

  RowWiseSpecStep(RowStep step) {
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
