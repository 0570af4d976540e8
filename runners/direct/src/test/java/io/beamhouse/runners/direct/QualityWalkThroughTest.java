package io.beamhouse.runners.direct;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.testing.DeltaTables;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Follows {@code docs/quality.md} from its top, by a shell, command by command. */
class QualityWalkThroughTest {
  private static final Pattern BLOCK = Pattern.compile("(?s)```(sh)?\n(.*?)```");
  private static final Pattern ID = Pattern.compile("(?m)^ +([0-9a-f]{32}) .*orders-2.csv:2");

  @TempDir Path directory;

  /** Commands, and lines that they are said to print. */
  private record Part(String commands, List<String> shown) {}

  private static List<Part> parts() throws IOException {
    String page = Files.readString(Path.of("..", "..", "docs", "quality.md"));
    int from = page.indexOf("## From a rule to a replay");
    Matcher block = BLOCK.matcher(page.substring(from, page.indexOf("\n## ", from + 1)));
    List<Part> parts = new ArrayList<>();
    while (block.find()) {
      if (block.group(1) != null) {
        parts.add(new Part(block.group(2), new ArrayList<>()));
      } else {
        parts.get(parts.size() - 1).shown().addAll(block.group(2).lines().toList());
      }
    }
    return parts;
  }

  private String shell(String commands) throws IOException, InterruptedException {
    Process bash =
        new ProcessBuilder("bash", "-euo", "pipefail", "-c", commands)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .start();
    String printed = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(bash.waitFor()).as("%s%n%s", commands, printed).isZero();
    return printed;
  }

  /** What {@code ./beamhouse} starts once everything is built. */
  private void launcher() throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "exec",
                "'" + java() + "'",
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC"));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens"))
        .forEach(command::add);
    command.addAll(
        List.of(
            "-cp",
            "'" + System.getProperty("java.class.path") + "'",
            "io.beamhouse.pipelines.cli.Main",
            "\"$@\""));
    Path file = directory.resolve("beamhouse");
    Files.writeString(file, "#!/usr/bin/env bash\n" + String.join(" ", command) + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  @Test
  void everyCommandDoesWhatThePageSays() throws IOException, InterruptedException {
    launcher();
    String id = "";
    for (Part part : parts()) {
      // The page cannot know the id, and shows both commands together.
      String printed = "";
      for (String commands : part.commands().split("(?<=\n)(?=.*\\bID\n)")) {
        printed += shell(commands.replaceAll("\\bID\n", id + "\n"));
        Matcher found = ID.matcher(printed);
        id = found.find() ? found.group(1) : id;
      }
      for (String line : part.shown()) {
        assertThat(printed).contains(line);
      }
    }
    assertThat(DeltaTables.at(directory.resolve("shop/lake/orders")).rows())
        .extracting(row -> row.getInt64("id") + " " + row.getString("customer"))
        .containsExactlyInAnyOrder("1 ann", "2 bob", "3 cem", "4 dan", "5 eve");
    assertThat(DeltaTables.at(directory.resolve("shop/lake/quarantine")).rows())
        .extracting(row -> row.getString("position") + " " + row.getString("resolved_by"))
        .containsExactlyInAnyOrder("orders-2.csv:1 null", "orders-2.csv:2 replay 1");
  }
}
