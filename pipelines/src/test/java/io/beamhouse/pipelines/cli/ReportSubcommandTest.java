package io.beamhouse.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.pipelines.report.PageText;
import io.beamhouse.pipelines.testing.FakeProviders;
import io.beamhouse.pipelines.testing.ReportSchema;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page that a run leaves, and the command that makes it again. */
class ReportSubcommandTest {
  private static final String SPEC =
      """
      name: shop
      state: DIR/state
      for_each:
        as: table
        in: [users, orders]
      pipeline:
        transforms:
          - {type: ReadFakeLines, name: Lines, config: {path: "DIR/${table.name}.txt", replayable: false}}
          - {type: Filter, name: Keep, input: Lines, config: {keep: line != "drop"}}
          - {type: WriteToCsv, name: Out, input: Keep, config: {path: "DIR/lake/${table.name}"}}
          - {type: WriteFakeLines, name: Copy, input: Keep, config: {path: "DIR/copy-${table.name}"}}
      """;

  @TempDir Path directory;

  private record Ended(int code, String out, String err) {}

  @BeforeEach
  void files() throws IOException {
    Files.writeString(directory.resolve("users.txt"), "a\ndrop\nb\n");
    Files.writeString(directory.resolve("orders.txt"), "x\n");
    Files.writeString(directory.resolve("spec.yaml"), SPEC.replace("DIR", directory.toString()));
  }

  private Ended beamhouse(String command, String... arguments) throws IOException {
    List<String> all = new ArrayList<>();
    all.add(command);
    all.add(directory.resolve("spec.yaml").toString());
    all.addAll(List.of(arguments));
    all.addAll(List.of("--jars", FakeProviders.jar(directory).toString()));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try {
      int code =
          Main.execute(new PrintWriter(out), new PrintWriter(err), all.toArray(new String[0]));
      return new Ended(code, out.toString(), err.toString());
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  private Path state(String name) {
    return directory.resolve("state/shop/users/" + name);
  }

  @Test
  void aRunLeavesAPageAndAReportOfTheDocumentedSchema() throws IOException {
    Ended run = beamhouse("run", "--table", "users");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("  page  file://").contains("/state/shop/users/report.html\n");
    PageText first = new PageText(Files.readString(state("report.html")));
    assertThat(first.table("Rows between steps"))
        .contains(
            "Lines | (main) | Keep | 3", "Keep | (main) | Out | 2", "Keep | (main) | Copy | 2");
    assertThat(first.table("What became of rows on the way"))
        .contains("Keep | Filter | 3 | output 2 | 1");
    assertThat(first.tiles()).contains("Rows read 3", "Rows written 2 + ?", "Quarantined 0");
    assertThat(first.table("The attempt that ended the run")).hasSize(2);
    assertThat(ReportSchema.errors(Files.readString(state("report.json")))).isEmpty();

    Files.writeString(directory.resolve("users.txt"), "a\ndrop\nb\nc\n");
    beamhouse("run", "--table", "users");

    PageText second = new PageText(Files.readString(state("report.html")));
    assertThat(second.all("h1")).containsExactly("shop/users");
    assertThat(second.table("This run and those before it"))
        .hasSize(3)
        .anyMatch(row -> row.startsWith("2 | ") && row.contains(" | 1 | 1 + ? | 0 | "))
        .anyMatch(row -> row.startsWith("1 | ") && row.contains(" | 3 | 2 + ? | 0 | "));
  }

  @Test
  void thePageIsMadeAgainForTheNewestOrAnOlderRun() throws IOException {
    assertThat(beamhouse("report").out())
        .isEqualTo("shop/users: no run is done yet\nshop/orders: no run is done yet\n");
    beamhouse("run");
    Files.writeString(directory.resolve("users.txt"), "a\ndrop\nb\nc\n");
    beamhouse("run");
    Files.delete(state("report.html"));

    Ended newest = beamhouse("report", "--table", "users");
    Path file = directory.resolve("page.html");
    Ended toFile = beamhouse("report", "--table", "users", "--run", "1", "--out", file.toString());
    Ended older = beamhouse("report", "--table", "users", "--run", "1");

    assertThat(newest.out()).startsWith("shop/users: file:/").endsWith("/users/report.html\n");
    assertThat(new PageText(Files.readString(state("report.html"))).all("title"))
        .contains("shop/users: run 2 – Beamhouse");
    assertThat(toFile.out()).isEqualTo("shop/users: " + file.toUri() + "\n");
    assertThat(new PageText(Files.readString(file)).all("title"))
        .contains("shop/users: run 1 – Beamhouse");
    assertThat(older.out()).endsWith("/runs/1/report.html\n");
    assertThat(Path.of(URI.create(older.out().substring(older.out().indexOf("file:")).strip())))
        .hasSameTextualContentAs(file);
    assertThat(beamhouse("run").out())
        .isEqualTo("shop/users: nothing new\nshop/orders: nothing new\n");
  }

  @Test
  void wrongArgumentsAreExplained() throws IOException {
    beamhouse("run");

    Ended run = beamhouse("report", "--run", "7");
    assertThat(run.code()).isEqualTo(ExitCodes.BAD_SPEC);
    assertThat(run.err())
        .contains("--run 7: shop/users has no such finished run")
        .contains("the newest is 1");
    assertThat(beamhouse("report", "--out", "x.html").err())
        .contains("--out: one file holds one page; choose a table by --table: users, orders");
    Ended nowhere =
        beamhouse("report", "--table", "users", "--out", directory.resolve("no/x.html").toString());
    assertThat(nowhere.code()).isEqualTo(ExitCodes.PIPELINE_FAILED);
    assertThat(nowhere.err()).contains("give --out a file in a directory that exists");
  }

  @Test
  void aPageThatCannotBeWrittenFailsNoRun() throws IOException {
    Files.createDirectories(state("report.html/in the way"));

    Ended run = beamhouse("run", "--table", "users");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("shop/users: run 1 done").doesNotContain("  page  ");
    assertThat(state("report.json")).isRegularFile();
    assertThat(beamhouse("report", "--table", "users").code()).isEqualTo(ExitCodes.PIPELINE_FAILED);
  }
}
