package io.beamhouse.io.core.increment;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.rowwise.Gate;
import io.beamhouse.io.core.staging.RowStaging;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionRowTuple;

/**
 * A sink in two halves, so that its rows can be staged by the DoFn that makes them; together they
 * are what {@link #bind} gives.
 */
@Evolving
public interface StagingSink extends IncrementalSink {
  /**
   * How rows of {@code rows} are staged for {@code context}'s run.
   *
   * @throws io.beamhouse.core.error.SpecException when the target cannot hold such rows
   */
  RowStaging staging(SinkContext context, Schema rows);

  /**
   * Commits what was staged, also when that is nothing. Records with the key {@link
   * io.beamhouse.io.core.staging.TallyRecords#KEY} hold tallies, which stand in the commit.
   *
   * @param gate is asked, with the sum of all tallies, before anything becomes visible
   */
  PTransform<PCollection<KV<Integer, byte[]>>, PCollectionRowTuple> commit(
      SinkContext context, Schema rows, Gate gate);

  /** Whether the commit asks its gate how many rows of the target it may delete. */
  default boolean limitsDeletes() {
    return false;
  }

  /** The tag of rows that the staging refuses; null when it refuses none. */
  default String refusedOutput() {
    return null;
  }
}
