package io.beamhouse.transforms.flatten;

import io.beamhouse.core.Internal;
import io.beamhouse.core.rowwise.ApplyRowStep;
import io.beamhouse.core.rowwise.RowStep;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.values.PCollectionRowTuple;

/** A spec's step that is one {@link RowStep}. */
@Internal
public class StepTransform extends SchemaTransform {
  private final RowStep step;

  StepTransform(RowStep step) {
    this.step = step;
  }

  /** Returns what works on one row. */
  public RowStep step() {
    return step;
  }

  @Override
  public final PCollectionRowTuple expand(PCollectionRowTuple input) {
    return input.getSinglePCollection().apply("Rows", ApplyRowStep.of(step()));
  }
}
