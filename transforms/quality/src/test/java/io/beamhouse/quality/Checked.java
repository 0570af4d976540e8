package io.beamhouse.quality;

import io.beamhouse.core.rowwise.RowStep;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;

/** What a step without foreign keys does with rows, without a runner. */
record Checked(List<Row> rows, List<Row> quarantined, TreeMap<String, Long> counts) {
  static Checked of(Schema schema, Iterable<Row> rows, RowRule... rules) {
    RowStep step = CheckRows.of(rules).withRuleCounts().step().orElseThrow();
    step.outputs(schema);
    RowStep.Processor processor = step.start(schema);
    List<List<Row>> outputs = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    RowStep.Emitter out = (output, row) -> outputs.get(output).add(row);
    rows.forEach(row -> processor.process(row, out));
    processor.finish(out);
    TreeMap<String, Long> counts = new TreeMap<>();
    outputs.get(2).forEach(row -> counts.put(row.getString("rule"), row.getInt64("failed")));
    return new Checked(outputs.get(0), outputs.get(1), counts);
  }

  /** The rule and column of all failures of the quarantined row {@code index}. */
  List<String> failures(int index) {
    List<String> failures = new ArrayList<>();
    for (Row failure : quarantined.get(index).<Row>getArray("failures")) {
      failures.add(failure.getString("rule") + "@" + failure.getString("column"));
    }
    return failures;
  }
}
