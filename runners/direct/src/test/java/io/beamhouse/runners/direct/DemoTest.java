package io.beamhouse.runners.direct;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.pipelines.cli.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demos compare every table themselves; here they are held to their word. */
class DemoTest {
  @TempDir Path directory;

  private String play(String demo) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Main.execute(
            new PrintWriter(out),
            new PrintWriter(err),
            "demo",
            demo,
            "--directory",
            directory.toString());
    assertThat(code).as("%s%n%s", out, err).isZero();
    return out.toString();
  }

  @Test
  void everyImdbTableIsWhatTheDumpsSay() {
    assertThat(play("imdb"))
        .contains("silver = dumps (12 tables", "gold   = dumps (", "Once more: nothing new")
        .contains("title.basics.tsv.gz:241", "checked: tconst is an id")
        .contains("typed: csv.columns", "flat: parse_json: characters");
    assertThat(directory.resolve("lake/_state/imdb-gold/report.html")).exists();
  }

  @Test
  void taxiFilesDeltaAndTheWarehouseAgreeAndOnlyWhatChangedIsFetched() {
    String out = play("taxi");
    assertThat(out)
        .contains("(885 trips, their totals)", "= the warehouse (785 rows, every column compared)")
        .contains("6 HEAD, 0 GET")
        .doesNotContain("DIFFERS");
    assertThat(out.substring(out.indexOf("Wave 3")))
        .contains("taxi-bronze/01: run 2 done", "taxi-silver/01: run 2 done")
        .contains("taxi-bronze/02: nothing new", "taxi-silver/03: nothing new");
  }

  @Test
  void everyMovieThatTheApiHasComesThroughAndAPartOfAListNever() throws IOException {
    String out = play("tmdb");
    assertThat(out)
        .contains("popular: 240 records, 12 pages (declared total)")
        .contains("exit code 45")
        .contains("Total missed: popular declares 240 records at total_results, and 237 came")
        .contains("32 requests, 10 of them not answered well")
        .contains("movies         = the API (240 rows, every column compared)")
        .contains("list_entries   = the API (762 rows, every column compared)")
        .doesNotContain("DIFFERS");
    assertThat(out.substring(out.indexOf("Once more")))
        .contains("tmdb-bronze: nothing new", "tmdb-silver: nothing new");
    assertThat(out).contains("starts silver").doesNotContain(TmdbStandIn.TOKEN);
    try (Stream<Path> files = Files.walk(directory.resolve("lake"))) {
      assertThat(files.filter(Files::isRegularFile))
          .isNotEmpty()
          .allSatisfy(
              file ->
                  assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                      .doesNotContain(TmdbStandIn.TOKEN));
    }
  }
}
