package io.beamhouse.runners.spark;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.stream.Stream;
import org.apache.beam.sdk.values.Row;

/** What the YouFlix specs leave in a directory. */
final class Lake {
  /** The packaged specs, in the order in which they are run. */
  static final List<String> FIRST_WAVE = List.of("bronze", "silver");

  /** The same with a check in the silver pipeline, which puts bad rows into quarantine. */
  static final List<String> SECOND_WAVE = List.of("bronze", "checked");

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

  /** Checks everything against an undisturbed run's lake, and silver against the source, too. */
  void assertEquals(Lake clean, YouFlix youFlix) throws Exception {
    assertSilverEqualsSource(youFlix);
    for (String table : YouFlix.TABLES) {
      assertThat(everything(table)).containsExactlyElementsOf(clean.everything(table));
      assertSame(published("bronze", table), clean.published("bronze", table));
      assertSame(published("quarantine", table), clean.published("quarantine", table));
    }
    assertThat(reports()).isEqualTo(clean.reports());
  }

  private static void assertSame(Published ours, Published clean) throws IOException {
    Map<String, List<String>> expected = clean.rows();
    Map<String, List<String>> rows = ours.rows();
    assertThat(rows).containsOnlyKeys(expected.keySet());
    expected.forEach(
        (run, lines) ->
            assertThat(rows.get(run)).as(run).isNotEmpty().containsExactlyElementsOf(lines));
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

  /** Returns silver with the columns that the source does not have, sorted. */
  private List<String> everything(String table) {
    return silver(table).rows().stream()
        .map(row -> Published.settled(row.toString(false)))
        .sorted()
        .toList();
  }

  private Published published(String layer, String table) throws IOException {
    return Published.in(root.resolve(layer + "/youflix/" + table));
  }

  /** Returns everything that readers can see: published files, commits and reports. */
  Map<String, String> contents() throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = root.relativize(file).toString();
        boolean visible =
            (name.matches("(bronze|quarantine)/.*/part-.*") && !name.contains("_staging"))
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

  /** Returns every run's report by pipeline and run. */
  private Map<String, String> reports() throws IOException {
    Map<String, String> reports = new TreeMap<>();
    for (String table : YouFlix.TABLES) {
      Reports of = new Reports(root, silver(table).id(), published("bronze", table));
      for (String spec : FIRST_WAVE) {
        of.all("youflix-subscriptions-" + spec + "/" + table).forEach(reports::put);
      }
    }
    return reports;
  }
}
