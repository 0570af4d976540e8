package io.beamhouse.pipelines.increment;

import io.beamhouse.core.Internal;
import io.beamhouse.core.step.DurableSteps;
import java.util.List;

/**
 * The names under which the protocol reports its steps to {@link DurableSteps}.
 *
 * <p>The protocol promises that a process may end before or after any of them, and inside what they
 * enclose, and that the next start brings everything to where an undisturbed run would have been.
 */
@Internal
public final class ProtocolSteps {
  /** The state's identity is put. */
  public static final String STATE_INIT = "state.init";

  /** An attempt is put: from here on others are told that the pipeline is held. */
  public static final String ATTEMPT = "protocol.attempt";

  /** The plan is put: from here on the run will read exactly this. */
  public static final String PLAN = "protocol.plan";

  /** Encloses the capture of one chunk, whose own durable step is the sink's manifest. */
  public static final String CAPTURED = "protocol.captured";

  /** Encloses the apply pipeline, whose own durable steps are the sinks' commits. */
  public static final String APPLIED = "protocol.applied";

  /** The report is put: from here on the run is over. */
  public static final String DONE = "protocol.done";

  /** The hint where to look for the newest run is put; safety never rests on it. */
  public static final String HEAD = "protocol.head";

  /** All of them, in the order in which a first run takes them. */
  public static final List<String> ALL =
      List.of(STATE_INIT, ATTEMPT, PLAN, CAPTURED, APPLIED, DONE, HEAD);

  private ProtocolSteps() {}
}
