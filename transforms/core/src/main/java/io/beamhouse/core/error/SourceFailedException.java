package io.beamhouse.core.error;

import io.beamhouse.core.Evolving;

/**
 * A source cannot be read as asked: repair the source, its settings or its access, and run again.
 */
@Evolving
public final class SourceFailedException extends BeamhouseException {
  public SourceFailedException(String message) {
    super(message);
  }

  public SourceFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
