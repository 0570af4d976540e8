package io.beamhouse.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.io.delta.DeltaIO;
import io.beamhouse.io.files.FilesIO;
import io.beamhouse.testing.DeltaTables;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code beamhouse compact}. */
class CompactCommandTest {
  private static final Schema SCHEMA = Schema.builder().addInt64Field("id").build();

  @TempDir Path lake;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int compact(String... options) {
    List<String> arguments = new java.util.ArrayList<>(List.of("compact"));
    arguments.addAll(List.of(options));
    return Main.execute(
        new PrintWriter(out), new PrintWriter(err), arguments.toArray(String[]::new));
  }

  private static PCollection<Row> rows(Pipeline pipeline, long id) {
    return pipeline.apply(
        Create.of(Row.withSchema(SCHEMA).addValues(id).build()).withRowSchema(SCHEMA));
  }

  @Test
  void smallFilesOfATableBecomeOne() {
    String table = lake.resolve("table").toString();
    for (long id = 0; id < 2; id++) {
      Pipeline pipeline = Pipeline.create();
      rows(pipeline, id).apply(DeltaIO.write().to(table));
      pipeline.run().waitUntilFinish();
    }
    assertThat(compact(table, "--target-size", "1MB")).isZero();
    assertThat(out.toString()).contains("2 files", "became 1");
    assertThat(DeltaTables.at(table).files()).hasSize(1);
    assertThat(DeltaTables.at(table).rows()).hasSize(2);
  }

  @Test
  void filesOfADirectoryAreKeptWhileTheyAreYoung() throws Exception {
    String directory = lake.resolve("bronze").toString();
    Pipeline pipeline = Pipeline.create();
    rows(pipeline, 1).apply(FilesIO.writeJson(directory).withRunToken("one"));
    pipeline.run().waitUntilFinish();
    assertThat(compact(directory, "--keep-replaced", "1d")).isZero();
    assertThat(out.toString()).contains("nothing to compact");
  }

  @Test
  void mistakesAreNamedAtOnce() throws Exception {
    assertThat(
            compact(
                lake.toString(), "--target-size", "much", "--min-files", "1", "--older-than", "x"))
        .isEqualTo(ExitCodes.BAD_SPEC);
    assertThat(err.toString()).contains("--target-size", "--min-files", "--older-than");
    assertThat(compact(Files.createDirectory(lake.resolve("empty")).toString()))
        .isEqualTo(ExitCodes.BAD_SPEC);
    assertThat(err.toString()).contains("neither a Delta table nor a directory");
  }
}
