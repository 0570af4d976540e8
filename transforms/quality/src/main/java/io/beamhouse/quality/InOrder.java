package io.beamhouse.quality;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** Each column is at most as great as the next that has a value beside it; equal ones pass. */
record InOrder(List<String> columns) implements Condition {
  InOrder {
    columns = List.copyOf(columns);
  }

  @Override
  public ObjectNode canonical() {
    return Condition.json().set("before", Condition.json(columns));
  }

  @Override
  public String words() {
    return "before(" + String.join(", ", columns) + ")";
  }

  @Override
  public List<Check> compile(RuleSchema schema) {
    List<Check> checks = new ArrayList<>();
    for (int i = 0; i + 1 < columns.size(); i++) {
      int left = index(schema, i);
      int right = index(schema, i + 1);
      if (left < 0 || right < 0) {
        continue;
      }
      ColumnKind a = schema.kind(left);
      ColumnKind b = schema.kind(right);
      if (a != b && !(a.isNumber() && b.isNumber())) {
        schema.problem(
            "before",
            "compares "
                + columns.get(i)
                + " ("
                + RuleSchema.typeName(schema.type(left))
                + ") with "
                + columns.get(i + 1)
                + " ("
                + RuleSchema.typeName(schema.type(right))
                + "); both must be numbers, or of one type");
        continue;
      }
      checks.add(
          new Pair(
              columns.get(i + 1),
              columns.get(i) + " is after " + columns.get(i + 1),
              new Pair.Side(left, a, null),
              "<=",
              new Pair.Side(right, b, null)));
    }
    return checks;
  }

  private int index(RuleSchema schema, int i) {
    return schema.index(
        columns.get(i),
        "before[" + i + "]",
        ColumnKind::isOrdered,
        "before is for numbers, texts and times");
  }
}
