package io.beamhouse.pipelines.report;

import io.beamhouse.pipelines.increment.JobHistory;
import io.beamhouse.pipelines.increment.RunReport;
import io.beamhouse.pipelines.increment.RunReport.CheckReport;
import io.beamhouse.pipelines.report.CheckResult.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Rules for the whole as results: what was measured, now and before. */
final class DatasetChecks {
  private DatasetChecks() {}

  /** What the newest of {@code runs} was judged by, with the values that earlier ones had. */
  static List<CheckResult> of(List<JobHistory.Run> runs) {
    List<CheckResult> results = new ArrayList<>();
    runs.get(0)
        .report()
        .checks()
        .forEach((step, checks) -> checks.forEach(one -> results.add(result(step, one, runs))));
    return results;
  }

  private static CheckResult result(String step, CheckReport check, List<JobHistory.Run> runs) {
    List<Double> history = new ArrayList<>();
    for (JobHistory.Run run : runs.subList(1, runs.size())) {
      history.add(0, value(run.report(), step, check.metric()));
    }
    return new CheckResult(
        step + ": " + check.rule(),
        check.fingerprint(),
        Outcome.valueOf(check.outcome().toUpperCase(Locale.ROOT)),
        check.value(),
        check.threshold().isEmpty() ? null : check.threshold(),
        check.message(),
        history);
  }

  /** By the metric: a rule whose bounds were changed goes on measuring the same. */
  private static Double value(RunReport report, String step, String metric) {
    return report.checks().getOrDefault(step, List.of()).stream()
        .filter(check -> check.metric().equals(metric))
        .findFirst()
        .map(CheckReport::value)
        .orElse(null);
  }
}
