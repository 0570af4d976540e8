package io.beamhouse.pipelines.report;

import io.beamhouse.core.Internal;
import io.beamhouse.pipelines.increment.JobHistory;
import io.beamhouse.pipelines.increment.RunReport;
import io.beamhouse.pipelines.increment.RunTimings;
import io.beamhouse.pipelines.report.FlowGraph.Total;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the page of a run shows. It holds no row of data, unless samples with values were asked for;
 * of values only what the report has: bounds, counts, names, paths.
 */
@Internal
public final class ReportPage {
  /**
   * A run as a point in the history.
   *
   * @param seconds of the attempt that ended it; null means unknown
   */
  record Point(
      long run, String clock, Total read, Total written, Total quarantined, Double seconds) {}

  private final RunReport report;
  private final Optional<RunTimings> timings;
  private final FlowGraph graph;
  private final List<Point> history;
  private final List<CheckResult> checks;
  private final List<QuarantineSample.Table> samples;

  private ReportPage(
      RunReport report,
      Optional<RunTimings> timings,
      FlowGraph graph,
      List<Point> history,
      List<CheckResult> checks,
      List<QuarantineSample.Table> samples) {
    this.samples = List.copyOf(samples);
    this.report = report;
    this.timings = timings;
    this.graph = graph;
    this.history = List.copyOf(history);
    this.checks = List.copyOf(checks);
  }

  /** The page of the newest run in {@code job}, with those before it as its history. */
  public static ReportPage of(JobHistory job) {
    JobHistory.Run newest = job.runs().get(0);
    List<Point> history = new ArrayList<>();
    for (JobHistory.Run run : job.runs()) {
      history.add(0, point(FlowGraph.of(job, run.report()), run));
    }
    List<CheckResult> checks = new ArrayList<>(DatasetChecks.of(job.runs()));
    checks.addAll(BrokenRules.of(job.runs()));
    return new ReportPage(
        newest.report(),
        newest.timings(),
        FlowGraph.of(job, newest.report()),
        history,
        checks,
        List.of());
  }

  private static Point point(FlowGraph graph, JobHistory.Run run) {
    return new Point(
        run.report().run(),
        run.report().clock(),
        graph.read(),
        graph.written(),
        graph.quarantined(),
        run.timings().map(timings -> timings.millis() / 1000.0).orElse(null));
  }

  /** This page with more that quality rules said; without any, it has no such section. */
  public ReportPage withChecks(List<CheckResult> results) {
    List<CheckResult> all = new ArrayList<>(checks);
    all.addAll(results);
    return new ReportPage(report, timings, graph, history, all, samples);
  }

  /** This page with records that were refused; without any table, it has no such section. */
  public ReportPage withSamples(List<QuarantineSample.Table> tables) {
    return new ReportPage(report, timings, graph, history, checks, tables);
  }

  /** The page as one file of HTML that loads nothing else and runs no script. */
  public String html() {
    return new PageHtml(this).html();
  }

  RunReport report() {
    return report;
  }

  Optional<RunTimings> timings() {
    return timings;
  }

  FlowGraph graph() {
    return graph;
  }

  /** Oldest first; the last one is this run. */
  List<Point> history() {
    return history;
  }

  Point now() {
    return history.get(history.size() - 1);
  }

  List<QuarantineSample.Table> samples() {
    return samples;
  }

  List<CheckResult> checks() {
    return checks;
  }
}
