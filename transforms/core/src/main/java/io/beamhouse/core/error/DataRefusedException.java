package io.beamhouse.core.error;

import io.beamhouse.core.Evolving;

/**
 * The data cannot be written as asked and no quarantine was chosen: repair the data or choose one.
 */
@Evolving
public final class DataRefusedException extends BeamhouseException {
  public DataRefusedException(String message) {
    super(message);
  }

  public DataRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
