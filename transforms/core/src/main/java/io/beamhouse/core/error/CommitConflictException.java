package io.beamhouse.core.error;

import io.beamhouse.core.Evolving;

/** Another writer was faster, more often than the retries allow: run again on the new state. */
@Evolving
public final class CommitConflictException extends BeamhouseException {
  public CommitConflictException(String message) {
    super(message);
  }

  public CommitConflictException(String message, Throwable cause) {
    super(message, cause);
  }
}
