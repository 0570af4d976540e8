package io.beamhouse.pipelines.continuous;

import io.beamhouse.core.Internal;
import io.beamhouse.pipelines.increment.RunReport;
import io.beamhouse.pipelines.run.SpecRun;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A line for each increment that read something, and for each failure; that a pipeline is idle, or
 * stands by while another process is at work, is said once, and then once a minute.
 */
@Internal
public final class ProgressLines implements ContinuousRun.Watcher {
  private static final Duration BETWEEN_EQUAL_LINES = Duration.ofMinutes(1);

  private final Consumer<String> out;
  private final Function<Throwable, String> inWords;
  private final Map<String, Said> said = new HashMap<>();

  /**
   * @param inWords says what a failure is, in one line
   */
  public ProgressLines(Consumer<String> out, Function<Throwable, String> inWords) {
    this.out = out;
    this.inWords = inWords;
  }

  private record Said(String what, Instant at) {}

  @Override
  public void ended(SpecRun.Result result, ContinuousRun.Status status) {
    if (result.held()) {
      seldom(result.job(), "waiting", ": " + inWords.apply(result.failure().get()), status.now());
    } else if (result.failure().isPresent()) {
      said.remove(result.job());
      String times = status.failures() > 1 ? " (" + status.failures() + " times in a row)" : "";
      out.accept(result.job() + ": failed" + times + ": " + inWords.apply(result.failure().get()));
    } else if (result.nothingNew()) {
      String last = status.lastDone().map(at -> ", last run ended " + at).orElse("");
      seldom(result.job(), "nothing new", last, status.now());
    } else {
      said.remove(result.job());
      result.finished().forEach(report -> out.accept(line(report, result.took())));
    }
  }

  private void seldom(String job, String what, String more, Instant now) {
    Said before = said.get(job);
    if (before == null
        || !before.what().equals(what)
        || Duration.between(before.at(), now).compareTo(BETWEEN_EQUAL_LINES) >= 0) {
      said.put(job, new Said(what, now));
      out.accept(job + ": " + what + more);
    }
  }

  private static String line(RunReport report, Duration took) {
    Lag lag = Lag.of(report);
    double seconds = took.toMillis() / 1000.0;
    StringBuilder line = new StringBuilder();
    line.append(report.pipeline()).append(": run ").append(report.run()).append(": ");
    lag.records()
        .ifPresent(
            records ->
                line.append(
                    String.format(Locale.ROOT, "%,d rows, %,.0f/s, ", records, records / seconds)));
    line.append(String.format(Locale.ROOT, "%.1f s", seconds));
    lag.waiting()
        .ifPresent(waiting -> line.append(String.format(Locale.ROOT, ", lag %,d", waiting)));
    report
        .sources()
        .forEach(
            (name, source) ->
                source
                    .warnings()
                    .forEach(
                        warning -> line.append("; ").append(name).append(' ').append(warning)));
    report
        .sinks()
        .forEach(
            (name, sink) -> {
              if (sink.versions() != null && !sink.versions().isEmpty()) {
                line.append("; ").append(name).append(" at ");
                line.append(sink.versions().get(sink.versions().size() - 1));
              }
            });
    return line.toString();
  }
}
