package io.beamhouse.core.rowwise;

import io.beamhouse.core.Evolving;

/** A transform of a spec that wants a say in whether its run is committed. */
@Evolving
public interface Gated extends RowWise {
  /**
   * The gate of this transform.
   *
   * @param step the name that its tallies have
   */
  Gate gate(String step);

  /**
   * The row step, which emits its measures as {@link Tally#measure} rows under {@code step}.
   *
   * @param step the name that its tallies have
   */
  RowStep rowStep(String step);

  @Override
  default RowStep rowStep() {
    return rowStep("");
  }
}
