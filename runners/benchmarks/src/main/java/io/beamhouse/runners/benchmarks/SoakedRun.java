package io.beamhouse.runners.benchmarks;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A continuous run in a JVM of its own, asked from outside how it fares. */
final class SoakedRun implements AutoCloseable {
  private static final long STOP_MINUTES = 3;

  private final String name;
  private final Process process;
  private final Path log;
  private final URI metrics;
  private final HttpClient http = HttpClient.newHttpClient();
  private int histograms;

  private SoakedRun(String name, Process process, Path log, int port) {
    this.name = name;
    this.process = process;
    this.log = log;
    this.metrics = URI.create("http://localhost:" + port + "/metrics");
  }

  /**
   * How it fares at one moment.
   *
   * @param increments since it began, that read something
   * @param seconds that they took together
   * @param failed increments
   * @param cpu seconds of the process
   * @param liveBytes of the heap after a full collection
   * @param residentBytes of the process
   * @param lag records that wait
   */
  record Sample(
      long increments,
      double seconds,
      long failed,
      double cpu,
      long liveBytes,
      long residentBytes,
      long lag) {}

  static SoakedRun start(String name, String heap, Path log, List<String> arguments)
      throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    List<String> all = new ArrayList<>(arguments);
    all.add("--metrics-port=" + port);
    Process process =
        new ProcessBuilder(
                Measured.command(
                    heap, "io.beamhouse.runners.spark.SparkMain", all.toArray(String[]::new)))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    return new SoakedRun(name, process, log, port);
  }

  String name() {
    return name;
  }

  /** Waits; a run that ends meanwhile should not have. */
  void await(Duration time) throws IOException, InterruptedException {
    if (process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS)) {
      throw ended();
    }
  }

  Sample sample() throws IOException, InterruptedException {
    if (!process.isAlive()) {
      throw ended();
    }
    List<String> lines =
        http.send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString())
            .body()
            .lines()
            .toList();
    return new Sample(
        (long) sum(lines, "beamhouse_increment_seconds_count"),
        sum(lines, "beamhouse_increment_seconds_sum"),
        (long)
            sum(
                lines.stream().filter(line -> line.contains("outcome=\"failed\"")).toList(),
                "beamhouse_increments_total"),
        process.info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1000.0,
        liveBytes(),
        Measured.residentBytes(process.pid()),
        (long) sum(lines, "beamhouse_lag_records"));
  }

  private static double sum(List<String> lines, String metric) {
    return lines.stream()
        .filter(line -> line.startsWith(metric + "{") || line.startsWith(metric + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** What a full collection leaves: the histogram of classes, which is kept, does one first. */
  private long liveBytes() throws IOException, InterruptedException {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(process.pid()),
                "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    String[] lines =
        new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split("\n");
    jcmd.waitFor();
    Path histogram = log.resolveSibling(name + "-heap-" + ++histograms + ".txt");
    Files.writeString(histogram, String.join("\n", lines));
    String[] total = lines[lines.length - 1].trim().split("\\s+");
    return Long.parseLong(total[2]);
  }

  /** What its log calls an error. */
  List<String> errors() throws IOException {
    return Files.readAllLines(log).stream().filter(line -> line.contains(" ERROR ")).toList();
  }

  /** By SIGTERM. */
  void stop() throws IOException, InterruptedException {
    process.destroy();
    if (!process.waitFor(STOP_MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
      throw ended();
    }
  }

  private IOException ended() {
    return new IOException(name + " ended, or does not end, as it should; see " + log);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
