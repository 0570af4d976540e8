package io.beamhouse.transforms;

import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.row.RowTypes;
import io.beamhouse.core.rowwise.RowExpression;
import io.beamhouse.core.rowwise.RowExpression.NoAnswerException;
import io.beamhouse.core.rowwise.RowStep;
import java.util.LinkedHashMap;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.TypeName;

/** Keeps the rows for which an expression is true. */
final class FilterStep implements RowStep {
  private final String keep;
  private final String language;
  private final String errorOutput;
  // Kept from the driver, so that a worker need not know the language.
  private Schema input;
  private RowExpression condition;

  /**
   * @param errorOutput tag of the rows without an answer; null when they fail the run
   */
  FilterStep(String keep, String language, String errorOutput) {
    this.keep = keep;
    this.language = language;
    this.errorOutput = errorOutput;
  }

  @Override
  public LinkedHashMap<String, Schema> outputs(Schema rows) {
    compile(rows);
    LinkedHashMap<String, Schema> outputs = new LinkedHashMap<>();
    outputs.put(OUTPUT, rows);
    if (errorOutput != null) {
      outputs.put(errorOutput, Unanswered.schema(rows));
    }
    return outputs;
  }

  private void compile(Schema rows) {
    if (input != null && RowTypes.equal(input, rows)) {
      return;
    }
    condition = Language.condition(language, "keep", keep, rows);
    if (condition.type().getTypeName() != TypeName.BOOLEAN) {
      throw new SpecException(
          "keep", "'" + keep + "' is not true or false, but " + condition.type().getTypeName());
    }
    input = rows;
  }

  @Override
  public Processor start(Schema rows) {
    compile(rows);
    RowExpression.Evaluator evaluator = condition.start();
    return (row, out) -> {
      try {
        if (Boolean.TRUE.equals(evaluator.evaluate(row))) {
          out.emit(0, row);
        }
      } catch (NoAnswerException e) {
        if (errorOutput == null) {
          throw Unanswered.refused("Filter '" + keep + "'", e);
        }
        out.emit(1, Unanswered.quarantined(row, rows, "keep: " + keep, "Filter", e));
      }
    };
  }
}
