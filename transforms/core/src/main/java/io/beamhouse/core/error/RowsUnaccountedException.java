package io.beamhouse.core.error;

import io.beamhouse.core.Evolving;

/**
 * Counts of rows do not add up: rows were lost or doubled between two steps. What was written must
 * not be trusted until it is compared with the source.
 */
@Evolving
public class RowsUnaccountedException extends BeamhouseException {
  private static final long serialVersionUID = 1;

  public RowsUnaccountedException(String message) {
    super(message);
  }
}
