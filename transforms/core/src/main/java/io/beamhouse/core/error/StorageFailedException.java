package io.beamhouse.core.error;

import io.beamhouse.core.Evolving;

/** A store refused or failed an operation: repair access or space, and run again. */
@Evolving
public final class StorageFailedException extends BeamhouseException {
  public StorageFailedException(String message) {
    super(message);
  }

  public StorageFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
