package io.beamhouse.transforms.flatten;

import io.beamhouse.core.rowwise.RowStep;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;

/** What a step emits for rows, by output; without a pipeline. */
final class Tables {
  private Tables() {}

  static Map<String, List<Row>> of(RowStep step, Schema schema, Iterable<Row> rows) {
    Map<String, List<Row>> tables = new LinkedHashMap<>();
    List<String> names = new ArrayList<>(step.outputs(schema).keySet());
    names.forEach(name -> tables.put(name, new ArrayList<>()));
    List<Schema> schemas = new ArrayList<>(step.outputs(schema).values());
    RowStep.Processor processor = step.start(schema);
    for (Row row : rows) {
      processor.process(
          row,
          (output, emitted) -> {
            // attachValues checks nothing, so check here what a coder would need.
            Row.withSchema(schemas.get(output)).addValues(emitted.getValues()).build();
            tables.get(names.get(output)).add(emitted);
          });
    }
    return tables;
  }
}
