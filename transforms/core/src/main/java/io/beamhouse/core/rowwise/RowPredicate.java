package io.beamhouse.core.rowwise;

import io.beamhouse.core.Evolving;
import org.apache.beam.sdk.values.Row;

/** A question about one row; used by one thread. */
@Evolving
@FunctionalInterface
public interface RowPredicate {
  /**
   * Returns true or false, or null where SQL says unknown.
   *
   * @throws RuntimeException when the row has no answer, such as a division by zero
   */
  Boolean test(Row row);
}
