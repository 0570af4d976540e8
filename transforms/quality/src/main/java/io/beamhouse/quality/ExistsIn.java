package io.beamhouse.quality;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.apache.beam.sdk.values.Row;

/**
 * A foreign key: the columns' values are those of a row of a table. Null in one of them passes.
 *
 * @param columns of the row
 * @param table the input that is the table
 * @param keys of the table, one for each of {@code columns}
 */
record ExistsIn(List<String> columns, String table, List<String> keys) implements Condition {
  ExistsIn {
    columns = List.copyOf(columns);
    keys = List.copyOf(keys);
  }

  @Override
  public ObjectNode canonical() {
    ObjectNode there = Condition.json().put("input", table);
    there.set("columns", Condition.json(keys));
    return Condition.json()
        .<ObjectNode>set("columns", Condition.json(columns))
        .set("exists_in", there);
  }

  @Override
  public String words() {
    return "exists_in(" + String.join(", ", columns) + " -> " + table + ")";
  }

  /** The answer stands in the row, put there by {@link MarkMissingKeys}. */
  @Override
  public List<Check> compile(RuleSchema schema) {
    columns.forEach(column -> schema.index(column, "columns"));
    return List.of();
  }

  Check check(int marks, int bit) {
    return new Missing(
        columns.size() == 1 ? columns.get(0) : null,
        String.join(", ", columns) + " is not in " + table,
        marks,
        1L << bit);
  }

  private static final class Missing extends Check {
    private final int marks;
    private final long mask;

    Missing(String column, String message, int marks, long mask) {
      super(column, message);
      this.marks = marks;
      this.mask = mask;
    }

    @Override
    boolean fails(Row row) {
      long missing = row.getValue(marks);
      return (missing & mask) != 0;
    }
  }
}
