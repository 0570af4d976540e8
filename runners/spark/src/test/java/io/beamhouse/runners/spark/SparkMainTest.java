package io.beamhouse.runners.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.io.core.storage.Storage;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparkMainTest {
  @TempDir Path directory;

  @Test
  void aBadSpecEndsWith43AndAllItsProblems() throws Exception {
    Path spec = directory.resolve("bad.yaml");
    Files.writeString(
        spec,
        """
        pipeline:
          type: chain
          transforms:
            - type: ReadFromCvs
              config: {path: /nowhere}
            - type: WriteToParqet
              config: {path: /nowhere}
        """);
    StringWriter output = new StringWriter();
    PrintWriter printer = new PrintWriter(output);

    int code = SparkMain.execute(printer, printer, "run", spec.toString(), "--sparkMaster=local");

    assertThat(code).isEqualTo(43);
    assertThat(output.toString()).contains("ReadFromCvs", "ReadFromCsv", "WriteToParqet");
  }

  @Test
  void commandsThatRunNothingNeedNoSpark() {
    StringWriter output = new StringWriter();
    PrintWriter printer = new PrintWriter(output);

    assertThat(SparkMain.execute(printer, printer, "run", "--help")).isZero();
    assertThat(SparkMain.execute(printer, printer, "transforms")).isZero();
    assertThat(output.toString()).contains("--runner", "MergeIntoDelta");
  }

  @Test
  void hadoopSettingsOfSparkReachEveryStore() {
    SparkConf conf =
        new SparkConf()
            .setMaster("local")
            .setAppName("hadoop")
            .set("spark.ui.enabled", "false")
            .set("spark.hadoop.fs.made.up", "by Spark");
    try (JavaSparkContext context = new JavaSparkContext(conf)) {
      assertThat(new SparkHadoopConfiguration().get().get("fs.made.up")).isEqualTo("by Spark");
      assertThat(context.isLocal()).isTrue();
    }
    assertThat(Storage.configuration().get("fs.file.impl")).endsWith("RawLocalFileSystem");
  }
}
