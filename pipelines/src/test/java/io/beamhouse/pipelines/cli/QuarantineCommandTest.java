package io.beamhouse.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.testing.DeltaTables;
import io.beamhouse.testing.Faults;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuarantineCommandTest {
  private static final String SPEC =
      """
      name: shop
      state: DIR/state
      pipeline:
        transforms:
          - type: ReadNewFiles
            name: Orders
            config:
              path: "DIR/in/*.csv"
              format: csv
              schema:
                - {name: id, type: INT64}
                - {name: amount, type: "DECIMAL(10,2)", nullable: true}
              source_column: _source
          - type: Filter
            name: Priced
            input: Orders
            config:
              keep: KEEP
              error_handling: {output: errors}
          - {type: WriteToDelta, name: Good, input: Priced, config: {table: DIR/good}}
          - {type: WriteToQuarantine, name: Bad, input: Priced.errors, config: {path: DIR/bad}}
      """;
  private static final String BROKEN = "amount > 0";
  private static final String HALF_FIXED = "id != 2";
  private static final String FIXED = "id > 0";

  @TempDir Path directory;

  private record Ended(int code, String out, String err) {}

  private Ended quarantine(String keep, String... arguments) throws IOException {
    return beamhouse("quarantine", keep, arguments);
  }

  private Ended beamhouse(String command, String keep, String... arguments) throws IOException {
    Path spec = directory.resolve("spec.yaml");
    Files.writeString(spec, SPEC.replace("KEEP", keep).replace("DIR", directory.toString()));
    String[] all = new String[arguments.length + 2];
    all[0] = command;
    all[1] = spec.toString();
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Main.execute(new PrintWriter(out), new PrintWriter(err), all);
    return new Ended(code, out.toString(), err.toString());
  }

  private void runOnce() throws IOException {
    Files.createDirectories(directory.resolve("in"));
    Files.writeString(directory.resolve("in/a.csv"), "id,amount\n1,9.99\n2,\n3,\n4,0.10\n");
    Ended run = beamhouse("run", BROKEN);
    assertThat(run.code()).as(run.err()).isZero();
  }

  private List<String> good() {
    return DeltaTables.at(directory.resolve("good").toString()).rows().stream()
        .map(row -> row.getInt64("id") + " " + row.getValue("amount"))
        .sorted()
        .toList();
  }

  private List<Row> bad() {
    return DeltaTables.at(directory.resolve("bad").toString()).rows();
  }

  private List<String> resolved() {
    return bad().stream()
        .map(row -> row.getString("resolved_by") + " " + row.getInt32("attempt"))
        .sorted()
        .toList();
  }

  @Test
  void thePageShowsSamplesWithTheirValuesOnlyWhenAsked() throws IOException {
    runOnce();
    Path page = directory.resolve("state/shop/report.html");

    String masked = Files.readString(page);
    assertThat(masked)
        .contains("a.csv:2", "keep: amount &gt; 0", "••• number", "Values are masked")
        .contains("quarantine SPEC replay")
        .doesNotContain("id <b>2</b>");
    String report = Files.readString(directory.resolve("state/shop/report.json"));

    assertThat(beamhouse("report", BROKEN, "--show-values").code()).isZero();
    assertThat(Files.readString(page)).contains("id <b>2</b>").doesNotContain("Values are masked");
    assertThat(Files.readString(directory.resolve("state/shop/report.json"))).isEqualTo(report);
    assertThat(beamhouse("report", BROKEN).code()).isZero();
    assertThat(Files.readString(page)).isEqualTo(masked);
  }

  @Test
  void recordsAreListedWithoutTheirValuesAndShownWithThem() throws IOException {
    runOnce();

    Ended list = quarantine(BROKEN, "list");

    assertThat(list.code()).as(list.err()).isZero();
    assertThat(list.out())
        .contains("shop Bad: ", "Priced  keep: amount > 0  at ", "a.csv:2  copies 1, attempt 1")
        .doesNotContain("\"id\"");
    assertThat(quarantine(BROKEN, "list", "--limit", "1").out())
        .contains("and more; --limit")
        .hasLineCount(3);
    assertThat(quarantine(BROKEN, "list", "--rule", "other").out()).contains("none");
    assertThat(quarantine(BROKEN, "list", "--step", "Priced").out()).hasLineCount(3);
    assertThat(quarantine(BROKEN, "list", "--step", "Filter").out()).hasLineCount(3);

    String id = bad().get(0).getString("id");
    Ended show = quarantine(BROKEN, "show", id.substring(0, 8));

    assertThat(show.out()).contains("raw            {\"id\":", "id             " + id);
    assertThat(quarantine(BROKEN, "show").code()).isEqualTo(43);
  }

  @Test
  void whatPassesAfterAFixLandsOnceAndWhatFailsAgainStays() throws IOException {
    runOnce();
    assertThat(good()).containsExactly("1 9.99", "4 0.10");

    Ended same = quarantine(BROKEN, "replay");
    assertThat(same.code()).as(same.err()).isZero();
    assertThat(good()).containsExactly("1 9.99", "4 0.10");
    assertThat(resolved()).containsExactly("null 2", "null 2");

    String three =
        bad().stream()
            .filter(row -> row.getString("raw").contains("\"id\":3"))
            .findFirst()
            .orElseThrow()
            .getString("id");
    Ended one = quarantine(FIXED, "replay", "--id", three);
    assertThat(one.code()).as(one.err()).isZero();
    assertThat(good()).containsExactly("1 9.99", "3 null", "4 0.10");
    assertThat(resolved()).containsExactly("null 2", "replay 2 2");

    // The row that the new filter drops was judged: it is resolved, too.
    Ended rest = quarantine(HALF_FIXED, "replay");
    assertThat(rest.code()).as(rest.err()).isZero();
    assertThat(good()).containsExactly("1 9.99", "3 null", "4 0.10");
    assertThat(resolved()).containsExactly("replay 2 2", "replay 3 2");

    assertThat(quarantine(FIXED, "replay").out()).contains("shop: nothing new");
    assertThat(quarantine(FIXED, "list").out()).contains("none");
    assertThat(quarantine(FIXED, "list", "--all").out()).contains("resolved by replay 2");
    assertThat(beamhouse("run", FIXED).out()).contains("nothing new");
    assertThat(good()).containsExactly("1 9.99", "3 null", "4 0.10");
  }

  @Test
  void recordsAreChosenBySql() throws IOException {
    runOnce();
    String third = "raw LIKE '%\"id\":3,%' AND `position` LIKE '%:3' AND run = 1";

    assertThat(quarantine(BROKEN, "list", "--where", third).out())
        .contains("a.csv:3")
        .hasLineCount(2);
    assertThat(quarantine(BROKEN, "list", "--where", "run > 1").out()).contains("none");
    Ended replay = quarantine(FIXED, "replay", "--where", third);
    assertThat(replay.code()).as(replay.err()).isZero();
    assertThat(good()).containsExactly("1 9.99", "3 null", "4 0.10");

    for (String wrong : List.of("runs > 1", "run", "1 / (run - 1) > 0")) {
      Ended refused = quarantine(FIXED, "list", "--where", wrong);
      assertThat(refused.code()).as(wrong).isEqualTo(43);
      assertThat(refused.err()).contains("--where");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "delta.commit, before, 1",
    "delta.commit, after, 1",
    "delta.commit, before, 2",
    "protocol.done, before, 1"
  })
  void aReplayThatDiesAnywhereLandsEachRowOnce(String step, String moment, int nth)
      throws IOException {
    runOnce();

    try (Faults.Armed fault = Faults.throwAt(step, moment, nth)) {
      assertThat(quarantine(FIXED, "replay").code()).isNotZero();
      assertThat(fault.struck()).isTrue();
    }
    Ended again = quarantine(FIXED, "replay", "--rule", "none of them");

    assertThat(again.code()).as(again.err()).isZero();
    assertThat(again.out()).contains("run 1 done");
    assertThat(good()).containsExactly("1 9.99", "2 null", "3 null", "4 0.10");
    assertThat(resolved()).containsExactly("replay 1 1", "replay 1 1");
    assertThat(quarantine(FIXED, "replay").out()).contains("nothing new");
    assertThat(good()).containsExactly("1 9.99", "2 null", "3 null", "4 0.10");
  }
}
