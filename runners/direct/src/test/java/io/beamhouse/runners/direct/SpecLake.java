package io.beamhouse.runners.direct;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamhouse.pipelines.cli.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A spec with a parameter {@code lake}, its lake, and files to read in the lake's {@code in}. */
final class SpecLake {
  private final Path spec;
  private final Path lake;
  private String printed = "";

  SpecLake(Path home, String text) throws IOException {
    this.spec = home.resolve("spec.yaml");
    this.lake = home.resolve("lake");
    Files.createDirectories(lake.resolve("in"));
    rewrite(text);
  }

  Path lake() {
    return lake;
  }

  void rewrite(String text) throws IOException {
    Files.writeString(spec, text);
  }

  void write(String file, String content) throws IOException {
    Files.writeString(lake.resolve("in").resolve(file), content);
  }

  /** Runs the spec with values for its parameters; returns the exit code. */
  int run(String... set) {
    StringWriter out = new StringWriter();
    PrintWriter writer = new PrintWriter(out);
    List<String> arguments = new ArrayList<>(List.of("run", spec.toString(), "--set=lake=" + lake));
    Arrays.stream(set).forEach(value -> arguments.add("--set=" + value));
    int code = Main.execute(writer, writer, arguments.toArray(String[]::new));
    printed = out.toString();
    return code;
  }

  /** What the last run printed. */
  String printed() {
    return printed;
  }

  /** The newest report of the pipeline {@code name}. */
  JsonNode report(String name) throws IOException {
    return new ObjectMapper().readTree(lake.resolve("_state/" + name + "/report.json").toFile());
  }
}
