package io.beamhouse.io.core.increment;

import io.beamhouse.core.Evolving;
import java.util.Optional;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollectionRowTuple;

/**
 * A read of something that others change, such as a table to look keys up in: a run fixes in its
 * plan which state of it is read, so that a replay gives each sink the rows it would have had.
 *
 * <p>A {@code SchemaTransform} that implements this is read whole by each run, and has nothing new
 * of its own: a change of it makes no run.
 */
@Evolving
public interface PinnedRead {
  /** What would be read now, such as a table's version; nothing when it never changes. */
  Optional<String> pin();

  /** Reads what {@code pin} named; fails when it is gone. */
  PTransform<PBegin, PCollectionRowTuple> at(String pin);
}
