package io.beamhouse.runners.direct;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.pipelines.cli.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be told of single rows of a lake that several runs made. */
class WhyTest {
  private static final String SPEC =
      """
      name: people
      state: ${lake}/_state
      parameters: {lake: {type: string, required: true}}
      pipeline:
        transforms:
          - type: ReadNewFiles
            name: Files
            config:
              path: ${lake}/in
              format: csv
              source_column: _source
              error_handling: {output: unreadable}
              schema: '[{"name": "id", "type": "INT64"}, {"name": "name", "type": "STRING", "nullable": true}, {"name": "version", "type": "INT64"}, {"name": "gone", "type": "BOOLEAN", "nullable": true}]'
          - {type: Filter, name: Adults, input: Files, config: {keep: id < 1000}}
          - type: CheckRows
            name: Check
            input: Adults
            config:
              rules:
                - {name: has a name, not_null: name}
                - {name: short name, column: name, length: {max: 5}, action: warn}
              error_handling: {output: bad}
          - {type: WriteToQuarantine, name: Bad, input: Check.bad, config: {path: "${lake}/bad"}}
          - {type: WriteToQuarantine, name: Unreadable, input: Files.unreadable, config: {path: "${lake}/bad"}}
          - type: MergeIntoDelta
            name: Silver
            input: Check
            config:
              table: ${lake}/silver
              keys: [id]
              sequence_by: [version]
              delete_when: gone
              drop_columns: [gone]
      """;

  @TempDir static Path home;
  private static Path lake;

  private static String printed;

  @BeforeAll
  static void threeRuns() throws IOException {
    lake = home.resolve("lake");
    Files.createDirectories(lake.resolve("in"));
    Files.writeString(home.resolve("people.yaml"), SPEC);
    load("a.csv", "1,Ada,1,false", "2,Bea,1,false", "3,Cid,1,false", "5,Maximilian,7,false");
    load("b.csv", "1,Adele,2,false", "2,Bea,2,true", "4,,1,false", "2000,Old,1,false");
    load("c.csv", "1,Addy,1,false", "5,Max,6,false");
  }

  private static void load(String file, String... lines) throws IOException {
    Files.writeString(
        lake.resolve("in").resolve(file),
        "id,name,version,gone\n" + String.join("\n", lines) + "\n");
    assertThat(beamhouse("run")).as(() -> printed).isZero();
  }

  private static int beamhouse(String command, String... more) {
    StringWriter out = new StringWriter();
    PrintWriter writer = new PrintWriter(out);
    List<String> arguments =
        new ArrayList<>(
            List.of(command, home.resolve("people.yaml").toString(), "--set=lake=" + lake));
    arguments.addAll(Arrays.asList(more));
    int code =
        Main.execute(writer, new PrintWriter(new StringWriter()), arguments.toArray(String[]::new));
    printed = out.toString();
    return code;
  }

  private static String why(String key, String... more) {
    List<String> all = new ArrayList<>(List.of("--key", key));
    all.addAll(Arrays.asList(more));
    assertThat(beamhouse("why", all.toArray(String[]::new))).as(printed).isZero();
    return printed;
  }

  @Test
  void aRowThatWonOverOthersTellsWhoLostAndWhy() {
    assertThat(why("id=1"))
        .contains("because: the row is stored, as run 2 brought it")
        .contains("1 with this key", ", _source b.csv:1", "MERGE of run ")
        .contains(
            "  run 2 at b.csv:1, counts\n"
                + "  run 3 at c.csv:1, lost: older by version\n"
                + "  run 1 at a.csv:1, lost: older by version\n")
        .contains("Silver: 1 row(s) came; version 2", "these are all runs")
        .contains("Check: 1 row(s) given on; passed: has a name, short name")
        .doesNotContain("Adele", "Ada");
    assertThat(why("id=1", "--values")).contains("name: Adele", "name: Ada");
  }

  @Test
  void aWarningIsABrokenRuleOfARowThatWentOn() {
    assertThat(why("id=5"))
        .contains("Check: 1 row(s) given on; broke: short name; passed: has a name")
        .contains("run 1 at a.csv:4, counts", "run 3 at c.csv:2, lost: older by version");
  }

  @Test
  void aDeletedRowTellsWhichRunDeletedIt() {
    assertThat(why("id=2"))
        .contains("because: the row was deleted by run 2", "none with this key")
        .contains("run 2 at b.csv:2, deletes the row, counts")
        .contains("run 1 at a.csv:2, lost: older by version");
  }

  @Test
  void aRefusedRowTellsItsRuleAndItsRecord() {
    assertThat(why("id=4"))
        .contains("because: the row is in quarantine, refused by Check, rule has a name")
        .contains("Check: 0 row(s) given on, 1 refused (has a name); broke: has a name")
        .containsPattern("quarantine: [0-9a-f]{32}, refused by Check, rule has a name, at b.csv:3");
  }

  @Test
  void aRowThatAStepDroppedTellsTheStep() {
    assertThat(why("id=2000"))
        .contains("the row came with run 2, and nothing came of it in the step Adults")
        .contains("Files: 1 row(s) given on");
  }

  @Test
  void aRowThatNeverCameIsSaidToBeUnknown() {
    assertThat(why("id=77"))
        .contains("because: no row of this key was seen in the runs that were searched")
        .contains("run 1 of ", ": no row of this key");
    assertThat(why("id=3", "--runs", "1"))
        .contains("the row is stored; none of the runs that were searched brought it")
        .contains("older ones were not searched")
        .doesNotContain("run 1 of ");
  }

  @Test
  void whatWasReadAndIsGoneIsSaid() throws IOException {
    Path file = lake.resolve("in/a.csv");
    byte[] content = Files.readAllBytes(file);
    var modified = Files.getLastModifiedTime(file);
    Files.delete(file);
    try {
      assertThat(why("id=3"))
          .contains("the row is stored; none of the runs that were searched brought it")
          .containsPattern("run 1 of .*: could not be read again: .*a.csv has vanished");
    } finally {
      Files.write(file, content);
      Files.setLastModifiedTime(file, modified);
    }
  }

  @Test
  void aWrongQuestionIsAnswered() {
    assertThat(beamhouse("why", "--key", "name=Ada")).isEqualTo(43);
    assertThat(beamhouse("why", "--key", "id=Ada")).isEqualTo(43);
    assertThat(beamhouse("why", "--key", "id=1", "--sink", "Bad")).isEqualTo(43);
  }
}
