package io.beamhouse.pipelines.increment;

import io.beamhouse.core.Internal;
import java.util.List;
import java.util.Optional;

/**
 * What one invocation did.
 *
 * @param finished reports of the runs it brought to their end, oldest first: an interrupted one, a
 *     new one, both or none
 * @param page where the newest run can be looked at; nothing when no page was asked for or it could
 *     not be written
 */
@Internal
public record RunOutcome(List<RunReport> finished, Optional<String> page) {
  public RunOutcome {
    finished = List.copyOf(finished);
  }

  /** Whether there was nothing to do. */
  public boolean nothingNew() {
    return finished.isEmpty();
  }
}
