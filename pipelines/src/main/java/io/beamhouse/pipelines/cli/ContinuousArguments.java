package io.beamhouse.pipelines.cli;

import io.beamhouse.core.error.Problems;
import io.beamhouse.core.provider.Durations;
import io.beamhouse.pipelines.continuous.ContinuousRun;
import io.beamhouse.pipelines.continuous.HealthFile;
import io.beamhouse.pipelines.continuous.Pace;
import io.beamhouse.pipelines.continuous.ProgressLines;
import io.beamhouse.pipelines.continuous.PrometheusMetrics;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Option;

/** The options of {@code run} that mean something with {@code --continuous} only. */
final class ContinuousArguments {
  @Option(
      names = "--continuous",
      description = {
        "Run an increment after the other in this process until it is stopped (SIGTERM, Ctrl-C),",
        "which is after the increment in hand."
      })
  private boolean continuous;

  @Option(
      names = "--trigger",
      paramLabel = "TIME",
      description = {
        "From the begin of an increment to the begin of the next one; default 10s.",
        "0s is at once. A source that is behind is not waited for."
      })
  private String trigger;

  @Option(names = "--until-idle", description = "End when nothing is new.")
  private boolean untilIdle;

  @Option(
      names = "--max-runs",
      paramLabel = "N",
      description = "End when each pipeline has finished so many runs.")
  private Long maxRuns;

  @Option(
      names = "--give-up-after",
      paramLabel = "TIME",
      description = {
        "How long a pipeline may fail, being tried again after 1s, 2s, 4s ... 60s, before this",
        "ends with its exit code; default 1h."
      })
  private String giveUpAfter;

  @Option(
      names = "--keep-runs",
      paramLabel = "N",
      description = "Of how many finished runs the state keeps the records; default 100.")
  private Integer keepRuns;

  @Option(
      names = "--health-file",
      paramLabel = "FILE",
      description = "Keep a JSON file that tells how the pipelines fare.")
  private Path healthFile;

  @Option(
      names = "--metrics-port",
      paramLabel = "PORT",
      description = "Serve Prometheus metrics at http://HOST:PORT/metrics.")
  private Integer metricsPort;

  boolean on() {
    return continuous;
  }

  /** Adds what is wrong about the options. */
  void check(boolean backfill, boolean dryRun, Problems problems) {
    if (!continuous) {
      alone("--trigger", trigger != null, problems);
      alone("--until-idle", untilIdle, problems);
      alone("--max-runs", maxRuns != null, problems);
      alone("--give-up-after", giveUpAfter != null, problems);
      alone("--keep-runs", keepRuns != null, problems);
      alone("--health-file", healthFile != null, problems);
      alone("--metrics-port", metricsPort != null, problems);
      return;
    }
    if (backfill) {
      problems.add("--continuous", "does not go with --from: a backfill is one range, run once");
    }
    if (dryRun) {
      problems.add("--continuous", "does not go with --dry-run");
    }
    checkTime("--trigger", trigger, problems);
    checkTime("--give-up-after", giveUpAfter, problems);
  }

  private static void alone(String option, boolean given, Problems problems) {
    if (given) {
      problems.add(option, "means something with --continuous only");
    }
  }

  private static void checkTime(String option, String text, Problems problems) {
    if (text != null && !Durations.isDuration(text)) {
      problems.add(option, "found '" + text + "'; allowed: " + Durations.FORM);
    }
  }

  Pace pace() {
    return new Pace(
        time(trigger, Pace.TRIGGER),
        untilIdle,
        maxRuns == null ? OptionalLong.empty() : OptionalLong.of(maxRuns),
        time(giveUpAfter, Pace.GIVE_UP_AFTER),
        keepRuns == null ? Pace.KEEP_RUNS : keepRuns);
  }

  private static Duration time(String text, Duration otherwise) {
    return text == null ? otherwise : Durations.parse(text);
  }

  /** Serves metrics from now on, if they were asked for. */
  Optional<PrometheusMetrics> metrics() {
    return Optional.ofNullable(metricsPort).map(PrometheusMetrics::new);
  }

  List<ContinuousRun.Watcher> watchers(PrintWriter err, Optional<PrometheusMetrics> metrics) {
    List<ContinuousRun.Watcher> watchers = new ArrayList<>();
    watchers.add(new ProgressLines(err::println, Failures::line));
    if (healthFile != null) {
      watchers.add(new HealthFile(healthFile));
    }
    metrics.ifPresent(watchers::add);
    return watchers;
  }
}
