package io.beamhouse.runners.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.pipelines.cli.Main;
import io.beamhouse.testing.DeltaTables;
import io.beamhouse.testing.ImdbFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The IMDb specs over two deliveries of the same dumps, on the direct runner and on Spark. */
class ImdbOnSparkTest {
  @TempDir Path directory;
  private Path landing;

  private interface Runner {
    int execute(PrintWriter out, PrintWriter err, String... arguments);
  }

  @Test
  void bothRunnersMakeTheSameTables() throws IOException {
    landing = directory.resolve("landing");
    Path direct = directory.resolve("direct");
    Path spark = directory.resolve("spark");

    ImdbFiles.of(1, 60).writeTo(landing);
    runAll(Main::execute, direct);
    runAll(SparkMain::execute, spark, "--runner=SparkRunner", "--sparkMaster=local[2,4]");
    // Other lists for the same titles and names; principals have some that are no JSON.
    for (String table : List.of("title.basics", "title.crew", "name.basics")) {
      ImdbFiles.of(2, 61).write(table, landing.resolve(table + ".tsv.gz"));
    }
    runAll(Main::execute, direct);
    runAll(SparkMain::execute, spark, "--runner=SparkRunner", "--sparkMaster=local[2,4]");

    Map<String, List<String>> expected = tables(direct);
    assertThat(expected)
        .containsKeys("silver/imdb/title.genres", "gold/imdb/top_titles", "quarantine")
        .hasSize(14)
        .allSatisfy((table, rows) -> assertThat(rows).as(table).isNotEmpty());
    Map<String, List<String>> found = tables(spark);
    assertThat(found).containsOnlyKeys(expected.keySet());
    expected.forEach((table, rows) -> assertThat(found.get(table)).as(table).isEqualTo(rows));
  }

  private void runAll(Runner runner, Path lake, String... more) {
    for (String spec : List.of("bronze", "silver", "gold")) {
      List<String> arguments =
          new ArrayList<>(List.of("run", "imdb/imdb-" + spec + ".yaml", "--set", "lake=" + lake));
      arguments.addAll(
          spec.equals("gold")
              ? List.of("--set", "min_votes=10", "--set", "title_type=tvEpisode")
              : List.of("--set", "landing=" + landing));
      arguments.addAll(List.of(more));
      StringWriter output = new StringWriter();
      PrintWriter printer = new PrintWriter(output);
      int code = runner.execute(printer, printer, arguments.toArray(String[]::new));
      assertThat(code).as("%s %s%n%s", spec, lake, output).isZero();
    }
  }

  /** The rows of every Delta table below {@code lake}, with their child keys, sorted. */
  private static Map<String, List<String>> tables(Path lake) throws IOException {
    Map<String, List<String>> tables = new TreeMap<>();
    try (Stream<Path> logs = Files.walk(lake)) {
      for (Path log : logs.filter(path -> path.endsWith("_delta_log")).toList()) {
        Path table = log.getParent();
        tables.put(
            lake.relativize(table).toString(),
            DeltaTables.at(table).rows().stream()
                .map(row -> row.getValues().toString())
                .sorted()
                .toList());
      }
    }
    return tables;
  }
}
