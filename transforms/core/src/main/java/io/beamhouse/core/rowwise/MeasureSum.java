package io.beamhouse.core.rowwise;

import io.beamhouse.core.Evolving;

/** Adds up what one step measured, part by part, in the memory of one part; not thread-safe. */
@Evolving
public interface MeasureSum {
  /** Adds a part, see {@link Tally#measure}. Parts come in any order. */
  void add(byte[] part);

  /** Returns all parts as one; of no parts, what was measured over no rows. */
  byte[] sum();
}
