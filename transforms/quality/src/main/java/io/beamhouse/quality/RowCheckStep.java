package io.beamhouse.quality;

import io.beamhouse.core.rowwise.RowStep;
import io.beamhouse.core.rowwise.RowWiseStep;
import java.util.List;

/** Rules that need nothing but the row, as a step of a spec; rows by rule go into the tally. */
final class RowCheckStep extends RowWiseStep {
  private final RowChecks checks;

  RowCheckStep(RowChecks checks) {
    super(checks);
    this.checks = checks;
  }

  @Override
  public List<String> rules() {
    return checks.names();
  }

  @Override
  public RowStep rowStep(String name) {
    return checks.talliedAs(name);
  }
}
