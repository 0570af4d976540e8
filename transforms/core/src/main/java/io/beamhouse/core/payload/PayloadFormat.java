package io.beamhouse.core.payload;

import io.beamhouse.core.Evolving;
import java.io.Serializable;
import org.apache.beam.sdk.schemas.Schema;

/** A format in which one value holds the columns of a row. */
@Evolving
public interface PayloadFormat extends Serializable {
  /** The format's name, which rules of bad records begin with: {@code json}. */
  String name();

  /** The columns that a payload gives. */
  Schema columns();

  /** Whether a payload may be text, too. */
  boolean takesText();

  /** Starts reading; called on the worker, once for each thread. */
  Reader start();

  /** Reads payloads one after the other; used by one thread. */
  @FunctionalInterface
  interface Reader {
    /**
     * Puts the values of the columns into {@code row}, from index 0 on.
     *
     * @throws io.beamhouse.core.row.RowText.RefusedValueException when the payload is none of this
     *     format; the message does not hold it
     */
    void read(byte[] payload, Object[] row);
  }
}
