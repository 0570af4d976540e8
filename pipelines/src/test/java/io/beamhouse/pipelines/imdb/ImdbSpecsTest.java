package io.beamhouse.pipelines.imdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.io.parquet.ParquetRowReader;
import io.beamhouse.io.parquet.ParquetSchemas;
import io.beamhouse.pipelines.cli.Main;
import io.beamhouse.testing.DeltaTables;
import io.beamhouse.testing.ImdbFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The IMDb specs on made-up dumps. */
class ImdbSpecsTest {
  private static final long TITLES = 150;

  @TempDir Path directory;
  private Path landing;
  private Path lake;

  @BeforeEach
  void dumps() throws IOException {
    landing = directory.resolve("landing");
    lake = directory.resolve("lake");
    ImdbFiles.of(1, TITLES).writeTo(landing);
  }

  private String run(String spec, String... more) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> arguments =
        new ArrayList<>(
            List.of("run", "imdb/" + spec, "--set", "landing=" + landing, "--set", "lake=" + lake));
    arguments.addAll(List.of(more));
    int code =
        Main.execute(new PrintWriter(out), new PrintWriter(err), arguments.toArray(new String[0]));
    assertThat(code).as("%s%n%s", out, err).isZero();
    return out.toString();
  }

  private static String table(String name) {
    return name + ".tsv.gz";
  }

  /** What the dump says, by nothing but its tabs and lines. */
  private static List<List<String>> dump(Path file) throws IOException {
    List<List<String>> records = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      lines.readLine();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        List<String> fields = new ArrayList<>();
        for (String field : line.split("\t", -1)) {
          fields.add(field.equals("\\N") ? null : field);
        }
        records.add(fields);
      }
    }
    return records;
  }

  private List<List<String>> bronze(String table, List<String> columns) throws IOException {
    List<List<String>> records = new ArrayList<>();
    for (Path file : files(lake.resolve("bronze/imdb/" + table), ".parquet")) {
      org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(file.toUri());
      Schema schema =
          ParquetSchemas.toBeam(ParquetRowReader.footer(path).getFileMetaData().getSchema());
      assertThat(schema.getFieldNames()).startsWith(columns.get(0)).contains("_source");
      try (ParquetRowReader reader = ParquetRowReader.read(path, schema)) {
        while (reader.hasNext()) {
          Row row = reader.next();
          List<String> fields = new ArrayList<>();
          columns.forEach(
              column -> fields.add(schema.hasField(column) ? row.getString(column) : null));
          records.add(fields);
        }
      }
    }
    return records;
  }

  private static List<Path> files(Path directory, String extension) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(extension)).sorted().toList();
    }
  }

  @Test
  void bronzeHoldsEveryFieldAsItCameAndTakesWhatChanges() throws IOException {
    assertThat(run("imdb-bronze.yaml", "--dry-run", "--table", "title.crew"))
        .contains("step dumps: tconst STRING?, directors STRING?, writers STRING?, _source STRING")
        .contains("step dumps.bad: failed_row");
    String first = run("imdb-bronze.yaml");
    for (String table : ImdbFiles.TABLES) {
      assertThat(first).contains("imdb-bronze/" + table + ": run 1 done");
      assertThat(bronze(table, ImdbFiles.columns(table)))
          .as(table)
          .containsExactlyInAnyOrderElementsOf(dump(landing.resolve(table(table))));
    }
    assertThat(run("imdb-bronze.yaml").lines())
        .hasSize(ImdbFiles.TABLES.size())
        .allMatch(line -> line.endsWith(": nothing new"));

    String ratings = "title.ratings";
    List<List<String>> before = dump(landing.resolve(table(ratings)));
    Files.delete(landing.resolve(table(ratings)));
    gzip(
        landing.resolve(table(ratings)),
        "tconst\taverageRating\tnumVotes\tweight\ntt0000001\t5.5\t\\N\t\"1\ntt0000002\t6.5\n");
    String third = run("imdb-bronze.yaml");
    assertThat(third).contains("imdb-bronze/title.ratings: run 2 done");
    assertThat(third.lines().filter(line -> line.endsWith(": nothing new"))).hasSize(6);
    List<String> grown = new ArrayList<>(ImdbFiles.columns(ratings));
    grown.add("weight");
    List<List<String>> expected = new ArrayList<>();
    for (List<String> record : before) {
      List<String> wider = new ArrayList<>(record);
      wider.add(null);
      expected.add(wider);
    }
    List<String> added = new ArrayList<>(List.of("tt0000001", "5.5", "", "\"1"));
    added.set(2, null);
    expected.add(added);
    assertThat(bronze(ratings, grown)).containsExactlyInAnyOrderElementsOf(expected);
    List<Path> bad = files(lake.resolve("quarantine/imdb-bronze/" + ratings), ".json");
    assertThat(bad).hasSize(1);
    assertThat(Files.readString(bad.get(0)))
        .contains("\"tt0000002\\t6.5\"", "csv.columns", "2 columns where 4 are expected")
        .containsOnlyOnce("\n");
    try (Stream<Path> state = Files.walk(lake.resolve("_state/imdb-bronze/" + ratings))) {
      Path report = state.filter(file -> file.endsWith("2/done.json")).findFirst().orElseThrow();
      assertThat(Files.readString(report)).contains("new column weight STRING (evolve)");
    }
  }

  @Test
  void silverHasTypesAndOneRowForEachKey() throws IOException {
    run("imdb-silver.yaml", "--table", "title.basics");
    List<List<String>> dump = dump(landing.resolve(table("title.basics")));
    List<String> columns = ImdbFiles.columns("title.basics");
    assertThat(silver("title.basics", columns)).containsExactlyInAnyOrderElementsOf(dump);

    ImdbFiles.of(2, TITLES + 3).write("title.basics", landing.resolve(table("title.basics")));
    run("imdb-silver.yaml", "--table", "title.basics");
    dump = dump(landing.resolve(table("title.basics")));
    assertThat(silver("title.basics", columns)).containsExactlyInAnyOrderElementsOf(dump);
  }

  private List<List<String>> silver(String table, List<String> columns) {
    List<List<String>> records = new ArrayList<>();
    DeltaTables.at(lake.resolve("silver/imdb/" + table))
        .rows(columns.toArray(new String[0]))
        .forEach(
            row -> {
              List<String> fields = new ArrayList<>();
              for (Object value : row.getValues()) {
                fields.add(
                    value instanceof Boolean truth
                        ? truth ? "1" : "0"
                        : value == null ? null : value.toString());
              }
              records.add(fields);
            });
    return records;
  }

  private static void gzip(Path file, String text) throws IOException {
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }
}
