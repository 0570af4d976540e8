package io.beamhouse.core.error;

import io.beamhouse.core.Evolving;

/** Another run holds the pipeline: wait for it or stop it. */
@Evolving
public final class HeldException extends BeamhouseException {
  public HeldException(String message) {
    super(message);
  }

  public HeldException(String message, Throwable cause) {
    super(message, cause);
  }
}
