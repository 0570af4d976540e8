package io.beamhouse.io.core.increment;

import io.beamhouse.core.Evolving;
import java.io.Serializable;

/**
 * Who writes: the state, the sink, the run and the attempt.
 *
 * @param stateId UUID made with the state and renewed by a reset
 * @param sinkId the sink's name in its pipeline; {@code [A-Za-z0-9._-]}
 * @param run number of the run, from 1
 * @param chunk of a captured first load; 0 otherwise
 * @param attempt number of this attempt, from 1
 * @param planHash hash of the run's plan; a skip is legal only when it matches
 * @param pipeline name of the pipeline and its table; outlives the state, may be empty
 */
@Evolving
public record SinkContext(
    String stateId,
    String sinkId,
    long run,
    int chunk,
    int attempt,
    String planHash,
    String pipeline)
    implements Serializable {

  /** A writer whose pipeline has no name. */
  public SinkContext(
      String stateId, String sinkId, long run, int chunk, int attempt, String planHash) {
    this(stateId, sinkId, run, chunk, attempt, planHash, "");
  }

  /** The application id of Delta transactions and control tables. */
  public String applicationId() {
    return stateId + "/" + sinkId;
  }
}
