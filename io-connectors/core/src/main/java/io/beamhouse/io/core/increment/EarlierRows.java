package io.beamhouse.io.core.increment;

import io.beamhouse.core.Evolving;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;

/**
 * Rows that a source gave to earlier runs, of whatever state, as far as its capture still holds
 * them.
 *
 * <p>Used in the driver, by a source that has lost what it knew: a key that is in here and no more
 * in the source was deleted. Memory: one row.
 */
@Evolving
public interface EarlierRows {
  /** Nothing is held. */
  EarlierRows NONE =
      new EarlierRows() {
        @Override
        public Optional<Schema> schema() {
          return Optional.empty();
        }

        @Override
        public void forEach(Consumer<Row> visitor) {}
      };

  /** The schema of the rows; empty when there are none. */
  Optional<Schema> schema();

  /**
   * Gives every row to {@code visitor}, those of an older run of one state before those of a newer
   * one.
   */
  void forEach(Consumer<Row> visitor);
}
