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
 * @param from the step whose rows these are; empty when it is not one
 */
@Evolving
public record SinkContext(
    String stateId,
    String sinkId,
    long run,
    int chunk,
    int attempt,
    String planHash,
    String pipeline,
    String from)
    implements Serializable {

  /** A writer whose pipeline has no name. */
  public SinkContext(
      String stateId, String sinkId, long run, int chunk, int attempt, String planHash) {
    this(stateId, sinkId, run, chunk, attempt, planHash, "");
  }

  /** A writer of rows of whatever step. */
  public SinkContext(
      String stateId,
      String sinkId,
      long run,
      int chunk,
      int attempt,
      String planHash,
      String pipeline) {
    this(stateId, sinkId, run, chunk, attempt, planHash, pipeline, "");
  }

  /** The same writer, of rows that {@code step} gave. */
  public SinkContext withFrom(String step) {
    return new SinkContext(stateId, sinkId, run, chunk, attempt, planHash, pipeline, step);
  }

  /** The application id of Delta transactions and control tables. */
  public String applicationId() {
    return stateId + "/" + sinkId;
  }
}
