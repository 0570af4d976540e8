package io.beamhouse.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.pipelines.testing.FakeProviders;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
  @TempDir Path directory;

  private record Ended(int code, String out, String err) {}

  private Ended beamhouse(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try {
      int code = Main.execute(new PrintWriter(out), new PrintWriter(err), arguments);
      return new Ended(code, out.toString(), err.toString());
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  private Ended withFakes(String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--jars");
    all.add(FakeProviders.jar(directory).toString());
    return beamhouse(all.toArray(new String[0]));
  }

  private String spec(String text) throws IOException {
    Path file = directory.resolve("spec.yaml");
    Files.writeString(file, text.replace("DIR", directory.toString()));
    return file.toString();
  }

  private static final String TABLES =
      """
      name: shop
      state: DIR/state
      for_each:
        as: table
        in: [users, orders]
      pipeline:
        type: chain
        transforms:
          - {type: ReadFakeLines, name: Lines, config: {path: "DIR/${table.name}.txt"}}
          - {type: Filter, config: {keep: line != "drop"}}
          - {type: WriteFakeLines, name: Out, config: {path: "DIR/out-${table.name}"}}
      """;

  @Test
  void runsATableAfterTheOtherAndKeepsWhatWasDone() throws IOException {
    Files.writeString(directory.resolve("users.txt"), "a\ndrop\nb\n");
    Files.writeString(directory.resolve("orders.txt"), "x\n");
    String spec = spec(TABLES);

    Ended first = withFakes("run", spec);

    assertThat(first.err()).contains("shop/users: looking for what is new");
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.out())
        .contains("shop/users: run 1 done", "wrote Out: fake " + directory + "/out-users");
    assertThat(Files.readAllLines(directory.resolve("out-users/1"))).containsExactly("a", "b");
    assertThat(Files.readAllLines(directory.resolve("out-orders/1"))).containsExactly("x");

    Ended second = withFakes("run", spec, "--exit-nothing-new");

    assertThat(second.out()).isEqualTo("shop/users: nothing new\nshop/orders: nothing new\n");
    assertThat(second.code()).isEqualTo(20);
    assertThat(withFakes("run", spec).code()).isZero();

    Files.writeString(directory.resolve("users.txt"), "a\ndrop\nb\nc\n");
    Ended dry = withFakes("run", spec, "--dry-run");
    assertThat(dry.out())
        .contains(
            "shop/users\n  source Lines: 1 chunk to read\n    lines: 3..4\n",
            "  step Filter: line STRING\n",
            "  sink Out: fake " + directory + "/out-users (idempotent)",
            "  source Lines: nothing new",
            "dry run: no data was moved");

    Ended third = withFakes("run", spec, "--table", "users");
    assertThat(third.out()).contains("shop/users: run 2 done").doesNotContain("orders");
    assertThat(Files.readAllLines(directory.resolve("out-users/2"))).containsExactly("c");
  }

  @Test
  void theFailureOfATableDoesNotStopTheOthersAndGivesTheExitCode() throws IOException {
    Files.writeString(directory.resolve("orders.txt"), "x\n");
    String spec = spec(TABLES);

    Ended noFile = withFakes("run", spec);

    assertThat(noFile.code()).isEqualTo(45);
    assertThat(noFile.out()).contains("shop/users: failed (45)", "shop/orders: run 1 done");
    assertThat(noFile.err())
        .contains("error: cannot read " + directory + "/users.txt")
        .doesNotContain("\tat ");
    assertThat(withFakes("run", spec, "--debug").err()).contains("\tat ", "NoSuchFile");

    Files.writeString(directory.resolve("users.txt"), "gate\n");
    Ended gate = withFakes("run", spec);
    assertThat(gate.code()).isEqualTo(50);
    assertThat(gate.err()).contains("error: the gate says no");
    assertThat(gate.out()).isEqualTo("shop/users: failed (50)\nshop/orders: nothing new\n");
  }

  @Test
  void backfillsReadARangeAndLeaveThePositionAlone() throws IOException {
    Files.writeString(directory.resolve("users.txt"), "a\nb\nc\n");
    Files.writeString(directory.resolve("orders.txt"), "x\n");
    String spec = spec(TABLES);
    withFakes("run", spec, "--table", "users");

    Ended backfill = withFakes("run", spec, "--table", "users", "--from", "1", "--to", "3");

    assertThat(backfill.code()).as(backfill.err()).isZero();
    assertThat(backfill.out()).contains("run 1 done (backfill)");
    assertThat(withFakes("run", spec, "--table", "users").out())
        .isEqualTo("shop/users: nothing new\n");
    assertThat(withFakes("run", spec, "--to", "3").err()).contains("--to: needs --from");
  }

  @Test
  void stateIsShownResetAndCleaned() throws IOException {
    Files.writeString(directory.resolve("users.txt"), "a\n");
    Files.writeString(directory.resolve("orders.txt"), "x\n");
    String spec = spec(TABLES);

    assertThat(withFakes("state", spec).out()).contains("shop/users", "no state yet");
    withFakes("run", spec);
    assertThat(withFakes("state", spec, "show", "--table", "users").out())
        .contains("last run   1", "position   Lines: 1")
        .doesNotContain("orders");
    assertThat(withFakes("state", spec, "clean").out()).contains("shop/users: deleted ");
    assertThat(withFakes("state", spec, "reset").out())
        .contains("shop/users: reset; the next run loads everything again; the old state is ");
    Ended again = withFakes("run", spec, "--table", "users", "--set", "x=y");
    assertThat(again.code()).isEqualTo(43);
    assertThat(again.err()).contains("--set x: the spec has no such parameter; it declares none");
    assertThat(withFakes("run", spec, "--table", "users").out()).contains("run 1 done");
    assertThat(withFakes("state", spec, "burn").code()).isEqualTo(43);
  }

  @Test
  void validateNamesSourcesSinksAndTheirPromise() throws IOException {
    Ended valid = withFakes("validate", spec(TABLES));

    assertThat(valid.code()).isZero();
    assertThat(valid.out())
        .contains(
            "shop/users\n"
                + "  source Lines: replayable, read as it is\n"
                + "  sink Out: fake "
                + directory
                + "/out-users (idempotent)\n")
        .endsWith("spec.yaml is valid\n");
    assertThat(directory.resolve("state")).doesNotExist();
  }

  @Test
  void allProblemsOfASpecArePrintedAndNothingRuns() throws IOException {
    Ended bad = withFakes("run", spec(TABLES.replace("keep:", "kep:").replace("path:", "pth:")));

    assertThat(bad.code()).as(bad.err()).isEqualTo(43);
    assertThat(bad.out()).isEmpty();
    assertThat(bad.err().lines())
        .hasSize(7)
        .allMatch(line -> line.contains("spec.yaml:") || line.equals("6 problems; nothing ran"));
    assertThat(directory.resolve("state")).doesNotExist();
  }

  @Test
  void aSpecWithoutStateRunsAtOnce() throws IOException {
    String spec =
        spec(
            """
            pipeline:
              type: chain
              transforms:
                - {type: Create, config: {elements: [1, 2]}}
                - {type: AssertEqual, config: {elements: [2, 1]}}
            """);

    Ended run = beamhouse("run", spec);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).isEqualTo("pipeline: done\n");
    Ended dry = beamhouse("run", spec, "--dry-run");
    assertThat(dry.out()).contains("step Create: element INT64", "no data was moved");

    Ended wrong = beamhouse("run", spec(Files.readString(Path.of(spec)).replace("[2, 1]", "[3]")));
    assertThat(wrong.code()).isEqualTo(47);
    assertThat(wrong.err())
        .contains("error: the rows are not the expected ones:")
        .contains("missing    1 x {\"element\":3}");
  }

  @Test
  void wrongCommandLinesAreExplained() throws IOException {
    String spec = spec(TABLES);

    assertThat(beamhouse("rum").err()).contains("Did you mean").contains("run");
    assertThat(beamhouse("rum").code()).isEqualTo(43);
    assertThat(beamhouse("run").err()).contains("error: Missing required parameter: 'SPEC'");
    assertThat(beamhouse("run", "/no/such.yaml").err())
        .contains("/no/such.yaml: there is no such file, and no spec of this name");
    assertThat(withFakes("run", spec, "--dryrun").err())
        .contains("--dryrun: unknown option - did you mean '--dry-run'?");
    assertThat(withFakes("run", spec, "extra").err()).contains("unexpected 'extra'");
    assertThat(withFakes("run", spec, "--noSuchOption=1").err()).contains("noSuchOption");
    assertThat(withFakes("run", spec, "--runner=Flink").err())
        .contains("--runner: no runner 'Flink' on the class path; there is: ");
    assertThat(withFakes("run", spec, "--table", "user").err())
        .contains("--table user: the spec has no such table - did you mean 'users'?");
    assertThat(withFakes("run", spec, "--set", "a").err())
        .contains("--set: expected NAME=VALUE, found 'a'");
    assertThat(beamhouse("run", spec, "--jars", "/no.jar").err())
        .contains("--jars: there is no file /no.jar");
    assertThat(withFakes("run", spec(TABLES.replace("state:", "#"))).err())
        .contains("there is no place for the state: give --state DIR");
  }

  @Test
  void transformsAreListedAndShown() {
    assertThat(beamhouse("transforms").out())
        .contains("Create                 Gives rows that stand in the spec")
        .contains("Filter                 Keeps the rows");
    assertThat(beamhouse("transforms", "Filter").out())
        .contains("# Filter", "| `keep` | any YAML | yes |", "```yaml\ntype: Filter");
    assertThat(beamhouse("transforms", "--json-schema").out())
        .contains("http://json-schema.org/draft-07/schema#");
    assertThat(beamhouse("transforms", "Filtr").err())
        .contains("Filtr: there is no such transform - did you mean 'Filter'?");
    Ended markdown = beamhouse("transforms", "--markdown", directory + "/reference");
    assertThat(markdown.code()).isZero();
    assertThat(directory.resolve("reference/Filter.md")).exists();
  }

  @Test
  void everyCommandHelps() {
    for (String command : List.of("run", "validate", "transforms", "state")) {
      Ended help = beamhouse(command, "--help");
      assertThat(help.code()).isZero();
      assertThat(help.out()).contains("Usage: beamhouse " + command, "--help");
    }
    assertThat(beamhouse("--help").out()).contains("Exit codes:", "43");
    assertThat(beamhouse().out()).contains("Usage: beamhouse");
  }

  @Test
  void profileProposesRulesThatASpecThenUses() throws IOException {
    StringBuilder csv = new StringBuilder("id;kind;year\n");
    for (int i = 0; i < 40; i++) {
      csv.append("nm").append(i).append(i % 2 == 0 ? ";a;" : ";b;").append(1900 + i).append("\n");
    }
    Path file = directory.resolve("names.csv");
    Files.writeString(file, csv);

    Ended profile = beamhouse("profile", file.toString(), "--delimiter", ";");

    assertThat(profile.code()).as(profile.err()).isZero();
    assertThat(profile.out())
        .contains(
            "# Proposed from 40 rows.",
            "{column: id, matches: \"nm[0-9]+\"}",
            "{column: kind, in: [\"a\", \"b\"], action: warn}",
            "{column: year, range: {min: 1900, max: 1939}, action: warn}",
            "- unique: {of: [id]}");
    Files.writeString(directory.resolve("rules.yaml"), profile.out());
    Files.writeString(file, csv + "x1;a;1950\n");
    Ended run =
        beamhouse(
            "run",
            spec(
                """
                pipeline:
                  transforms:
                    - {type: ReadFromCsv, name: Names, config: {path: DIR/names.csv, delimiter: ";"}}
                    - type: CheckRows
                      name: Checked
                      input: Names
                      config: {rules_file: DIR/rules.yaml, error_handling: {output: bad}}
                    - type: CheckDataset
                      input: Names
                      config: {rules_file: DIR/rules.yaml}
                    - type: AssertEqual
                      name: Bad
                      input: Checked.bad
                      config: {elements: []}
                """));
    assertThat(run.code()).isEqualTo(47);
    assertThat(run.err()).contains("id does not match nm[0-9]+").doesNotContain("CheckDataset");

    assertThat(beamhouse("profile", file.toString(), "--sample", "5", "--delimiter", ";").out())
        .startsWith("# Proposed from 5 rows.");
    Ended wrong = beamhouse("profile", "names.txt", "--sample", "0");
    assertThat(wrong.code()).isEqualTo(43);
    assertThat(wrong.err())
        .contains("--sample: is 1 to 100000, found 0", "--format: needed, since the path's name");
  }

  @Test
  void mistakesInRulesNameLineAndKey() throws IOException {
    Ended ended =
        beamhouse(
            "validate",
            spec(
                """
                pipeline:
                  type: chain
                  transforms:
                    - {type: Create, config: {elements: [{id: 1}]}}
                    - type: CheckRows
                      config:
                        rules:
                          - {column: id, range: {mini: 1}}
                          - column: id
                            acton: warn
                            in: [1]
                    - {type: LogForTesting}
                """));

    assertThat(ended.code()).isEqualTo(43);
    assertThat(ended.err())
        .contains(
            "spec.yaml:8: pipeline.transforms[1].config.rules[0].range.mini: unknown key 'mini'",
            "spec.yaml:10: pipeline.transforms[1].config.rules[1].acton: unknown key 'acton' - did"
                + " you mean 'action'?");
  }
}
