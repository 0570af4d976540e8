package io.beamhouse.pipelines.cli;

import io.beamhouse.io.delta.KeyedTable;
import io.beamhouse.io.delta.MergingSink;
import io.beamhouse.io.delta.QuarantineTable;
import io.beamhouse.pipelines.increment.RunReport.SinkReport;
import io.beamhouse.pipelines.run.KeyTrace;
import io.beamhouse.pipelines.run.KeyVersions;
import io.beamhouse.pipelines.run.KeyVersions.Version;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.beam.sdk.values.Row;

/** Prints what is known of a key; values of rows only when asked for. */
final class WhyListing {
  private final PrintWriter out;
  private final String name;
  private final MergingSink sink;
  private final boolean values;

  WhyListing(PrintWriter out, String name, MergingSink sink, boolean values) {
    this.out = out;
    this.name = name;
    this.sink = sink;
    this.values = values;
  }

  void print(
      String job,
      Set<String> key,
      Optional<KeyedTable.Found> found,
      List<KeyTrace.Run> runs,
      List<Row> quarantined) {
    List<Version> versions = new KeyVersions(sink).of(runs);
    out.println(job + " " + name + ": " + sink.target() + ", by the key " + String.join(", ", key));
    out.println("because: " + because(found, runs, versions, quarantined));
    table(found);
    versions(versions);
    runs(runs);
    quarantine(quarantined);
  }

  private String because(
      Optional<KeyedTable.Found> found,
      List<KeyTrace.Run> runs,
      List<Version> versions,
      List<Row> quarantined) {
    boolean stored = found.isPresent() && !found.get().stored().isEmpty();
    Optional<Version> counts = versions.stream().findFirst();
    if (stored) {
      return counts.isEmpty()
          ? "the row is stored; none of the runs that were searched brought it"
          : counts.get().deletes()
              ? "the row is stored, although run "
                  + counts.get().run()
                  + " brought its delete:"
                  + " an older run, a backfill or another writer brought it"
              : "the row is stored, as run " + counts.get().run() + " brought it";
    }
    if (counts.isPresent()) {
      return counts.get().deletes()
          ? "the row was deleted by run " + counts.get().run()
          : "the row is not stored, although run "
              + counts.get().run()
              + " brought it: a newer"
              + " delete of a run that was not searched, or another writer, took it away";
    }
    Optional<Row> refused =
        quarantined.stream()
            .filter(row -> row.getString(QuarantineTable.RESOLVED_BY) == null)
            .findFirst();
    if (refused.isPresent()) {
      return "the row is in quarantine, refused by "
          + refused.get().getString(QuarantineTable.STEP)
          + ", rule "
          + refused.get().getString(QuarantineTable.RULE);
    }
    for (KeyTrace.Run run : runs) {
      Optional<String> vanished = vanished(run);
      if (vanished.isPresent()) {
        return "the row came with run " + run.report().run() + ", and " + vanished.get();
      }
    }
    return "no row of this key was seen in the runs that were searched";
  }

  /** The step that a row went into and never came out of. */
  private static Optional<String> vanished(KeyTrace.Run run) {
    for (KeyTrace.Passed step : run.steps()) {
      if (step.some() && step.rows().isEmpty()) {
        return Optional.of(
            step.refused().isEmpty()
                ? "nothing came of it in the step " + step.step()
                : "was refused by the step " + step.step());
      }
    }
    return Optional.empty();
  }

  private void table(Optional<KeyedTable.Found> found) {
    if (found.isEmpty()) {
      out.println("table: there is none yet");
      return;
    }
    KeyedTable.Found table = found.get();
    out.println(
        "table: version "
            + table.version()
            + ", "
            + table.rows()
            + " row(s) looked at, "
            + (table.stored().isEmpty() ? "none" : table.stored().size())
            + " with this key");
    for (KeyedTable.Stored stored : table.stored()) {
      out.println("  in " + stored.file() + lineage(stored.row()));
      out.println(
          stored
              .added()
              .map(
                  by ->
                      "  the file was written by version "
                          + by.version()
                          + " at "
                          + by.at()
                          + ", "
                          + by.operation()
                          + (by.info().containsKey("run")
                              ? " of run " + by.info().get("run") + " of " + by.info().get("sink")
                              : ""))
              .orElse("  the commit that wrote the file is no longer in the log"));
      values(stored.row(), "  ");
    }
  }

  private static String lineage(Row row) {
    StringBuilder lineage = new StringBuilder();
    for (String column : List.of("_run", "_source")) {
      if (row.getSchema().hasField(column) && row.getValue(column) != null) {
        lineage.append(", ").append(column).append(' ').append((Object) row.getValue(column));
      }
    }
    return lineage.toString();
  }

  private void versions(List<Version> versions) {
    if (versions.isEmpty()) {
      return;
    }
    out.println("versions that came to " + name + ", the one that counts first:");
    for (Version version : versions) {
      out.println(
          "  run "
              + version.run()
              + (version.position() == null ? "" : " at " + version.position())
              + (version.deletes() ? ", deletes the row" : "")
              + (version.lost().isEmpty() ? ", counts" : ", lost: " + version.lost()));
      values(version.row(), "    ");
    }
  }

  private void runs(List<KeyTrace.Run> runs) {
    if (runs.isEmpty()) {
      out.println("runs: none is known");
      return;
    }
    boolean all = runs.get(runs.size() - 1).report().run() == 1;
    out.println(
        "runs, newest first; " + (all ? "these are all runs:" : "older ones were not searched:"));
    for (KeyTrace.Run run : runs) {
      String when = "  run " + run.report().run() + " of " + run.report().clock() + ": ";
      if (run.unknown().isPresent()) {
        out.println(when + run.unknown().get());
        continue;
      }
      List<String> lines = new ArrayList<>();
      run.steps().stream().filter(KeyTrace.Passed::some).forEach(step -> lines.add(line(step)));
      out.println(when + (lines.isEmpty() ? "no row of this key" : ""));
      lines.forEach(line -> out.println("    " + line));
      if (!run.arrived().isEmpty()) {
        SinkReport written = run.report().sinks().get(name);
        out.println(
            "    "
                + name
                + ": "
                + run.arrived().size()
                + " row(s) came"
                + (written == null || written.versions() == null
                    ? ""
                    : "; version " + String.join(", ", written.versions())));
      }
    }
  }

  private static String line(KeyTrace.Passed step) {
    StringBuilder line = new StringBuilder(step.step());
    line.append(": ").append(step.rows().size()).append(" row(s) given on");
    if (!step.refused().isEmpty()) {
      line.append(", ").append(step.refused().size()).append(" refused");
      step.refused().forEach(row -> line.append(" (").append(row.getString("rule")).append(')'));
    }
    if (!step.broken().isEmpty()) {
      line.append("; broke: ").append(String.join(", ", step.broken()));
    }
    if (!step.passed().isEmpty()) {
      line.append("; passed: ").append(String.join(", ", step.passed()));
    }
    return line.toString();
  }

  private void quarantine(List<Row> quarantined) {
    for (Row row : quarantined) {
      String resolved = row.getString(QuarantineTable.RESOLVED_BY);
      String position = row.getString(QuarantineTable.POSITION);
      out.println(
          "quarantine: "
              + row.getString(QuarantineTable.ID)
              + ", refused by "
              + row.getString(QuarantineTable.STEP)
              + ", rule "
              + row.getString(QuarantineTable.RULE)
              + (position == null ? "" : ", at " + position)
              + ", runs "
              + row.getInt64(QuarantineTable.FIRST_RUN)
              + " to "
              + row.getInt64(QuarantineTable.RUN)
              + ", "
              + (resolved == null ? "unresolved" : "resolved by " + resolved));
    }
  }

  private void values(Row row, String indent) {
    if (values) {
      for (Field field : row.getSchema().getFields()) {
        out.println(indent + "  " + field.getName() + ": " + row.getValue(field.getName()));
      }
    }
  }
}
