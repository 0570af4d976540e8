package io.beamhouse.pipelines.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.pipelines.cli.Main;
import io.beamhouse.testing.DeltaTables;
import io.beamhouse.testing.Faults;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table to look keys up in may change between two attempts at a run. */
class PinnedTablesTest {
  @TempDir Path lake;
  private StringWriter said;

  private int run(String name, String text) throws IOException {
    Path spec = lake.resolve(name + ".yaml");
    Files.writeString(spec, text.replace("LAKE", lake.toString()));
    said = new StringWriter();
    return Main.execute(new PrintWriter(said), new PrintWriter(said), "run", spec.toString());
  }

  private int know(int id) throws IOException {
    return run(
        "know-" + id,
        """
        name: know-%d
        state: LAKE/state
        pipeline:
          type: chain
          transforms:
            - {type: Create, config: {elements: [{id: %d, name: "n%d"}]}}
            - {type: WriteToDelta, name: known, config: {table: LAKE/known}}
        """
            .formatted(id, id, id));
  }

  @Test
  void anInterruptedRunGoesOnWithTheTableAsItWas() throws IOException {
    assertThat(know(1)).isZero();
    Files.writeString(Files.createDirectory(lake.resolve("in")).resolve("a.csv"), "id\n1\n2\n");
    String orders =
        """
        name: orders
        state: LAKE/state
        pipeline:
          transforms:
            - {type: ReadNewFiles, name: new, config: {path: "LAKE/in", format: csv}}
            - {type: ReadFromDelta, name: Known, config: {table: LAKE/known}}
            - type: LookupRows
              name: Names
              input: {input: new, table: Known}
              config: {keys: {id: id}, fields: {name: name}, error_handling: {output: unknown}}
            - {type: WriteToDelta, name: good, input: Names, config: {table: LAKE/good}}
            - {type: WriteToQuarantine, name: bad, input: Names.unknown, config: {path: LAKE/bad}}
        """;
    try (Faults.Armed fault = Faults.throwAt("delta.commit", "after")) {
      assertThat(run("orders", orders)).isNotZero();
      assertThat(fault.struck()).as("%s", said).isTrue();
    }
    assertThat(know(2)).isZero();

    assertThat(run("orders", orders)).as("%s", said).isZero();

    assertThat(DeltaTables.at(lake.resolve("good")).rows("id", "name"))
        .extracting(row -> row.getValue("name"))
        .containsExactly("n1");
    assertThat(DeltaTables.at(lake.resolve("bad")).rows("rule")).hasSize(1);
  }
}
