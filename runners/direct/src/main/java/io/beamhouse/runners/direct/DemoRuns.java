package io.beamhouse.runners.direct;

import io.beamhouse.io.delta.data.TableFileReader;
import io.beamhouse.io.delta.log.DataFiles;
import io.beamhouse.io.delta.log.DeltaLog;
import io.beamhouse.io.delta.log.TableSnapshot;
import io.beamhouse.pipelines.cli.Main;
import io.beamhouse.pipelines.increment.RunReport;
import io.beamhouse.pipelines.increment.StateCommand;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.beam.sdk.values.Row;

/** Specs that a demo runs as its user would, and what they leave in its lake. */
final class DemoRuns {
  private final Path home;
  private final String runner;
  private final PrintWriter err;

  DemoRuns(Path home, String runner, PrintWriter err) {
    this.home = home;
    this.runner = runner;
    this.err = err;
  }

  Path lake() {
    return home.resolve("lake");
  }

  /** Copies a packaged spec to where the user can look at it and change it. */
  Path spec(String resource) throws IOException {
    Path target = home.resolve("specs").resolve(Path.of(resource).getFileName());
    Files.createDirectories(target.getParent());
    try (InputStream in = Main.class.getClassLoader().getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("no resource " + resource);
      }
      Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
    }
    return target;
  }

  /** Runs a spec with values for its parameters; returns what it prints. */
  String run(Path spec, String... values) {
    return run(spec, List.of(), List.of(values));
  }

  /** How a run ended. */
  record Ended(int code, String said) {}

  /** Runs a spec that may fail; returns what it says of that. */
  Ended end(Path spec, List<String> values) {
    StringWriter said = new StringWriter();
    PrintWriter both = new PrintWriter(said);
    int code = Main.execute(both, both, arguments(spec, List.of(), values));
    return new Ended(code, said.toString());
  }

  private String[] arguments(Path spec, List<String> options, List<String> values) {
    List<String> arguments =
        new ArrayList<>(
            List.of("run", spec.toString(), "--set", "lake=" + lake(), "--runner=" + runner));
    values.forEach(value -> arguments.addAll(List.of("--set", value)));
    arguments.addAll(options);
    return arguments.toArray(String[]::new);
  }

  /** As above, with more options of the command line. */
  String run(Path spec, List<String> options, List<String> values) {
    StringWriter summary = new StringWriter();
    int code = Main.execute(new PrintWriter(summary), err, arguments(spec, options, values));
    if (code != 0) {
      throw new DemoFailedException(
          "The run of " + spec.getFileName() + " ended with exit code " + code + ":\n" + summary);
    }
    return summary.toString();
  }

  /** The report of the newest run of a pipeline, {@code spec/table}. */
  RunReport report(String pipeline) {
    return StateCommand.at(lake().resolve("_state").toString(), pipeline).show().lastReport();
  }

  /** All rows of a small Delta table. */
  List<Row> rows(Path table, List<String> columns) {
    List<Row> rows = new ArrayList<>();
    forEachRow(table, columns, rows::add);
    return rows;
  }

  /** As {@link #forEachRow}, the values of {@code columns} in their order. */
  static void forEachValues(Path table, List<String> columns, Consumer<List<Object>> each) {
    forEachRow(
        table,
        columns,
        row -> {
          List<Object> values = new ArrayList<>();
          columns.forEach(column -> values.add(row.getValue(column)));
          each.accept(values);
        });
  }

  /** Reads a Delta table, a row group in memory at a time. */
  static void forEachRow(Path table, List<String> columns, Consumer<Row> each) {
    TableSnapshot snapshot = DeltaLog.at(table.toString()).latest();
    TableFileReader reader = new TableFileReader(snapshot, columns);
    try (DataFiles files = snapshot.files()) {
      while (files.hasNext()) {
        reader.read(files.next(), each);
      }
    }
  }
}
