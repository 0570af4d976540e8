package io.beamhouse.io.core.increment;

import io.beamhouse.core.Evolving;
import java.util.Optional;

/**
 * A sink whose runs leave small files, which it can put together.
 *
 * <p>Called in the driver after a run is done, so nothing of the run depends on it: a failure is a
 * warning, and the next run tries again. It must be bounded in time and memory and leave the target
 * right wherever it is killed.
 */
@Evolving
public interface Compacting {
  /**
   * Puts small files together if there are enough of them.
   *
   * @param stateId of the runs
   * @param sinkId the sink's name in its pipeline
   * @param run the run that was done; it and those before may be touched
   * @return what was done, for people; nothing when there was nothing to do
   */
  Optional<String> compact(String stateId, String sinkId, long run);
}
