package io.beamhouse.runners.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.io.parquet.ParquetRowReader;
import io.beamhouse.io.parquet.ParquetSchemas;
import io.beamhouse.pipelines.cli.Main;
import io.beamhouse.testing.DeltaTables;
import io.beamhouse.testing.ImdbFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.beam.sdk.schemas.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The IMDb specs over two deliveries of the same dumps, on the direct runner and on Spark. */
class ImdbOnSparkTest {
  private static final String[] ON_SPARK = {"--runner=SparkRunner", "--sparkMaster=local[2,4]"};

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
    Path ratings = landing.resolve("title.ratings.tsv.gz");
    // gzip members make one file.
    Files.write(ratings, gzip("tt0000900\t11.5\t-3\n"), StandardOpenOption.APPEND);
    runAll(Main::execute, direct, List.of("bronze", "silver", "gold"));
    runAll(SparkMain::execute, spark, List.of("bronze", "silver", "gold"), ON_SPARK);
    // Other lists for the same titles.
    ImdbFiles.of(2, 61).write("title.basics", landing.resolve("title.basics.tsv.gz"));
    runAll(Main::execute, direct, List.of("silver", "gold"));
    runAll(SparkMain::execute, spark, List.of("silver", "gold"), ON_SPARK);

    Map<String, List<String>> expected = tables(direct);
    assertThat(expected)
        .containsKeys("silver/imdb/title.genres", "gold/imdb/top_titles", "quarantine")
        .hasSize(21)
        .allSatisfy((table, rows) -> assertThat(rows).as(table).isNotEmpty());
    Map<String, List<String>> found = tables(spark);
    assertThat(found).containsOnlyKeys(expected.keySet());
    expected.forEach((table, rows) -> assertThat(found.get(table)).as(table).isEqualTo(rows));
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private void runAll(Runner runner, Path lake, List<String> specs, String... more) {
    for (String spec : specs) {
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

  /** The rows of every table below {@code lake}, with their child keys, sorted. */
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
    for (String table : ImdbFiles.TABLES) {
      tables.put("bronze/" + table, bronze(lake.resolve("bronze/imdb/" + table)));
    }
    return tables;
  }

  private static List<String> bronze(Path directory) throws IOException {
    List<String> rows = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".parquet")).toList()) {
        org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(file.toUri());
        Schema schema =
            ParquetSchemas.toBeam(ParquetRowReader.footer(path).getFileMetaData().getSchema());
        try (ParquetRowReader reader = ParquetRowReader.read(path, schema)) {
          while (reader.hasNext()) {
            rows.add(reader.next().getValues().toString());
          }
        }
      }
    }
    return rows.stream().sorted().toList();
  }
}
