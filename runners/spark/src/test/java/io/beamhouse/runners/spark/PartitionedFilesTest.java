package io.beamhouse.runners.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.io.core.manifest.Manifest;
import io.beamhouse.io.core.manifest.Manifests;
import io.beamhouse.pipelines.cli.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files by minute on the direct runner and on SparkRunner in this JVM. */
class PartitionedFilesTest {
  private static final String SPEC =
      """
      name: minutes
      parameters:
        lake: {type: string, required: true}
      state: ${lake}/state
      pipeline:
        type: chain
        transforms:
          - type: ReadNewFiles
            config: {path: "%s/in-*.csv", format: csv}
          - type: WriteToJson
            config:
              path: ${lake}/events
              partition_path: "{at:yyyy/MM/dd/HH/mm}"
              max_open_files: 3
      """;

  @TempDir Path directory;

  @Test
  void bothRunnersGiveEqualDirectories() throws Exception {
    for (int file = 0; file < 3; file++) {
      StringBuilder csv = new StringBuilder("id,at\n");
      for (int i = 0; i < 40; i++) {
        csv.append(file * 100 + i)
            .append(i % 10 == 9 ? ",\n" : ",2026-11-21T10:%02d:30Z\n".formatted(i % 7));
      }
      Files.writeString(directory.resolve("in-" + file + ".csv"), csv);
    }
    Path spec = Files.writeString(directory.resolve("minutes.yaml"), SPEC.formatted(directory));
    StringWriter output = new StringWriter();
    PrintWriter printer = new PrintWriter(output);
    String[] direct = {"run", spec.toString(), "--set", "lake=" + directory.resolve("direct")};
    assertThat(Main.execute(printer, printer, direct)).as("%s", output).isZero();
    String[] spark = {
      "run",
      spec.toString(),
      "--set",
      "lake=" + directory.resolve("spark"),
      "--runner=SparkRunner",
      "--sparkMaster=local[2]"
    };
    assertThat(SparkMain.execute(printer, printer, spark)).as("%s", output).isZero();

    assertThat(lines("direct")).hasSize(8).containsKeys("unknown", "2026/11/21/10/06");
    assertThat(lines("spark")).isEqualTo(lines("direct"));
  }

  private Map<String, List<String>> lines(String lake) throws IOException {
    Path events = directory.resolve(lake).resolve("events");
    Map<String, List<String>> lines = new TreeMap<>();
    for (Manifest manifest : Manifests.at(events.toString()).all()) {
      for (Manifest.PublishedFile file : manifest.files()) {
        lines
            .computeIfAbsent(Path.of(file.name()).getParent().toString(), at -> new ArrayList<>())
            .addAll(Files.readAllLines(events.resolve(file.name())));
      }
    }
    lines.values().forEach(each -> each.sort(null));
    return lines;
  }
}
