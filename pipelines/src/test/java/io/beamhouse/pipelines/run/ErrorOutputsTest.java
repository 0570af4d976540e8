package io.beamhouse.pipelines.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.pipelines.cli.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bad records of sources that know runs, also of one that has nothing new. */
class ErrorOutputsTest {
  private static final String SPEC =
      """
      name: two
      state: DIR/state
      pipeline:
        transforms:
          - type: ReadNewFiles
            name: a
            config: &read
              path: DIR/a*.csv
              format: csv
              schema: [{name: id, type: INT64}]
              error_handling: {output: bad}
          - type: ReadNewFiles
            name: b
            config: {<<: *read, path: "DIR/b*.csv"}
          - {type: WriteToCsv, name: good, input: [a, b], config: {path: DIR/good}}
          - {type: WriteToJson, name: bad, input: [a.bad, b.bad], config: {path: DIR/bad}}
      """;

  @TempDir Path directory;

  private void run() throws IOException {
    Path spec = directory.resolve("two.yaml");
    Files.writeString(spec, SPEC.replace("DIR", directory.toString()));
    StringWriter err = new StringWriter();
    int code =
        Main.execute(
            new PrintWriter(new StringWriter()), new PrintWriter(err), "run", spec.toString());
    assertThat(code).as(err.toString()).isZero();
  }

  private List<String> lines(String name) throws IOException {
    List<String> lines = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory.resolve(name))) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        Files.readAllLines(file).stream()
            .map(line -> line.replaceAll(".*\"record\":\"([^\"]*)\".*", "$1"))
            .filter(line -> !line.equals("id"))
            .forEach(lines::add);
      }
    }
    return lines;
  }

  @Test
  void everyRecordIsGoodOrBadOnceInEveryRun() throws IOException {
    Files.writeString(directory.resolve("a1.csv"), "id\n1\nx\n");
    Files.writeString(directory.resolve("b1.csv"), "id\n2\ny\n");
    run();
    assertThat(lines("good")).containsExactlyInAnyOrder("1", "2");
    assertThat(lines("bad")).containsExactlyInAnyOrder("x", "y");

    Files.writeString(directory.resolve("b2.csv"), "id\n3\nz\n");
    run();
    assertThat(lines("good")).containsExactlyInAnyOrder("1", "2", "3");
    assertThat(lines("bad")).containsExactlyInAnyOrder("x", "y", "z");
  }
}
