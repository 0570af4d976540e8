package io.beamhouse.quality;

import io.beamhouse.core.error.Problems;
import io.beamhouse.core.row.RowTypes;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollection.IsBounded;
import org.apache.beam.sdk.values.Row;

/** Whether rows are results of earlier runs. */
final class HistoryFit {
  private HistoryFit() {}

  static void check(PCollection<Row> history, Problems problems) {
    if (history == null) {
      return;
    }
    Schema schema = history.getSchema();
    for (String column : List.of("metric", "value", "as_of")) {
      FieldType wanted = DatasetResult.SCHEMA.getField(column).getType();
      if (!schema.hasField(column)
          || !RowTypes.equal(
              schema.getField(column).getType().withNullable(false), wanted.withNullable(false))) {
        problems.add(
            "history", "the input needs the column " + column + " " + RuleSchema.typeName(wanted));
      }
    }
    if (history.isBounded() == IsBounded.UNBOUNDED) {
      problems.add("history", "the input must be bounded");
    }
  }
}
