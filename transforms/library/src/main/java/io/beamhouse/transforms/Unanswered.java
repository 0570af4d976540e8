package io.beamhouse.transforms;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.row.Quarantined;
import io.beamhouse.core.rowwise.RowExpression.NoAnswerException;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;

/** What becomes of a row for which an expression has no value. */
final class Unanswered {
  private static final String SOURCE = "_source";

  private Unanswered() {}

  /** Returns the row as a quarantined one of a step on rows of {@code input}. */
  static Row quarantined(Row row, Schema input, String rule, String step, NoAnswerException e) {
    Object source = row.getSchema().hasField(SOURCE) ? row.getValue(SOURCE) : null;
    return Quarantined.row(
        schema(input),
        row,
        e.getMessage(),
        rule,
        step,
        source instanceof String position ? position : null);
  }

  static Schema schema(Schema input) {
    return Quarantined.schema(FieldType.row(input));
  }

  /** Returns what ends the run, without any value of the row. */
  static DataRefusedException refused(String what, NoAnswerException e) {
    boolean generic = e.getCause() instanceof Comparison.NoAnswerException;
    String message =
        what
            + ": "
            + (generic
                ? e.getMessage()
                : "a row has no answer (" + e.getCause().getClass().getSimpleName() + ")")
            + ". Give error_handling to set such rows aside, or filter them first.";
    return generic ? new DataRefusedException(message, e) : new DataRefusedException(message);
  }
}
