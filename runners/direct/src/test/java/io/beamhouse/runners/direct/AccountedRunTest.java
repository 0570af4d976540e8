package io.beamhouse.runners.direct;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.beamhouse.testing.DeltaTables;
import io.beamhouse.testing.Faults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where each row went is told by the report, is the same after a fault, and holds a run back. */
class AccountedRunTest {
  private static final String SPEC =
      """
      name: titles
      state: ${lake}/_state
      parameters:
        lake: {type: string, required: true}
        min_rows: {type: integer, default: 0}
        reject: {type: number, default: 1}
        min_good: {type: integer, default: 0}
      guards: {min_rows: "${min_rows}", max_reject_share: "${reject}"}
      pipeline:
        transforms:
          - type: ReadNewFiles
            name: Files
            config:
              path: "${lake}/in"
              format: csv
              min_age: 0s
              schema:
                - {name: id, type: INT64}
                - {name: kind, type: STRING}
                - {name: title, type: STRING, nullable: true}
                - {name: year, type: INT64}
              null_token: ""
              error_handling: {output: unread}
          - {type: Filter, name: Movies, input: Files, config: {keep: kind == "movie"}}
          - type: CheckRows
            name: Check
            input: Movies
            config:
              rules:
                - {name: has a title, not_null: title, action: quarantine}
                - {name: sane year, column: year, range: {min: 1870, max: 2100}, action: quarantine}
                - {name: not too new, column: year, range: {max: 2030}, action: drop}
              error_handling: {output: bad}
          - type: CheckDataset
            name: Enough
            input: Check
            config:
              rules:
                - {name: enough, row_count: {fail: {min: "${min_good}"}}}
          - {type: MergeIntoDelta, name: Silver, input: Check, config: {table: "${lake}/silver", keys: [id]}}
          - {type: WriteToJson, name: Bad, input: Check.bad, config: {path: "${lake}/bad"}}
          - {type: WriteToJson, name: Unread, input: Files.unread, config: {path: "${lake}/unread"}}
      """;

  @TempDir Path home;
  private Path lake;
  private SpecLake world;

  @BeforeEach
  void input() throws IOException {
    world = new SpecLake(home, SPEC);
    lake = world.lake();
    world.write(
        "a.csv",
        """
        id,kind,title,year
        1,movie,One,1999
        2,movie,,1999
        3,short,Three,2000
        4,movie,Four,1700
        5,movie,,1
        6,movie,Six,2050
        7,movie,Seven,2020
        7,movie,Seven again,2021
        8,movie,Eight,soon
        """);
  }

  private int run(String... set) {
    return world.run(set);
  }

  private JsonNode report() throws IOException {
    return world.report("titles");
  }

  @Test
  void theReportSaysWhatBecameOfEachRow() throws Exception {
    assertThat(run()).as(() -> world.printed()).isZero();
    checkCounts(report());
    assertThat(DeltaTables.at(lake.resolve("silver")).rows("id"))
        .extracting(row -> row.getInt64("id"))
        .containsExactlyInAnyOrder(1L, 7L);
    assertThat(lines(lake.resolve("bad"))).hasSize(3).anyMatch(line -> line.contains("sane year"));
  }

  private static void checkCounts(JsonNode report) {
    JsonNode steps = report.at("/steps");
    assertThat(steps.at("/Movies").toString())
        .isEqualTo("{\"in\":8,\"out\":{\"output\":7},\"none\":1,\"rules\":{}}");
    assertThat(steps.at("/Check").toString())
        .isEqualTo(
            "{\"in\":7,\"out\":{\"bad\":3,\"output\":3},\"none\":1,\"rules\":{"
                + "\"has a title\":2,\"not too new\":1,\"sane year\":2}}");
    assertThat(report.at("/checks/Enough/0/metric").textValue()).isEqualTo("row_count");
    assertThat(report.at("/checks/Enough/0/value").asDouble()).isEqualTo(3);
    assertThat(report.at("/checks/Enough/0/outcome").textValue()).isEqualTo("pass");
    assertThat(report.at("/sinks/Silver/counts/inserted").asInt()).isEqualTo(2);
    assertThat(report.at("/sinks/Silver/counts/superseded").asInt()).isEqualTo(1);
    assertThat(report.at("/sinks/Bad/counts/written").asInt()).isEqualTo(3);
    assertThat(report.at("/sinks/Unread/counts/written").asInt()).isEqualTo(1);
  }

  @Test
  void countsAreTheSameAfterAFaultBetweenTheCommits() throws Exception {
    // What one sink has committed has passed the guard, whichever sinks are left to do.
    String[] guarded = {"min_rows=9", "reject=0.5"};
    int struck = 0;
    for (String step : List.of("files.stage", "files.manifest", "delta.commit")) {
      try (Faults.Armed fault = Faults.throwAt(step, "after")) {
        int code = run(guarded);
        struck += fault.struck() ? 1 : 0;
        assertThat(code != 0).as(() -> world.printed()).isEqualTo(fault.struck());
      }
    }
    // The merge may have committed while a manifest failed beside it.
    assertThat(struck).isGreaterThanOrEqualTo(2);
    assertThat(run(guarded)).as(() -> world.printed()).isZero();
    checkCounts(report());
    assertThat(lines(lake.resolve("bad"))).hasSize(3);
  }

  @Test
  void aGuardHoldsBackWhatItDoesNotLike() throws Exception {
    assertThat(run("min_rows=10")).as(() -> world.printed()).isEqualTo(50);
    assertThat(world.printed()).contains("read 9 row(s)", "min_rows 10", "Nothing was published");
    nothingIsPublished();
  }

  @Test
  void aRefusalTellsEveryReason() throws Exception {
    assertThat(run("min_rows=10", "min_good=4")).as(() -> world.printed()).isEqualTo(50);
    assertThat(report().at("/refused").textValue()).contains("min_rows 10", "rule 'enough'");
    assertThat(report().at("/checks/Enough/0/outcome").textValue()).isEqualTo("fail");
  }

  @Test
  void rulesAreJudgedOnTheWayToSinksBehindAnAggregation() throws Exception {
    world.rewrite(
        SPEC.replace(
            "  - {type: WriteToJson, name: Bad",
            "  - {type: Sql, name: Years, input: Check, config: {query: \"SELECT MAX(`year`) AS newest FROM PCOLLECTION\"}}\n    - {type: WriteToJson, name: Gold, input: Years, config: {path: \"${lake}/gold\"}}\n    - {type: WriteToJson, name: Bad"));
    assertThat(run("min_good=4")).as(() -> world.printed()).isEqualTo(50);
    nothingIsPublished();
    assertThat(lines(lake.resolve("gold"))).isEmpty();
    assertThat(run("min_good=3", "min_rows=8")).as(() -> world.printed()).isZero();
    assertThat(lines(lake.resolve("gold"))).containsExactly("{\"newest\":2021}");
    checkCounts(report());
  }

  @Test
  void aShareOfRejectedRowsHoldsTheRunBack() throws Exception {
    assertThat(run("reject=0.3")).as(() -> world.printed()).isEqualTo(50);
    assertThat(world.printed()).contains("4 of 9 row(s) were rejected");
    nothingIsPublished();
  }

  @Test
  void aDatasetRuleHoldsTheRunBack() throws Exception {
    assertThat(run("min_good=4")).as(() -> world.printed()).isEqualTo(50);
    assertThat(world.printed()).contains("rule 'enough'");
    nothingIsPublished();
    JsonNode check = report().at("/checks/Enough/0");
    assertThat(check.at("/rule").textValue()).isEqualTo("enough");
    assertThat(check.at("/outcome").textValue()).isEqualTo("fail");
    assertThat(check.at("/value").asDouble()).isEqualTo(3);
    assertThat(check.at("/message").textValue()).contains("row_count is 3, out of");
    assertThat(Files.readString(lake.resolve("_state/titles/report.html")))
        .contains("row_count is 3, out of");
  }

  @Test
  void aRefusedRunIsReadAgainUnderAnotherSpecOrAfterARepair() throws Exception {
    assertThat(run("min_good=4")).isEqualTo(50);
    assertThat(report().at("/refused").textValue()).contains("rule 'enough'");
    assertThat(run("min_good=4")).as("the same rows again").isEqualTo(50);
    assertThat(run("min_good=3")).as(() -> world.printed()).isZero();
    assertThat(report().at("/refused").isNull()).isTrue();
    checkCounts(report());
    assertThat(run("min_good=3")).as(() -> world.printed()).isZero();
    assertThat(world.printed()).contains("nothing new");
  }

  @Test
  void aSinkThatHearsOfNoCountsIsNotHeldToThem() throws Exception {
    world.rewrite(
        """
        name: titles
        state: ${lake}/_state
        parameters:
          lake: {type: string, required: true}
        guards: {min_rows: 2}
        pipeline:
          type: chain
          transforms:
            - type: ReadNewFiles
              config: {path: "${lake}/in", format: csv, min_age: 0s}
            - {type: Sql, config: {query: "SELECT MAX(title) AS last FROM PCOLLECTION"}}
            - {type: WriteToJson, name: Gold, config: {path: "${lake}/gold"}}
        """);
    assertThat(run()).as(() -> world.printed()).isZero();
    assertThat(lines(lake.resolve("gold"))).hasSize(1);
  }

  private void nothingIsPublished() throws IOException {
    assertThat(lake.resolve("silver/_delta_log")).doesNotExist();
    assertThat(lines(lake.resolve("bad"))).isEmpty();
    assertThat(lines(lake.resolve("unread"))).isEmpty();
  }

  private static List<String> lines(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return List.of();
    }
    List<String> lines = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).toList()) {
        if (Files.isRegularFile(file)) {
          lines.addAll(Files.readAllLines(file));
        }
      }
    }
    return lines;
  }
}
