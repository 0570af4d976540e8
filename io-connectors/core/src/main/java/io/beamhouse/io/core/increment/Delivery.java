package io.beamhouse.io.core.increment;

import io.beamhouse.core.Evolving;

/** What a sink promises when the same run is applied more than once. */
@Evolving
public enum Delivery {
  /** All or nothing, once: the run's number is part of the target's own transaction. */
  TXN,
  /** Writing again gives the same result. */
  IDEMPOTENT,
  /** Rows may arrive more than once; must be asked for. */
  AT_LEAST_ONCE
}
