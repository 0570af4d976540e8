package io.beamhouse.pipelines.increment;

import io.beamhouse.core.Internal;

/**
 * A step as it is drawn: what it is, not what it does.
 *
 * @param type as in the spec; empty when unknown
 * @param errorOutput the output of its bad rows; empty when it has none
 * @param complete a sink whose outcomes cover every row that it takes
 */
@Internal
public record StepShape(String name, String type, Kind kind, String errorOutput, boolean complete) {
  /** What a step is to the increment protocol. */
  public enum Kind {
    SOURCE,
    STEP,
    SINK
  }
}
