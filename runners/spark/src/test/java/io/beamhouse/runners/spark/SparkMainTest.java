package io.beamhouse.runners.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.io.core.storage.Storage;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.util.LongAccumulator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparkMainTest {
  private static final CountDownLatch HEARTBEATS = new CountDownLatch(2);

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

  @Test
  void heartbeatsSurviveAnAccumulatorThatIsNotReadYet() {
    SparkConf conf =
        SparkMain.configuration(List.of("--sparkMaster=local"))
            .set("spark.executor.heartbeatInterval", "20ms");
    try (JavaSparkContext context = new JavaSparkContext(conf)) {
      NotReadYet sum = new NotReadYet();
      context.sc().register(sum, "sum");
      context.sc().addSparkListener(new CountHeartbeats());
      List<Boolean> beaten =
          context
              .parallelize(List.of(1), 1)
              .map(
                  one -> {
                    sum.add(1L);
                    return HEARTBEATS.await(1, TimeUnit.MINUTES);
                  })
              .collect();
      assertThat(beaten).containsExactly(true);
    }
  }

  private static final class CountHeartbeats extends SparkListener {
    @Override
    public void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
      if (update.accumUpdates().exists(task -> task._4().exists(CountHeartbeats::isSum))) {
        HEARTBEATS.countDown();
      }
    }

    private static boolean isSum(AccumulableInfo info) {
      return info.name().contains("sum");
    }
  }

  /** To a heartbeat it is as Beam's metrics are before Spark has read their fields. */
  private static final class NotReadYet extends LongAccumulator {
    @Override
    public LongAccumulator copy() {
      NotReadYet copy = new NotReadYet();
      copy.add(sum());
      return copy;
    }

    @Override
    public boolean isZero() {
      if (Thread.currentThread().getName().contains("heartbeat")) {
        throw new NullPointerException("not read yet");
      }
      return super.isZero();
    }
  }
}
