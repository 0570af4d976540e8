package io.beamhouse.quality;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamhouse.transforms.Atom;
import io.beamhouse.transforms.Comparison;
import java.util.List;
import org.apache.beam.sdk.values.Row;

/** One comparison in the language of Filter, but null passes. */
record Compare(String expression) implements Condition {
  @Override
  public ObjectNode canonical() {
    return Condition.json().put("compare", expression.strip());
  }

  @Override
  public String words() {
    return "compare(" + expression.strip() + ")";
  }

  @Override
  public List<Check> compile(RuleSchema schema) {
    Comparison comparison;
    try {
      comparison = Comparison.parse(expression, schema.schema());
    } catch (IllegalArgumentException e) {
      schema.problem("compare", e.getMessage());
      return List.of();
    }
    String message = "'" + expression.strip() + "' does not hold";
    Pair.Side left = side(comparison.left(), schema);
    if (comparison.operator().isEmpty()) {
      return List.of(new IsFalse(left.index(), comparison.left().field(), message));
    }
    return List.of(
        new Pair(null, message, left, comparison.operator(), side(comparison.right(), schema)));
  }

  private static Pair.Side side(Atom atom, RuleSchema schema) {
    return new Pair.Side(
        atom.field() == null ? -1 : schema.schema().indexOf(atom.field()),
        ColumnKind.of(atom.type()),
        atom.literal());
  }

  private static final class IsFalse extends Check {
    private final int index;

    IsFalse(int index, String column, String message) {
      super(column, message);
      this.index = index;
    }

    @Override
    boolean fails(Row row) {
      return Boolean.FALSE.equals(row.getValue(index));
    }
  }
}
