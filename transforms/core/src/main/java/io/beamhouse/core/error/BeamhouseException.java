package io.beamhouse.core.error;

import io.beamhouse.core.Evolving;

/**
 * The world failed: the base of every exception that Beamhouse throws on purpose.
 *
 * <p>A subclass is named after what the caller should do. A message states the problem, why it
 * happened and how to fix it, and never holds a secret or a row's values.
 */
@Evolving
public abstract class BeamhouseException extends RuntimeException {
  protected BeamhouseException(String message) {
    super(message);
  }

  protected BeamhouseException(String message, Throwable cause) {
    super(message, cause);
  }
}
