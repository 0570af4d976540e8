package io.beamhouse.runners.spark;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.beamhouse.testing.ChildJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/**
 * A continuous run of a spec of the events, submitted to a cluster of its own: a driver and two
 * executors.
 */
final class EventsCluster implements AutoCloseable {
  private static final int EXECUTORS = 2;
  private static final String TASK_LOST = "\"Reason\":\"ExecutorLostFailure\"";
  private static final String OUTPUT_LOST = "\"Reason\":\"Resubmitted\"";
  private static final String FETCH_FAILED = "\"Reason\":\"FetchFailed\"";
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final String pipeline;
  private final Path runs;
  private final Path sparkLog;
  private final ChildJvm driver;

  private EventsCluster(String pipeline, Path runs, Path sparkLog, ChildJvm driver) {
    this.pipeline = pipeline;
    this.runs = runs;
    this.sparkLog = sparkLog;
    this.driver = driver;
  }

  /** Submits {@code pipeline}, whose spec has its name. */
  static EventsCluster start(Path home, Path lake, String pipeline, List<String> set, String... how)
      throws IOException {
    Path sparkLog = Files.createTempDirectory(home, "spark-log");
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("run", pipeline.replace("youflix-", "youflix/") + ".yaml"));
    arguments.add("--set=lake=" + lake);
    arguments.addAll(set);
    arguments.addAll(List.of(how));
    List<String> conf =
        List.of("spark.eventLog.enabled=true", "spark.eventLog.dir=" + sparkLog.toUri());
    // Executors work in a directory below it, which another cluster's may share.
    Path sparkHome = Files.createTempDirectory(home, "spark-home");
    Files.createSymbolicLink(sparkHome.resolve("jars"), SparkSubmit.HOME.resolve("jars"));
    ChildJvm driver =
        SparkSubmit.on("local-cluster[" + EXECUTORS + ",1,1024]", conf, "", "")
            .withEnvironment("SPARK_HOME", sparkHome.toString())
            .withArguments(arguments.toArray(String[]::new))
            .start();
    return new EventsCluster(pipeline, lake.resolve("_state").resolve(pipeline), sparkLog, driver);
  }

  /**
   * Kills executors at work on a run, until one has taken something with it by Spark's own account:
   * a task, or outputs that others wait for. After a kill, that run is done and another executor is
   * there before this goes on.
   *
   * @param nth the later, the more an executor works on the run before it is killed, if there is so
   *     much to do
   */
  String killOneExecutor(int nth) throws IOException {
    long work = TimeUnit.MILLISECONDS.toNanos(150L + 200L * nth);
    int kills = 0;
    while (true) {
      long before = lost(sparkEvents());
      Optional<Path> run = killAtWork(work);
      kills += run.isPresent() ? 1 : 0;
      long lost = lost(sparkEvents()) - before;
      if (run.isPresent() && lost > 0) {
        return String.format(
            "%s, run %s, %d ms of work, %d tasks or outputs lost (kill number %d)",
            pipeline, run.get().getFileName(), work / 1_000_000, lost, kills);
      }
      work /= 2;
    }
  }

  /** Returns the run that was not done when an executor was killed; empty when it was quicker. */
  private Optional<Path> killAtWork(long work) {
    driver.waitUntil(() -> executors().size() == EXECUTORS && planned().isPresent(), PATIENCE);
    Map<ProcessHandle, Long> began = new HashMap<>();
    executors().forEach(executor -> began.put(executor, cpu(executor)));
    Optional<Path> run = planned();
    if (run.isEmpty()) {
      return run;
    }
    AtomicReference<ProcessHandle> busy = new AtomicReference<>();
    driver.waitUntil(
        () -> {
          began.forEach(
              (executor, cpu) -> {
                if (cpu(executor) - cpu >= work) {
                  busy.set(executor);
                }
              });
          return busy.get() != null || done(run.get());
        },
        PATIENCE);
    if (busy.get() == null || done(run.get())) {
      return Optional.empty();
    }
    busy.get().destroyForcibly();
    busy.get().onExit().join();
    boolean inside = !done(run.get());
    driver.waitUntil(() -> done(run.get()) && executors().size() == EXECUTORS, PATIENCE);
    return inside ? run : Optional.empty();
  }

  private static long cpu(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
  }

  private List<ProcessHandle> executors() {
    return driver.descendants().sorted().toList();
  }

  /** The newest run, if it is planned and not done. */
  private Optional<Path> planned() {
    try (Stream<Path> files = Files.exists(runs) ? Files.walk(runs, 3) : Stream.empty()) {
      return files
          .filter(file -> file.getParent().endsWith("runs"))
          .max(Comparator.comparingLong(run -> Long.parseLong(run.getFileName().toString())))
          .filter(run -> Files.exists(run.resolve("plan.json")) && !done(run));
    } catch (IOException | UncheckedIOException e) {
      return Optional.empty(); // old runs are deleted meanwhile
    }
  }

  private static boolean done(Path run) {
    return Files.exists(run.resolve("done.json"));
  }

  /** Asks it to stop by SIGTERM; returns the exit code. */
  int stop() {
    ProcessHandle.of(driver.pid()).orElseThrow().destroy();
    return waitFor();
  }

  int waitFor() {
    return driver.waitFor(PATIENCE);
  }

  String output() {
    return driver.output();
  }

  /** What came of kills by the log of Spark's own events, and of increments by what was printed. */
  String figures() throws IOException {
    List<String> events = sparkEvents();
    return String.format(
        "%s: %d executors lost, with %d tasks, %d outputs, %d fetches; %d increments done, %d failed",
        pipeline,
        count(events, "\"Event\":\"SparkListenerExecutorRemoved\""),
        count(events, TASK_LOST),
        count(events, OUTPUT_LOST),
        count(events, FETCH_FAILED),
        count(output().lines().toList(), " rows, "),
        count(output().lines().toList(), pipeline + ": failed"));
  }

  private static long lost(List<String> events) {
    return count(events, TASK_LOST) + count(events, OUTPUT_LOST) + count(events, FETCH_FAILED);
  }

  private List<String> sparkEvents() throws IOException {
    try (Stream<Path> files = Files.list(sparkLog)) {
      Optional<Path> log = files.findFirst();
      // It is being written: its end may be half a character.
      return log.isPresent() ? Files.readAllLines(log.get(), ISO_8859_1) : List.of();
    }
  }

  private static long count(List<String> lines, String text) {
    return lines.stream().filter(line -> line.contains(text)).count();
  }

  @Override
  public void close() {
    driver.close();
  }
}
