package io.beamhouse.runners.spark;

import io.beamhouse.testing.ChildJvm;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Starts the jar for spark-submit by Spark's own SparkSubmit on the jars of a distribution. */
final class SparkSubmit {
  static final Path HOME = Path.of("../spark-home/target/home").toAbsolutePath().normalize();

  /** What Spark's own launcher would open for the driver. */
  static final List<String> OPENED =
      Stream.of(
              "java.lang",
              "java.lang.invoke",
              "java.nio",
              "java.util",
              "java.util.concurrent",
              "java.net",
              "sun.nio.ch",
              "sun.security.action")
          .map(open -> "--add-opens=java.base/" + open + "=ALL-UNNAMED")
          .toList();

  private SparkSubmit() {}

  static Path jar() {
    try (Stream<Path> files = Files.list(Path.of("target"))) {
      return files
          .filter(file -> file.getFileName().toString().endsWith("-submit.jar"))
          .findFirst()
          .orElseThrow(() -> new AssertionError("no -submit.jar in target; run mvn verify"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Describes a driver with faults, as {@link io.beamhouse.testing.Faults} takes them, in it and in
   * its executors.
   */
  static ChildJvm.Builder on(
      String master, List<String> sparkConf, String driverFaults, String executorFaults) {
    List<String> arguments = new ArrayList<>(List.of("--master", master));
    for (String one : sparkConf) {
      arguments.addAll(List.of("--conf", one));
    }
    arguments.addAll(
        List.of(
            "--conf",
            "spark.ui.enabled=false",
            "--conf",
            "spark.executor.extraJavaOptions=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Dbeamhouse.faults="
                + executorFaults,
            "--jars",
            testKit(),
            "--class",
            SparkMain.class.getName(),
            jar().toString()));
    ChildJvm.Builder builder =
        ChildJvm.of("org.apache.spark.deploy.SparkSubmit")
            .withClassPath(Path.of("src/main/resources").toAbsolutePath() + ":" + HOME + "/jars/*")
            .withEnvironment("SPARK_HOME", HOME.toString())
            .withEnvironment("SPARK_SCALA_VERSION", "2.12")
            .withEnvironment("SPARK_LOCAL_IP", "127.0.0.1")
            .withJvmArguments("-Xmx1g")
            .withProperty("beamhouse.faults", driverFaults)
            .withArguments(arguments.toArray(String[]::new));
    OPENED.forEach(builder::withJvmArguments);
    return builder;
  }

  /** The jar with Faults in it, which is on this test's class path. */
  private static String testKit() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> entry.contains("beamhouse-testkit") && entry.endsWith(".jar"))
        .findFirst()
        .orElseThrow(() -> new AssertionError("the test kit is not a jar; run mvn verify"));
  }
}
