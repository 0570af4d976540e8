package io.beamhouse.io.core.increment;

import io.beamhouse.core.Evolving;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollectionRowTuple;

/**
 * A sink that knows which run it writes.
 *
 * <p>A {@code SchemaTransform} that implements this is bound to a run by the increment protocol.
 * Methods are called in the driver; only the bound transform's functions travel.
 */
@Evolving
public interface IncrementalSink {
  Delivery delivery();

  /**
   * Whether a run removes rows that earlier runs wrote, so that a part of its rows must not be
   * written by a run of its own.
   */
  default boolean replaces() {
    return false;
  }

  /** What is written, for messages and the report: {@code delta /lake/silver/users}. No secret. */
  String target();

  /**
   * The target's own identity (a Delta table id), fixed in the plan so that a replay refuses a
   * re-created target; nothing when the target does not exist yet or has none.
   */
  Optional<String> targetId();

  /**
   * The transform that writes this run. Applying it again for the same run leaves the target as one
   * application does, if {@link #delivery} is not AT_LEAST_ONCE.
   */
  PTransform<PCollectionRowTuple, PCollectionRowTuple> bind(SinkContext context);

  /**
   * Returns what the target holds of this run, after finishing whatever an earlier attempt left
   * half visible; nothing when the run was not committed.
   */
  Optional<Committed> committed(SinkContext context);

  /** The newest run of this state and sink that the target holds. */
  OptionalLong newestRun(String stateId, String sinkId);
}
