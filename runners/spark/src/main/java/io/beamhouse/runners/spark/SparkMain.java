package io.beamhouse.runners.spark;

import io.beamhouse.core.Evolving;
import io.beamhouse.pipelines.cli.Main;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.runners.spark.translation.SparkContextFactory;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The command {@code beamhouse} on Spark, as spark-submit's main class or by plain {@code java}.
 *
 * <p>{@code run} and {@code quarantine replay} use SparkRunner unless {@code --runner} names
 * another. All pipelines of a run share one SparkContext, since clusters give a driver no second
 * one. The master is spark-submit's; without one it is {@code --sparkMaster}, or {@code
 * local[*,4]}, whose tasks are retried as on a cluster.
 */
@Evolving
public final class SparkMain {
  private static final String SPARK_MASTER = "--sparkMaster=";

  /**
   * Whether a heartbeat asks each accumulator whether it is zero.
   *
   * <p>Spark knows a task's accumulators before their fields are read, and Beam's answers with a
   * NullPointerException then, which ends the heartbeats of the executor for good: a cluster takes
   * it for dead after two minutes, and a local one keeps something of each stage (SPARK-20977 is
   * the same of Spark's own).
   */
  private static final String ASK_ACCUMULATORS =
      "spark.executor.heartbeat.dropZeroAccumulatorUpdates";

  private SparkMain() {}

  /** Ends the JVM with the exit code of the command line. */
  public static void main(String[] arguments) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    System.exit(execute(out, err, arguments));
  }

  /** Runs one command; returns its exit code. */
  public static int execute(PrintWriter out, PrintWriter err, String... arguments) {
    List<String> all = new ArrayList<>(Arrays.asList(arguments));
    if (!all.contains("run") && !all.contains("replay")) {
      return Main.execute(out, err, arguments);
    }
    if (all.stream().noneMatch(one -> one.equals("--runner") || one.startsWith("--runner="))) {
      all.add("--runner=SparkRunner");
    }
    boolean spark = all.contains("--runner=SparkRunner") || all.contains("SparkRunner");
    if (!spark || all.contains("--dry-run") || all.contains("--help") || all.contains("-h")) {
      return Main.execute(out, err, all.toArray(String[]::new));
    }
    try (JavaSparkContext context = new JavaSparkContext(configuration(all))) {
      SparkContextFactory.setProvidedSparkContext(context);
      all.add("--usesProvidedSparkContext=true");
      return Main.execute(out, err, all.toArray(String[]::new));
    } finally {
      SparkContextFactory.clearProvidedSparkContext();
    }
  }

  static SparkConf configuration(List<String> arguments) {
    String master =
        arguments.stream()
            .filter(one -> one.startsWith(SPARK_MASTER))
            .map(one -> one.substring(SPARK_MASTER.length()))
            .findFirst()
            .orElse("local[*,4]");
    SparkConf configuration =
        new SparkConf()
            .setIfMissing("spark.app.name", "beamhouse")
            .setIfMissing(ASK_ACCUMULATORS, "false");
    if (!configuration.contains("spark.master")) {
      configuration.setMaster(master).setIfMissing("spark.ui.enabled", "false");
    }
    return configuration;
  }
}
