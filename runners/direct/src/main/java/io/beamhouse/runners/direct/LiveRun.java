package io.beamhouse.runners.direct;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code beamhouse run} in a process of its own, to be stopped, killed and started again. */
final class LiveRun implements AutoCloseable {
  private static final long STOP_SECONDS = 120;

  private final Path spec;
  private final String runner;
  private final Path log;
  private final Path lake;
  private final List<String> values;
  private Process process;

  /**
   * @param log to which output is appended
   * @param values for the spec's other parameters
   */
  LiveRun(Path spec, String runner, Path log, Path lake, List<String> values) {
    this.spec = spec;
    this.runner = runner;
    this.log = log;
    this.lake = lake;
    this.values = List.copyOf(values);
  }

  Path spec() {
    return spec;
  }

  List<String> values() {
    return values;
  }

  void start(List<String> options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith("--add-opens") || option.startsWith("-Xmx"))
        .forEach(command::add);
    command.addAll(
        List.of("-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
    command.add(
        runner.equals("DirectRunner")
            ? "io.beamhouse.pipelines.cli.Main"
            : "io.beamhouse.runners.spark.SparkMain");
    command.addAll(List.of("run", spec.toString(), "--runner=" + runner, "--set=lake=" + lake));
    values.forEach(value -> command.addAll(List.of("--set", value)));
    command.addAll(options);
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
  }

  /** As {@code kill -9} does. */
  void kill() {
    end(process.destroyForcibly());
  }

  /** By SIGTERM: after the increment in hand. */
  void stop() {
    process.destroy();
    if (!end(process)) {
      throw new DemoFailedException("SIGTERM did not end the run within two minutes, see " + log);
    }
    if (process.exitValue() != 0) {
      throw new DemoFailedException("The run ended with " + process.exitValue() + ", see " + log);
    }
  }

  private static boolean end(Process process) {
    try {
      return process.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void close() {
    if (process != null) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
