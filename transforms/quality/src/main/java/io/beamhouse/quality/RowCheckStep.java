package io.beamhouse.quality;

import io.beamhouse.core.rowwise.ApplyRowStep;
import io.beamhouse.core.rowwise.RowStep;
import io.beamhouse.core.rowwise.RowWise;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.values.PCollectionRowTuple;

/** Rules that need nothing but the row, as a step of a spec; rows by rule go into the tally. */
final class RowCheckStep extends SchemaTransform implements RowWise {
  private final RowChecks checks;

  RowCheckStep(RowChecks checks) {
    this.checks = checks;
  }

  @Override
  public RowStep rowStep() {
    return checks;
  }

  @Override
  public RowStep rowStep(String name) {
    return checks.talliedAs(name);
  }

  @Override
  public PCollectionRowTuple expand(PCollectionRowTuple input) {
    return input.getSinglePCollection().apply("Check", ApplyRowStep.of(checks));
  }
}
