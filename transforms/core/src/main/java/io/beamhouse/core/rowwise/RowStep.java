package io.beamhouse.core.rowwise;

import io.beamhouse.core.Evolving;
import java.io.Serializable;
import java.util.LinkedHashMap;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;

/**
 * A step that looks at one row at a time, without a runner.
 *
 * <p>A pure function: what it emits for a row depends on that row and the step's settings, never on
 * other rows, the time, or the place it runs; only counts may span rows, see {@link
 * Processor#finish}. So a chain of such steps can run inside one DoFn with nothing encoded in
 * between, and a retry gives the same rows. {@link ApplyRowStep} makes a transform of one.
 */
@Evolving
public interface RowStep extends Serializable {
  /** The tag of the main output. */
  String OUTPUT = "output";

  /**
   * The outputs for rows of {@code input}: tag to schema, in the order in which {@link Emitter}
   * numbers them.
   *
   * @throws io.beamhouse.core.error.SpecException with every problem of the settings with it
   */
  LinkedHashMap<String, Schema> outputs(Schema input);

  /**
   * Starts work on rows of {@code input}; called on the worker, once for each thread, so it is the
   * place for what is costly to make.
   */
  Processor start(Schema input);

  /** Works on rows one after the other; used by one thread. */
  @FunctionalInterface
  interface Processor {
    /** Emits what becomes of {@code row}: any number of rows to any of the outputs. */
    void process(Row row, Emitter out);

    /**
     * Emits what was counted over the rows since the last call and forgets it; nothing by default.
     *
     * <p>Called when a bundle ends, so what it emits is kept or dropped together with what became
     * of those rows, and a retry counts them anew.
     */
    default void finish(Emitter out) {}
  }

  /** Takes rows. */
  @FunctionalInterface
  interface Emitter {
    /**
     * Emits a row of the schema of output number {@code output}.
     *
     * @param output position in {@link #outputs}, from 0
     */
    void emit(int output, Row row);
  }
}
