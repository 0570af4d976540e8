package io.beamhouse.core.rowwise;

import io.beamhouse.core.Evolving;
import java.io.Serializable;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;

/**
 * An expression over one row, checked against the schema of its rows.
 *
 * <p>A pure function of the row, never of other rows or of where it runs, so a retry gives the
 * same.
 */
@Evolving
public interface RowExpression extends Serializable {
  /** The type of the values, and whether they may be null. */
  FieldType type();

  /**
   * Makes what evaluates the expression; called on the worker, once for each thread, so it is the
   * place for what is costly to make.
   */
  Evaluator start();

  /** Evaluates one row after the other; used by one thread. */
  @FunctionalInterface
  interface Evaluator {
    /**
     * Returns the expression's value for {@code row}, a Java value of {@link #type}, or null.
     *
     * @throws NoAnswerException when the row gives no value, such as a division by zero: the row is
     *     bad data
     */
    Object evaluate(Row row) throws NoAnswerException;
  }

  /** A row for which an expression has no value; the message says why. */
  @Evolving
  final class NoAnswerException extends Exception {
    public NoAnswerException(String message, Throwable cause) {
      // No stack trace: one is thrown for each bad row, and the place in the code says nothing.
      super(message, cause, false, false);
    }
  }
}
