package io.beamhouse.quality;

import io.beamhouse.core.error.Problems;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollection.IsBounded;
import org.apache.beam.sdk.values.Row;

/** Whether a foreign key fits its table. */
final class TableFit {
  private TableFit() {}

  static void check(
      ExistsIn key,
      PCollection<Row> rows,
      Map<String, PCollection<Row>> tables,
      Origin origin,
      Problems problems) {
    PCollection<Row> table = tables.get(key.table());
    if (table == null) {
      origin.add(
          problems,
          "exists_in.input",
          "there is no input '"
              + key.table()
              + "'"
              + Problems.didYouMean(key.table(), tables.keySet())
              + "; give the step an input of this name");
      return;
    }
    if (table.isBounded() == IsBounded.UNBOUNDED) {
      origin.add(problems, "exists_in.input", "'" + key.table() + "' must be bounded");
    }
    RuleSchema here = new RuleSchema(rows.getSchema(), problems, origin);
    RuleSchema there = new RuleSchema(table.getSchema(), problems, origin);
    for (int i = 0; i < key.columns().size(); i++) {
      int mine = index(here, key.columns(), i, "columns");
      int theirs = index(there, key.keys(), i, "exists_in.columns");
      if (mine >= 0 && theirs >= 0 && !KeyEncoder.match(here.kind(mine), there.kind(theirs))) {
        origin.add(
            problems,
            "exists_in.columns",
            "compares "
                + described(rows.getSchema(), mine)
                + " with "
                + key.table()
                + "'s "
                + described(table.getSchema(), theirs));
      }
    }
  }

  private static int index(RuleSchema schema, List<String> columns, int i, String key) {
    return schema.index(columns.get(i), key, KeyEncoder::isKey, "exists_in is for single values");
  }

  private static String described(Schema schema, int index) {
    return schema.getField(index).getName()
        + " ("
        + RuleSchema.typeName(schema.getField(index).getType())
        + ")";
  }
}
