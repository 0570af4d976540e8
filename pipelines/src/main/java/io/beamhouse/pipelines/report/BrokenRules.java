package io.beamhouse.pipelines.report;

import io.beamhouse.pipelines.increment.JobHistory;
import io.beamhouse.pipelines.increment.RunReport;
import io.beamhouse.pipelines.increment.RunReport.StepReport;
import io.beamhouse.pipelines.report.CheckResult.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** Rules of rows as results: how many rows broke each, now and before. */
final class BrokenRules {
  private BrokenRules() {}

  /** The rules that the newest of {@code runs} or an earlier one saw broken. */
  static List<CheckResult> of(List<JobHistory.Run> runs) {
    TreeMap<String, Set<String>> rules = new TreeMap<>();
    for (JobHistory.Run run : runs) {
      run.report()
          .steps()
          .forEach(
              (step, counts) ->
                  rules
                      .computeIfAbsent(step, any -> new LinkedHashSet<>())
                      .addAll(counts.rules().keySet()));
    }
    List<CheckResult> results = new ArrayList<>();
    rules.forEach(
        (step, names) -> {
          for (String name : names) {
            List<Double> values = new ArrayList<>();
            runs.forEach(run -> values.add(0, broken(run.report(), step, name)));
            Double now = values.remove(values.size() - 1);
            if (now == null) {
              continue; // Not counted in this run, as when it was refused: nothing is known.
            }
            boolean none = now == 0;
            results.add(
                new CheckResult(
                    step + ": " + name,
                    "",
                    none ? Outcome.PASS : Outcome.WARN,
                    now,
                    null,
                    Shown.count(now, "row") + " broke it",
                    values));
          }
        });
    return results;
  }

  private static Double broken(RunReport report, String step, String rule) {
    StepReport counts = report.steps().get(step);
    return counts == null ? null : counts.rules().getOrDefault(rule, 0L).doubleValue();
  }
}
