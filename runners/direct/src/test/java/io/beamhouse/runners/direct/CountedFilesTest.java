package io.beamhouse.runners.direct;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.beamhouse.testing.Faults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What each file gave, and that it is what the steps behind took. */
class CountedFilesTest {
  private static final String SPEC =
      """
      name: people
      state: ${lake}/_state
      parameters:
        lake: {type: string, required: true}
        reject: {type: number, default: 1}
        least: {type: integer, default: 0}
      guards: {max_reject_share: "${reject}", min_rows: "${least}"}
      pipeline:
        transforms:
          - type: ReadNewFiles
            name: Files
            config:
              path: ${lake}/in
              format: csv
              min_age: 0s
              schema: '[{"name": "id", "type": "INT64"}, {"name": "name", "type": "STRING", "nullable": true}]'
              error_handling: {output: bad}
          - {type: WriteToQuarantine, name: Bad, input: Files.bad, config: {path: "${lake}/bad"}}
          - {type: Filter, name: Some, input: Files, config: {keep: id < 100}}
          - {type: MergeIntoDelta, name: Silver, input: Some, config: {table: "${lake}/silver", keys: [id]}}
      """;

  @TempDir Path home;
  private Path lake;
  private SpecLake world;

  @BeforeEach
  void input() throws IOException {
    world = new SpecLake(home, SPEC);
    lake = world.lake();
    world.write("a.csv", "id,name\n1,Ada\nx,Bea\n3,Cid\n");
    world.write("b.csv", "id,name\n4,Dan\n500,Eve\n");
    world.write("c.csv", "id,name\n");
    world.write("d.csv", "id,name\ny,Fay\n,Guy\n");
  }

  private int run(String... set) {
    return world.run(set);
  }

  private void checkReport() throws IOException {
    JsonNode report = world.report("people");
    JsonNode source = report.at("/sources/Files");
    List<String> files = new ArrayList<>();
    source
        .at("/by_file")
        .forEach(
            file ->
                files.add(
                    file.at("/file").textValue().replaceAll(".*/", "")
                        + " "
                        + file.at("/rows")
                        + " "
                        + file.at("/rejected")));
    assertThat(files).containsExactly("a.csv 3 1", "b.csv 2 0", "c.csv 0 0", "d.csv 2 2");
    assertThat(source.at("/rows").asInt()).isEqualTo(7);
    assertThat(source.at("/rejected").asInt()).isEqualTo(3);
    assertThat(source.at("/files").asInt()).isEqualTo(4);
    assertThat(report.at("/steps").toString())
        .isEqualTo(
            "{\"Files\":{\"in\":7,\"out\":{\"bad\":3,\"output\":4},\"none\":0,\"rules\":{}},"
                + "\"Some\":{\"in\":4,\"out\":{\"output\":3},\"none\":1,\"rules\":{}}}");
    assertThat(report.at("/sinks/Bad/counts/inserted").asInt()).isEqualTo(3);
  }

  @Test
  void countsOfFilesAreTheSameAfterAFaultBetweenTheCommits() throws Exception {
    try (Faults.Armed fault = Faults.throwAt("delta.commit", "after")) {
      assertThat(run()).isNotZero();
      assertThat(fault.struck()).isTrue();
    }
    assertThat(run()).as(() -> world.printed()).isZero();
    checkReport();
    assertThat(Files.readString(lake.resolve("_state/people/report.html")))
        .contains("Files of Files", "4 files, 2 with rejected records");
  }

  @Test
  void guardsKnowWhatTheSourceRefusedItself() throws Exception {
    assertThat(run("reject=0.4")).as(() -> world.printed()).isEqualTo(50);
    assertThat(world.printed()).contains("3 of 7 row(s) were rejected");
    assertThat(lake.resolve("silver/_delta_log")).doesNotExist();
    assertThat(lake.resolve("bad/_delta_log")).doesNotExist();
    assertThat(run("least=8")).as(() -> world.printed()).isEqualTo(50);
    assertThat(world.printed()).contains("read 7 row(s)");
    assertThat(run("reject=0.45", "least=7")).as(() -> world.printed()).isZero();
    checkReport();
  }
}
