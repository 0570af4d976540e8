package io.beamhouse.quality;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.values.Row;

record NotNull(List<String> columns) implements Condition {
  NotNull {
    columns = List.copyOf(columns);
  }

  @Override
  public ObjectNode canonical() {
    return Condition.json().set("not_null", Condition.json(columns.stream().sorted().toList()));
  }

  @Override
  public String words() {
    return "not_null(" + String.join(", ", columns) + ")";
  }

  @Override
  public List<Check> compile(RuleSchema schema) {
    List<Check> checks = new ArrayList<>();
    for (String column : columns) {
      int index = schema.index(column, "not_null");
      if (index >= 0) {
        checks.add(new IsNull(index, column));
      }
    }
    return checks;
  }

  private static final class IsNull extends Check {
    private final int index;

    IsNull(int index, String column) {
      super(column, column + " is null");
      this.index = index;
    }

    @Override
    boolean fails(Row row) {
      return row.getValue(index) == null;
    }
  }
}
