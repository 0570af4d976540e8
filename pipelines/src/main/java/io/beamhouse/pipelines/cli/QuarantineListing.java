package io.beamhouse.pipelines.cli;

import io.beamhouse.io.delta.QuarantineTable;
import io.beamhouse.pipelines.run.QuarantineReplay;
import io.beamhouse.pipelines.run.QuarantineSelection;
import java.io.PrintWriter;
import java.util.OptionalLong;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.beam.sdk.values.Row;

/** Prints quarantined records, at most so many of each sink; values only when asked for. */
final class QuarantineListing {
  private final PrintWriter out;
  private final int limit;
  private final boolean values;

  QuarantineListing(PrintWriter out, int limit, boolean values) {
    this.out = out;
    this.limit = limit;
    this.values = values;
  }

  void print(String job, QuarantineReplay sink, QuarantineSelection selection) {
    QuarantineTable table = sink.quarantine().table();
    out.println(job + " " + sink.name() + ": " + table.path());
    OptionalLong version = table.version();
    if (version.isEmpty()) {
      out.println("  no table yet");
      return;
    }
    QuarantineSelection.Choice choice = selection.choice();
    int[] printed = {0};
    table.read(
        version.getAsLong(),
        row -> {
          if (!choice.takes(row)) {
            return true;
          }
          if (printed[0] == limit) {
            out.println("  and more; --limit says how many are printed");
            return false;
          }
          printed[0]++;
          print(row);
          return true;
        });
    if (printed[0] == 0) {
      out.println("  none");
    }
  }

  private void print(Row row) {
    if (values) {
      for (Field field : row.getSchema().getFields()) {
        Object value = row.getValue(field.getName());
        if (value != null) {
          out.printf("  %-14s %s%n", field.getName(), value);
        }
      }
      out.println();
      return;
    }
    String resolved = row.getString(QuarantineTable.RESOLVED_BY);
    out.println(
        "  "
            + row.getString(QuarantineTable.ID)
            + "  "
            + row.getString(QuarantineTable.STEP)
            + "  "
            + row.getString(QuarantineTable.RULE)
            + "  at "
            + (row.getString(QuarantineTable.POSITION) == null
                ? "unknown position"
                : row.getString(QuarantineTable.POSITION))
            + "  copies "
            + row.getInt64(QuarantineTable.COPIES)
            + ", attempt "
            + row.getInt32(QuarantineTable.ATTEMPT)
            + ", "
            + (resolved == null ? "unresolved" : "resolved by " + resolved));
  }
}
