package io.beamhouse.core.rowwise;

import io.beamhouse.core.Evolving;
import java.util.List;

/**
 * A transform of a spec that is nothing but a {@link RowStep} on its only input, so that it can run
 * in one DoFn with its neighbours.
 *
 * <p>Its outputs have the step's tags; the one with the tag {@link RowStep#OUTPUT} is the main one.
 */
@Evolving
public interface RowWise {
  RowStep rowStep();

  /** Names of the rules that each row is held against; those broken are tallied. */
  default List<String> rules() {
    return List.of();
  }

  /**
   * The step when what it counts itself, beyond rows in and out, shall be known by a name.
   *
   * @param name of the step, for rows that it emits to {@link Tally#TAG}
   */
  default RowStep rowStep(String name) {
    return rowStep();
  }
}
