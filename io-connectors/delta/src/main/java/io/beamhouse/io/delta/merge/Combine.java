package io.beamhouse.io.delta.merge;

import io.beamhouse.core.Evolving;

/**
 * What a combining merge keeps of a column's values; nulls are passed over.
 *
 * <p>Numbers, dates and instants compare as such, false is less than true, and texts (times and
 * UUIDs too) by their bytes in UTF-8.
 */
@Evolving
public enum Combine {
  /** The least value. */
  MIN,

  /** The greatest value. */
  MAX
}
