package io.beamhouse.pipelines.spec;

import io.beamhouse.core.Internal;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A spec with every parameter in place and every shape made plain.
 *
 * @param file for messages
 * @param name of the pipeline; its state is known by it
 * @param state where the state lives
 * @param options pipeline options by name
 * @param guards limits under which runs are committed
 * @param notifications who is told of the end of a run
 * @param tables one for each entry of {@code for_each}, else one without a name
 */
@Internal
public record Spec(
    String file,
    Optional<String> name,
    Optional<String> state,
    Map<String, String> options,
    Guards guards,
    Notify notifications,
    List<Table> tables) {

  /**
   * One graph.
   *
   * @param name of the entry; empty without {@code for_each}
   * @param steps in an order in which they can be applied
   */
  @Internal
  public record Table(String name, List<Step> steps) {}
}
