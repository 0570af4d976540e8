package io.beamhouse.runners.direct;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.beamhouse.pipelines.cli.Main;
import io.beamhouse.testing.DeltaTables;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Guards on what a merge deletes and on columns that appear; what they refuse leaves no trace. */
class GuardedRunTest {
  private static final String SPEC =
      """
      name: people
      state: ${lake}/_state
      parameters:
        lake: {type: string, required: true}
        deletes: {type: number, default: 0.5}
        columns: {type: integer, default: 0}
      guards: {max_delete_share: "${deletes}", max_new_columns: "${columns}"}
      pipeline:
        transforms:
          - type: ReadNewFiles
            name: Files
            config: {path: "${lake}/in", format: csv, min_age: 0s, schema_contract: {new_column: evolve, missing_column: evolve}}
          - type: CheckRows
            name: Check
            input: Files
            config: {rules: [{not_null: name}], error_handling: {output: bad}}
          - {type: WriteToQuarantine, name: Bad, input: Check.bad, config: {path: "${lake}/bad"}}
          - {type: WriteToParquet, name: All, input: Files, config: {path: "${lake}/all"}}
          - type: MapToFields
            name: Known
            input: Check
            config: {fields: {id: id, name: name, gone: gone}}
          - type: MergeIntoDelta
            name: Silver
            input: Known
            config: {table: "${lake}/silver", keys: [id], delete_when: gone, drop_columns: [gone]}
      """;

  @TempDir Path home;
  private Path lake;
  private SpecLake world;

  @BeforeEach
  void firstRun() throws IOException {
    world = new SpecLake(home, SPEC);
    lake = world.lake();
    write("a.csv", "id,name,gone\n1,Ada,false\n2,Bea,false\n3,Cid,false\n4,,false\n5,Eve,false\n");
    assertThat(run()).as(() -> world.printed()).isZero();
    assertThat(ids()).containsExactlyInAnyOrder(1L, 2L, 3L, 5L);
  }

  private void write(String file, String content) throws IOException {
    world.write(file, content);
  }

  private int run(String... set) {
    return world.run(set);
  }

  private JsonNode report() throws IOException {
    return world.report("people");
  }

  private List<Long> ids() {
    return DeltaTables.at(lake.resolve("silver")).rows("id").stream()
        .map(row -> row.getInt64("id"))
        .toList();
  }

  /** What the three sinks have made visible. */
  private List<String> visible() throws IOException {
    List<String> visible = new ArrayList<>();
    for (String directory : List.of("silver/_delta_log", "bad/_delta_log", "all")) {
      try (var files = Files.list(lake.resolve(directory))) {
        files
            .map(file -> lake.relativize(file).toString())
            .filter(file -> file.matches(".*(\\d{20}\\.json|\\.parquet)"))
            .sorted()
            .forEach(visible::add);
      }
    }
    return visible;
  }

  @Test
  void tooManyDeletesHoldEverySinkBack() throws Exception {
    List<String> before = visible();
    write("b.csv", "id,name,gone\n1,Ada,true\n2,Bea,true\n3,Cid,true\n4,,true\n9,Ida,true\n");

    assertThat(run()).as(() -> world.printed()).isEqualTo(50);
    assertThat(world.printed())
        .contains("3 of 4 row(s) of Delta table", "max_delete_share 0.5", "Nothing was published");
    assertThat(visible()).isEqualTo(before);
    assertThat(report().at("/refused").textValue()).contains("max_delete_share");
    assertThat(run()).as("the same rows again").isEqualTo(50);

    assertThat(run("deletes=0.75")).as(() -> world.printed()).isZero();
    assertThat(ids()).containsExactly(5L);
    assertThat(report().at("/sinks/Silver/counts/deleted").asInt()).isEqualTo(3);
    assertThat(report().at("/sinks/Bad/counts/written").asInt()).isEqualTo(1);
  }

  @Test
  void aColumnThatNobodyExpectedHoldsTheRunBack() throws Exception {
    List<String> before = visible();
    write("b.csv", "id,name,gone,salary\n6,Fay,false,1\n");

    assertThat(run()).as(() -> world.printed()).isEqualTo(50);
    assertThat(world.printed()).contains("Files has 1 column(s)", "(salary)", "max_new_columns 0");
    assertThat(visible()).isEqualTo(before);
    assertThat(report().at("/refused").textValue()).contains("max_new_columns");

    assertThat(run("columns=1")).as(() -> world.printed()).isZero();
    assertThat(ids()).contains(6L);
    write("c.csv", "id,name,gone,salary\n7,Guy,false,1\n");
    assertThat(run()).as("the column is known now: " + world.printed()).isZero();
  }

  @Test
  void aGuardWithNothingToJudgeIsAMistake() throws Exception {
    world.rewrite(
        """
        guards: {max_delete_share: 0.5, max_new_columns: -1, max_reject_share: 0.1}
        pipeline: {type: chain, transforms: [{type: Create, config: {elements: [1]}}, {type: LogForTesting}]}
        """);
    StringWriter out = new StringWriter();
    PrintWriter writer = new PrintWriter(out);
    int code = Main.execute(writer, writer, "validate", home.resolve("spec.yaml").toString());

    assertThat(code).isEqualTo(43);
    assertThat(out.toString())
        .contains("guards.max_new_columns: expected a number of columns, 0 or more")
        .contains("guards.max_delete_share: judges a MergeIntoDelta step, and there is none");
  }
}
