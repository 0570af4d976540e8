package io.beamhouse.pipelines.imdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.io.parquet.ParquetRowReader;
import io.beamhouse.io.parquet.ParquetSchemas;
import io.beamhouse.pipelines.cli.Main;
import io.beamhouse.testing.DeltaTables;
import io.beamhouse.testing.ImdbFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
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
  private static final int GENRES = 8;

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
    return execute("run", "imdb/" + spec, more);
  }

  private String execute(String command, String spec, String... more) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Main.execute(
            new PrintWriter(out),
            new PrintWriter(err),
            arguments(command, spec, more).toArray(new String[0]));
    assertThat(code).as("%s%n%s", out, err).isZero();
    return out.toString();
  }

  private List<String> arguments(String command, String spec, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(command, spec, "--set", "landing=" + landing, "--set", "lake=" + lake));
    arguments.addAll(List.of(more));
    return arguments;
  }

  private static String table(String name) {
    return name + ".tsv.gz";
  }

  /** What the dump says, by nothing but its tabs and lines. */
  private static List<List<String>> dump(Path file) throws IOException {
    List<List<String>> records = new ArrayList<>();
    for (String line : lines(file).subList(1, lines(file).size())) {
      List<String> fields = new ArrayList<>();
      for (String field : line.split("\t", -1)) {
        fields.add(field.equals("\\N") ? null : field);
      }
      records.add(fields);
    }
    return records;
  }

  private static List<String> lines(Path file) throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      return lines.lines().toList();
    }
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
  void silverHasTypesAndListsOfTheirOwnAsTheNewestDumpHasThem() throws IOException {
    run("imdb-silver.yaml", "--table", "title.basics");
    assertTitles(dump(landing.resolve(table("title.basics"))));

    // The same titles with other lists, many of them shorter or empty.
    ImdbFiles.of(2, TITLES + 3).write("title.basics", landing.resolve(table("title.basics")));
    run("imdb-silver.yaml", "--table", "title.basics");
    assertTitles(dump(landing.resolve(table("title.basics"))));
  }

  private void assertTitles(List<List<String>> dump) {
    List<List<String>> titles = new ArrayList<>();
    List<List<String>> genres = new ArrayList<>();
    for (List<String> record : dump) {
      List<String> title = new ArrayList<>(record.subList(0, GENRES));
      String list = record.get(GENRES);
      String[] all = list == null ? new String[0] : list.split(",");
      title.add(list == null ? null : Integer.toString(all.length));
      titles.add(title);
      for (int i = 0; i < all.length; i++) {
        genres.add(List.of(record.get(0), Integer.toString(i), all[i]));
      }
    }
    List<String> columns = new ArrayList<>(ImdbFiles.columns("title.basics").subList(0, GENRES));
    columns.add("genres__count");
    assertThat(silver("title.basics", columns)).containsExactlyInAnyOrderElementsOf(titles);
    assertThat(silver("title.genres", List.of("tconst", "_index", "genre")))
        .containsExactlyInAnyOrderElementsOf(genres);
    assertThat(new HashSet<>(silver("title.basics", List.of("tconst", "_row_key"))))
        .containsAll(silver("title.genres", List.of("tconst", "_row_key")));
    assertThat(silver("title.genres", List.of("_key"))).doesNotHaveDuplicates();
  }

  @Test
  void badRowsAreKeptWithAllTheirRulesAndReplayedWhenTheRulesAreRepaired() throws IOException {
    List<List<String>> good = dump(landing.resolve(table("title.basics")));
    List<String> lines = new ArrayList<>(lines(landing.resolve(table("title.basics"))));
    lines.add("tt0900001\tnovel\tBackwards\tBackwards\t0\t1850\t1849\t\\N\tDrama,News");
    lines.add("tt0900002\tmovie\tTo Come\tTo Come\t0\tsoon\t\\N\t\\N\t\\N");
    lines.add("tt0900003\tmovie");
    gzip(landing.resolve(table("title.basics")), String.join("\n", lines) + "\n");
    String printed = run("imdb-silver.yaml", "--table", "title.basics");
    assertThat(printed).contains("wrote refused", "written 1", "wrote unreadable");
    assertTitles(good);

    int line = lines.size() - 3;
    String file = "file:" + landing.resolve(table("title.basics")) + ":";
    assertThat(
            DeltaTables.at(lake.resolve("quarantine"))
                .rows("sink", "step", "rule", "position", "resolved_by"))
        .extracting(row -> row.getValues().toString())
        .containsExactlyInAnyOrder(
            "[refused, checked, start year sane, title.basics.tsv.gz:" + line + ", null]",
            "[unreadable, typed, csv.type, " + file + (line + 2) + ", null]",
            "[unreadable, typed, csv.columns, " + file + (line + 3) + ", null]");
    assertThat(refusedFailures())
        .contains("start year sane", "end year sane", "ends after it starts", "title type known");

    Path spec = directory.resolve("imdb-silver.yaml");
    try (InputStream in = Main.class.getResourceAsStream("/imdb/imdb-silver.yaml")) {
      String repaired =
          new String(in.readAllBytes(), StandardCharsets.UTF_8)
              .replace("range: {min: 1870, max: 2040}", "range: {min: 1800, max: 2040}")
              .replace(
                  "{name: ends after it starts, before: [startYear, endYear]}",
                  "{not_null: tconst}");
      Files.writeString(spec, repaired);
    }
    execute("quarantine", spec.toString(), "replay", "--step", "refused");
    good.add(
        Arrays.asList(
            "tt0900001",
            "novel",
            "Backwards",
            "Backwards",
            "0",
            "1850",
            "1849",
            null,
            "Drama,News"));
    assertTitles(good);
    assertThat(DeltaTables.at(lake.resolve("quarantine")).rows("sink", "resolved_by"))
        .extracting(row -> row.getValues().toString())
        .containsExactlyInAnyOrder(
            "[refused, replay 1]", "[unreadable, null]", "[unreadable, null]");
  }

  private String refusedFailures() {
    return DeltaTables.at(lake.resolve("quarantine")).rows("sink", "failures").stream()
        .filter(row -> row.getString("sink").equals("refused"))
        .map(row -> row.getString("failures"))
        .collect(Collectors.joining());
  }

  @Test
  void aDumpWithTooManyBadRowsChangesNothing() throws IOException {
    String ratings = table("title.ratings");
    gzip(
        landing.resolve(ratings),
        "tconst\taverageRating\tnumVotes\ntt0000001\t5.5\t7\ntt0000002\t0.5\t-1\ntt3\tx\ty\n");
    StringWriter out = new StringWriter();
    PrintWriter print = new PrintWriter(out);
    List<String> arguments = arguments("run", "imdb/imdb-silver.yaml", "--table", "title.ratings");
    int code = Main.execute(print, print, arguments.toArray(new String[0]));
    assertThat(code).as(out.toString()).isEqualTo(50);
    assertThat(out.toString()).contains("2 of 3 row(s) were rejected");
    assertThat(lake.resolve("silver/imdb/title.ratings/_delta_log")).doesNotExist();
    assertThat(lake.resolve("quarantine/_delta_log")).doesNotExist();
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
