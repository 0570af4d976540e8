package io.beamhouse.pipelines.increment;

import io.beamhouse.core.Internal;
import java.util.List;

/**
 * What one invocation did.
 *
 * @param finished reports of the runs it brought to their end, oldest first: an interrupted one, a
 *     new one, both or none
 */
@Internal
public record RunOutcome(List<RunReport> finished) {
  public RunOutcome {
    finished = List.copyOf(finished);
  }

  /** Whether there was nothing to do. */
  public boolean nothingNew() {
    return finished.isEmpty();
  }
}
