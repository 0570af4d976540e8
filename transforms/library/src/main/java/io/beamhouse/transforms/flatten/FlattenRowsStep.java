package io.beamhouse.transforms.flatten;

import io.beamhouse.core.Internal;
import io.beamhouse.core.rowwise.RowStep;
import io.beamhouse.core.rowwise.RowWiseStep;
import org.apache.beam.sdk.schemas.Schema;

/** A spec's FlattenRows, which can say its plan. */
@Internal
public final class FlattenRowsStep extends RowWiseStep {
  private final FlattenRows flatten;
  private final String errorOutput;
  private final String planFile;

  /**
   * @param planFile null for none; read when the step is built, so that a plan can be asked for
   *     before there is a file
   */
  FlattenRowsStep(FlattenRows flatten, String errorOutput, String planFile) {
    super(flatten.step(errorOutput));
    this.flatten = flatten;
    this.errorOutput = errorOutput;
    this.planFile = planFile;
  }

  /** Returns the plan for rows of {@code input}; the stored one is not looked at. */
  public FlattenPlan plan(Schema input) {
    return flatten.plan(input);
  }

  /** Returns the same without the check against the stored plan. */
  public FlattenRowsStep withoutStoredPlan() {
    return new FlattenRowsStep(flatten, errorOutput, null);
  }

  @Override
  public RowStep rowStep() {
    return planFile == null
        ? super.rowStep()
        : flatten.withStoredPlan(PlanFile.read(planFile)).step(errorOutput);
  }
}
