package io.beamhouse.core.error;

import io.beamhouse.core.Evolving;

/** A gate refused the data; nothing was published. */
@Evolving
public final class GateRefusedException extends BeamhouseException {
  public GateRefusedException(String message) {
    super(message);
  }

  public GateRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
