package io.beamhouse.transforms;

import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.rowwise.RowExpression;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;

/**
 * An expression of Beam YAML's generic language.
 *
 * @param comparison null when the value of {@code atom} is meant
 */
record GenericExpression(Comparison comparison, Atom atom) implements RowExpression {
  /** What must hold: a comparison or a boolean field. */
  static RowExpression condition(String where, String text, Schema input) {
    try {
      return new GenericExpression(Comparison.parse(text, input), null);
    } catch (IllegalArgumentException e) {
      throw new SpecException(where, e.getMessage());
    }
  }

  /** A field or a literal. */
  static RowExpression value(String where, String text, Schema input) {
    try {
      return new GenericExpression(null, Atom.parse(text, input));
    } catch (IllegalArgumentException e) {
      throw new SpecException(where, e.getMessage());
    }
  }

  @Override
  public FieldType type() {
    return comparison == null ? atom.type() : FieldType.BOOLEAN;
  }

  @Override
  public Evaluator start() {
    if (comparison == null) {
      return atom::value;
    }
    return row -> {
      try {
        return comparison.holds(row);
      } catch (Comparison.NoAnswerException e) {
        throw new NoAnswerException(e.getMessage(), e);
      }
    };
  }
}
