package io.beamhouse.pipelines.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamhouse.pipelines.cli.Main;
import io.beamhouse.testing.DeltaTables;
import io.beamhouse.testing.Faults;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A main table and its child tables, merged from dump to dump. */
class ChildTablesTest {
  private static final String SPEC =
      """
      name: titles
      state: DIR/state
      pipeline:
        transforms:
          - type: ReadNewFiles
            name: Files
            config:
              path: DIR/in/*.csv
              format: csv
              min_age: 0s
              source_column: _source
              schema:
                - {name: id, type: STRING}
                - {name: genres, type: STRING, nullable: true}
                - {name: updated_at, type: INT32}
                - {name: deleted, type: BOOLEAN, nullable: true}
          - type: FlattenRows
            name: Titles
            input: Files
            config: {keys: [id], split: {genres: ","}, carry: [updated_at, _source]}
          - type: MergeIntoDelta
            name: titles
            input: Titles
            config: {table: DIR/titles, keys: [id], sequence_by: [updated_at], delete_when: deleted}
          - type: MergeIntoDelta
            name: genres
            input: {input: Titles.genres, parents: Titles}
            config: &genres
              table: DIR/genres
              keys: [_key]
              replace_per: [_row_key]
              sequence_by: [updated_at]
              delete_when: deleted
          - {type: Flatten, name: Elsewhere, input: Titles}
          - type: MergeIntoDelta
            name: values
            input: {input: Titles.genres, parents: Elsewhere}
            config: {<<: *genres, table: DIR/values, keys: [value]}
      """;

  /** Children that are checked on their way. */
  private static final String CHECKED =
      """
          - type: CheckRows
            name: Known
            input: Titles.genres
            config:
              rules: [{name: known, column: value, in: [KNOWN], action: quarantine}]
              error_handling: {output: bad}
          - {type: WriteToQuarantine, name: Bad, input: Known.bad, config: {path: DIR/bad}}
          - type: MergeIntoDelta
            name: checked
            input: {input: Known, parents: Titles}
            config: {<<: *genres, table: DIR/checked}
      """;

  @TempDir Path directory;

  @BeforeEach
  void spec() throws IOException {
    Files.createDirectories(directory.resolve("in"));
    Files.writeString(directory.resolve("titles.yaml"), SPEC.replace("DIR", directory.toString()));
  }

  private void dump(String name, String... lines) throws IOException {
    Files.writeString(
        directory.resolve("in/" + name + ".csv"),
        "id,genres,updated_at,deleted\n" + String.join("\n", lines) + "\n");
  }

  private int run(StringWriter printed) {
    return execute(printed, "run", directory.resolve("titles.yaml").toString());
  }

  private static int execute(StringWriter printed, String... arguments) {
    PrintWriter writer = new PrintWriter(printed);
    return Main.execute(writer, writer, arguments);
  }

  private void run() {
    StringWriter printed = new StringWriter();
    assertThat(run(printed)).as(printed.toString()).isZero();
  }

  private List<String> children(String table) {
    return DeltaTables.at(directory.resolve(table)).rows("id", "value", "updated_at").stream()
        .map(row -> row.getString("id") + " " + row.getString("value") + " " + row.getInt32(2))
        .toList();
  }

  private JsonNode counts(String sink) throws IOException {
    return new ObjectMapper()
        .readTree(directory.resolve("state/titles/report.json").toFile())
        .at("/sinks/" + sink + "/counts");
  }

  @Test
  void aShorterListLeavesNoChildBehind() throws IOException {
    dump("a", "t1,\"Drama,Comedy,War\",1,", "t2,Drama,1,", "t3,\"War,Drama\",1,", "t4,War,5,");
    run();
    assertThat(children("genres"))
        .containsExactlyInAnyOrder(
            "t1 Drama 1",
            "t1 Comedy 1",
            "t1 War 1",
            "t2 Drama 1",
            "t3 War 1",
            "t3 Drama 1",
            "t4 War 5");

    // Shorter, empty, deleted, late, and new in two versions.
    dump("b", "t1,\"War,Comedy\",2,", "t2,,2,", "t3,War,2,true", "t4,,4,");
    dump("c", "t5,\"News,Sport\",1,", "t5,Sport,2,");
    run();
    List<String> expected = List.of("t1 War 2", "t1 Comedy 2", "t4 War 5", "t5 Sport 2");
    assertThat(children("genres")).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(children("values")).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(counts("genres").toString())
        .isEqualTo(
            "{\"deleted\":0,\"inserted\":1,\"parents\":6,\"removed\":4,\"superseded\":3,"
                + "\"unchanged\":0,\"updated\":2,\"written\":3}");
    assertThat(counts("values")).isEqualTo(counts("genres"));

    // The same again, under another name.
    dump("d", "t1,\"War,Comedy\",2,", "t2,,2,", "t5,Sport,2,");
    var files = DeltaTables.at(directory.resolve("genres")).files();
    run();
    assertThat(DeltaTables.at(directory.resolve("genres")).files()).isEqualTo(files);
    assertThat(counts("genres").get("unchanged").asInt()).isEqualTo(3);
  }

  @Test
  void afterAFaultAllIsAsWithoutOne() throws IOException {
    dump("a", "t1,\"Drama,Comedy\",1,", "t2,Drama,1,");
    run();
    dump("b", "t1,Comedy,2,", "t2,,2,");
    for (String step : List.of("delta.changes", "delta.tombstones", "delta.commit")) {
      for (String moment : List.of("before", "after")) {
        try (Faults.Armed fault = Faults.throwAt(step, moment)) {
          int code = run(new StringWriter());
          assertThat(code == 0).as(step).isEqualTo(!fault.struck());
        }
      }
    }
    run();
    assertThat(children("genres")).containsExactly("t1 Comedy 2");
    assertThat(counts("genres").get("removed").asInt()).isEqualTo(2);
  }

  @Test
  void aChildOutOfTheQuarantineComesToItsSiblings() throws IOException {
    String spec = (SPEC + CHECKED).replace("DIR", directory.toString());
    Path file = directory.resolve("titles.yaml");
    Files.writeString(file, spec.replace("KNOWN", "Drama"));
    dump("a", "t1,\"Drama,War\",1,", "t2,War,1,", "t3,War,1,");
    run();
    assertThat(children("checked")).containsExactly("t1 Drama 1");
    dump("b", "t3,Drama,2,");
    run();
    assertThat(children("checked")).containsExactlyInAnyOrder("t1 Drama 1", "t3 Drama 2");

    Files.writeString(file, spec.replace("KNOWN", "Drama, War"));
    StringWriter printed = new StringWriter();
    int code = execute(printed, "quarantine", file.toString(), "replay");
    assertThat(code).as(printed.toString()).isZero();
    assertThat(children("checked"))
        .containsExactlyInAnyOrder("t1 Drama 1", "t1 War 1", "t2 War 1", "t3 Drama 2");
  }

  @Test
  void aSpecSaysWhichParentsItMeans() throws IOException {
    Path file = directory.resolve("titles.yaml");
    String spec = SPEC.replace("DIR", directory.toString());
    Files.writeString(
        file, spec.replace("{input: Titles.genres, parents: Titles}", "Titles.genres"));
    StringWriter printed = new StringWriter();
    assertThat(execute(printed, "validate", file.toString())).isNotZero();
    assertThat(printed.toString()).contains("needs the input 'parents'");

    Files.writeString(file, spec.replace("replace_per: [_row_key]", ""));
    StringWriter without = new StringWriter();
    assertThat(execute(without, "validate", file.toString())).isNotZero();
    assertThat(without.toString()).contains("replace_per").contains("missing: the input 'parents'");
  }
}
