package io.beamhouse.core.error;

import io.beamhouse.core.Evolving;

/** A source changed while it was read; nothing of it was published. Run again. */
@Evolving
public final class SourceChangedException extends BeamhouseException {
  public SourceChangedException(String message) {
    super(message);
  }

  public SourceChangedException(String message, Throwable cause) {
    super(message, cause);
  }
}
