package io.beamhouse.runners.direct;

import io.beamhouse.core.error.BeamhouseException;

/** A run of the demo failed: read the output of the run. */
final class DemoFailedException extends BeamhouseException {
  DemoFailedException(String message) {
    super(message);
  }
}
