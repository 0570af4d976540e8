package io.beamhouse.runners.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamhouse.testing.DeltaTables;
import io.beamhouse.testing.RowsAssert;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.beam.sdk.values.Row;

/** What the two YouFlix specs leave in a directory. */
final class Lake {
  /** In the order in which they are run. */
  static final List<String> SPECS = List.of("bronze", "silver");

  /** Deleted keys are numbered in the order in which the database gave them. */
  private static final Pattern DELETED = Pattern.compile("\\[deleted\\]#[0-9]+");

  private static final Pattern NOW = Pattern.compile("20(2[5-9]|[3-9][0-9])-[-0-9T:.]+Z");

  private final Path root;
  private final String database;

  Lake(Path root, String database) {
    this.root = root;
    this.database = database;
  }

  /** The arguments of a run of one of the specs. */
  String[] run(String spec, YouFlix youFlix, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("run", spec(spec).toString(), "--set", "lake=" + root));
    if (spec.equals("bronze")) {
      arguments.addAll(List.of("--set", "url=" + youFlix.url(database)));
      arguments.addAll(List.of("--set", "username=postgres"));
      arguments.addAll(List.of("--set", "password=${file:" + password() + "}"));
    }
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  private Path password() {
    try {
      return Files.writeString(root.resolveSibling("password"), "postgres");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path spec(String name) {
    try (var in = Lake.class.getResourceAsStream("/youflix/subscriptions-" + name + ".yaml")) {
      Path file = root.resolveSibling("subscriptions-" + name + ".yaml");
      Files.write(file, in.readAllBytes());
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Checks silver against the source, bronze and the reports against an undisturbed run's. */
  void assertEquals(Lake clean, YouFlix youFlix) throws Exception {
    assertSilverEqualsSource(youFlix);
    assertThat(bronze()).isEqualTo(clean.bronze());
    assertThat(counts()).isEqualTo(clean.counts()).isNotEmpty();
  }

  /** Checks that silver equals the source, row by row. */
  void assertSilverEqualsSource(YouFlix youFlix) throws SQLException {
    for (String table : YouFlix.TABLES) {
      List<Row> source = youFlix.rows(database, table);
      String[] columns = source.get(0).getSchema().getFieldNames().toArray(String[]::new);
      RowsAssert.assertThat(silver(table).rows(columns)).containsExactlyInAnyOrder(source);
    }
  }

  DeltaTables silver(String table) {
    return DeltaTables.at(root.resolve("silver/youflix/" + table));
  }

  /**
   * Returns the lines of all bronze files that a glob sees, sorted, by table; times of this test
   * are replaced.
   */
  Map<String, List<String>> bronze() throws IOException {
    Map<String, List<String>> lines = new TreeMap<>();
    for (String table : YouFlix.TABLES) {
      List<String> all = new ArrayList<>();
      try (Stream<Path> files = Files.list(root.resolve("bronze/youflix/" + table))) {
        for (Path file : files.filter(f -> f.getFileName().toString().endsWith(".csv")).toList()) {
          List<String> content = Files.readAllLines(file);
          for (String line : content.subList(1, content.size())) {
            all.add(DELETED.matcher(NOW.matcher(line).replaceAll("(now)")).replaceAll("[deleted]"));
          }
        }
      }
      all.sort(null);
      lines.put(table, all);
    }
    return lines;
  }

  /** Returns everything that readers can see: published files, commits and reports. */
  Map<String, String> contents() throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = root.relativize(file).toString();
        boolean visible =
            (name.startsWith("bronze") && name.endsWith(".csv") && !name.contains("_staging"))
                || name.contains("_delta_log")
                || name.endsWith("done.json")
                || name.contains("manifest");
        if (visible) {
          contents.put(name, Files.readString(file, StandardCharsets.ISO_8859_1));
        }
      }
    }
    return contents;
  }

  /** Returns the outcome counts of every run's report, by state and run. */
  Map<String, String> counts() throws IOException {
    Map<String, String> counts = new TreeMap<>();
    ObjectMapper mapper = new ObjectMapper();
    try (Stream<Path> files = Files.walk(root.resolve("_state"))) {
      for (Path file : files.filter(f -> f.getFileName().toString().equals("done.json")).toList()) {
        JsonNode report = mapper.readTree(file.toFile());
        for (var sinks = report.at("/sinks").fields(); sinks.hasNext(); ) {
          var sink = sinks.next();
          counts.put(
              report.get("pipeline").textValue() + " " + report.get("run") + " " + sink.getKey(),
              sink.getValue().get("counts").toString());
        }
      }
    }
    return counts;
  }
}
