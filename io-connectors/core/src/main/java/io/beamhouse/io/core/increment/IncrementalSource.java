package io.beamhouse.io.core.increment;

import io.beamhouse.core.Evolving;
import java.util.Map;
import java.util.Set;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.Row;

/**
 * A source that is read in increments: fix what to read, then read exactly that.
 *
 * <p>A {@code SchemaTransform} that implements this is run by the increment protocol. All methods
 * are called in the driver; only what a {@link Session} returns travels to workers.
 */
@Evolving
public interface IncrementalSource {
  /**
   * Whether a chunk gives the same rows however often it is read, as files with a checksum do. What
   * is not replayable is captured into files before anything else sees it.
   */
  boolean replayable();

  /**
   * Keys of its config that are nothing to a run that is planned, such as bounds, or that say what
   * to do when something of it is gone: they may change while the run is interrupted.
   */
  default Set<String> keysBesideThePlan() {
    return Set.of();
  }

  /** Fixes the next increment. May read the source; changes nothing. */
  Increment plan(PlanRequest request);

  /**
   * What {@link #plan} would fix, as far as that is known without reading rows: for dry runs and
   * for whoever needs the schema only. Its chunks are never read.
   */
  default Increment preview(PlanRequest request) {
    return plan(request);
  }

  /**
   * The outputs beside the rows, by name, with their schemas; bad records and their like. What is
   * captured has none.
   */
  default Map<String, Schema> errorOutputs() {
    return Map.of();
  }

  /** Opens one chunk for reading. The session is closed after the pipeline that reads it ended. */
  Session open(Increment increment, int chunk, long run);

  /** One reading of one chunk, for example under one database snapshot. */
  interface Session extends AutoCloseable {
    /**
     * Reads the chunk's rows; bounded, in the global window, with the increment's schema. The
     * reading itself fails with {@link io.beamhouse.core.error.SourceChangedException} when what it
     * reads is not what was planned: a sink in the same pipeline may publish as soon as it ends.
     */
    PTransform<PBegin, PCollection<Row>> rows();

    /**
     * Reads the chunk's rows as {@code output}, and {@link #errorOutputs} under their names, in one
     * go.
     */
    default PTransform<PBegin, PCollectionRowTuple> outputs() {
      return new OnlyOutput(rows());
    }

    /**
     * What turned out when it was opened, for the report: how much is gone of what was planned,
     * where the source may go on without it.
     */
    default Map<String, String> facts() {
      return Map.of();
    }

    @Override
    void close();
  }
}
