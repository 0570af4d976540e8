package io.beamhouse.runners.direct;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.pipelines.cli.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo compares every table with the dumps itself; here it is held to its word. */
class ImdbDemoTest {
  @Test
  void everyTableIsWhatTheDumpsSay(@TempDir Path directory) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Main.execute(
            new PrintWriter(out),
            new PrintWriter(err),
            "demo",
            "imdb",
            "--directory",
            directory.toString());

    assertThat(code).as("%s%n%s", out, err).isZero();
    assertThat(out.toString())
        .contains("silver = dumps (12 tables", "gold   = dumps (", "Once more: nothing new")
        .contains("title.basics.tsv.gz:241", "checked: tconst is an id")
        .contains("typed: csv.columns", "flat: parse_json: characters");
    assertThat(directory.resolve("lake/_state/imdb-gold/report.html")).exists();
  }
}
