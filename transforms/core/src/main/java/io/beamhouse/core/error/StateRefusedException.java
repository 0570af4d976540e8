package io.beamhouse.core.error;

import io.beamhouse.core.Evolving;

/**
 * State and world do not fit together and going on could lose data: choose one of the ways named.
 */
@Evolving
public final class StateRefusedException extends BeamhouseException {
  public StateRefusedException(String message) {
    super(message);
  }

  public StateRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
