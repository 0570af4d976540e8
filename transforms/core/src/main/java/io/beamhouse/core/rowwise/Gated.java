package io.beamhouse.core.rowwise;

import io.beamhouse.core.Evolving;
import org.apache.beam.sdk.schemas.Schema;

/**
 * A transform of a spec that wants a say in whether its run is committed: its row step emits {@link
 * Tally#measure} rows, which its gate looks at.
 */
@Evolving
public interface Gated extends RowWise {
  /**
   * The gate of this transform.
   *
   * @param step the name that its tallies have
   * @param rows the schema of its input
   */
  Gate gate(String step, Schema rows);
}
