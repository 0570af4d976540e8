package io.beamhouse.core.error;

import io.beamhouse.core.Evolving;

/**
 * It is unknown whether a commit took place: do not retry blindly and delete no file; look first.
 */
@Evolving
public final class CommitStateUnknownException extends BeamhouseException {
  public CommitStateUnknownException(String message) {
    super(message);
  }

  public CommitStateUnknownException(String message, Throwable cause) {
    super(message, cause);
  }
}
