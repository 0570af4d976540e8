package io.beamhouse.runners.direct;

import io.beamhouse.pipelines.cli.Main;
import io.beamhouse.pipelines.increment.RunReport;
import io.beamhouse.pipelines.increment.StateCommand;
import io.beamhouse.testing.DeltaTables;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Specs of a user in one directory, what they print, and what they leave in its lake. */
final class StreamRuns {
  /** Bronze as it is, where a test can look at it. */
  private static final String LOOK =
      """
      name: look
      parameters: {lake: {required: true}}
      state: ${lake}/_state
      pipeline:
        type: chain
        transforms:
          - {type: ReadNewFiles, config: {path: "${lake}/bronze/youflix/events"}}
          - {type: MapToFields, config: {fields: {_source: _source, value: value, timestamp: timestamp}}}
          - {type: WriteToDelta, config: {table: "${lake}/look"}}
      """;

  private final Path home;

  StreamRuns(Path home) {
    this.home = home;
  }

  /** How a command ended, and all that it said. */
  record Ended(int code, String said) {}

  Path lake() {
    return home.resolve("lake");
  }

  /** Writes a spec, which may speak of the directory {@code ${lake}}. */
  Path spec(String text) throws IOException {
    return Files.writeString(home.resolve("spec.yaml"), text);
  }

  Ended run(Object spec, String... more) {
    return run(spec, line -> {}, more);
  }

  /** As above, and {@code hearing} hears each line of progress before the run goes on. */
  Ended run(Object spec, Consumer<String> hearing, String... more) {
    StringWriter said = new StringWriter();
    PrintWriter out =
        new PrintWriter(said) {
          @Override
          public void println(String line) {
            super.println(line);
            hearing.accept(line);
          }
        };
    List<String> arguments =
        new ArrayList<>(List.of("run", spec.toString(), "--set", "lake=" + lake()));
    arguments.addAll(Arrays.asList(more));
    int code = Main.execute(out, out, arguments.toArray(String[]::new));
    return new Ended(code, said.toString());
  }

  RunReport report(String pipeline) {
    return StateCommand.at(lake().resolve("_state").toString(), pipeline).show().lastReport();
  }

  DeltaTables table(String path) {
    return DeltaTables.at(lake().resolve(path));
  }

  /** What bronze holds now. */
  DeltaTables bronze() throws IOException {
    Path look = Files.writeString(home.resolve("look.yaml"), LOOK);
    Ended ended = run(look);
    if (ended.code() != 0) {
      throw new IllegalStateException(ended.said());
    }
    return table("look");
  }
}
