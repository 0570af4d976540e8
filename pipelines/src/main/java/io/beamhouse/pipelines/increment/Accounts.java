package io.beamhouse.pipelines.increment;

import io.beamhouse.core.error.Judgement;
import io.beamhouse.core.error.RowsUnaccountedException;
import io.beamhouse.core.rowwise.RowStep;
import io.beamhouse.core.rowwise.Tally;
import io.beamhouse.pipelines.increment.IncrementJob.Flow;
import io.beamhouse.pipelines.increment.RunReport.CheckReport;
import io.beamhouse.pipelines.increment.RunReport.FileReport;
import io.beamhouse.pipelines.increment.RunReport.SinkReport;
import io.beamhouse.pipelines.increment.RunReport.SourceReport;
import io.beamhouse.pipelines.increment.RunReport.StepReport;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Proves that every row that one step gave was taken by the next: what a step took, what it gave
 * and what nothing came of are counted by different parts, and travel with the commits.
 */
final class Accounts {
  private final Map<String, Map<String, Long>> counts = new TreeMap<>();
  private final Map<String, String> heardFrom = new TreeMap<>();
  private final Map<String, List<CheckReport>> checks = new TreeMap<>();

  /** Takes the counts that a sink committed; counts of one step must be the same in all sinks. */
  void take(String sink, Map<String, Map<String, Long>> tally) {
    tally.forEach(
        (step, counters) -> {
          Map<String, Long> known = counts.putIfAbsent(step, counters);
          String first = heardFrom.putIfAbsent(step, sink);
          if (known != null && !known.equals(counters)) {
            throw broken(
                step
                    + " counted "
                    + known
                    + " on the way to "
                    + first
                    + " and "
                    + counters
                    + " on the way to "
                    + sink);
          }
        });
  }

  /** Takes what gates found before a commit; all sinks were told the same, so one is enough. */
  void judged(List<Judgement> found) {
    Map<String, List<CheckReport>> bySteps = new TreeMap<>();
    for (Judgement one : found) {
      bySteps.computeIfAbsent(one.step(), any -> new ArrayList<>()).add(CheckReport.of(one));
    }
    bySteps.forEach(checks::putIfAbsent);
  }

  Map<String, List<CheckReport>> checks() {
    return checks;
  }

  /** The rows that a step took, where they were counted. */
  Optional<Long> taken(String step) {
    return Optional.ofNullable(counts.getOrDefault(step, Map.of()).get(Tally.IN));
  }

  /** What a source counted itself, in the order of paths, the other files last. */
  Optional<List<FileReport>> files(String source) {
    Map<String, Long> counters = counts.getOrDefault(source, Map.of());
    List<FileReport> files = new ArrayList<>();
    named(counters, Tally.FILE)
        .forEach(
            (path, rows) ->
                files.add(
                    new FileReport(
                        path.isEmpty() ? null : path,
                        path.isEmpty() ? counters.getOrDefault(Tally.FILES, 0L) : 1,
                        rows,
                        counters.getOrDefault(Tally.FILE_REJECTED + path, 0L))));
    files.sort(
        Comparator.comparing(FileReport::file, Comparator.nullsLast(Comparator.naturalOrder())));
    return files.isEmpty() ? Optional.empty() : Optional.of(files);
  }

  /** The counts of steps, other than sinks, for the report. */
  Map<String, StepReport> steps(Set<String> sinks) {
    Map<String, StepReport> steps = new TreeMap<>();
    counts.forEach(
        (step, counters) -> {
          if (counters.containsKey(Tally.IN) && !sinks.contains(step)) {
            steps.put(
                step,
                new StepReport(
                    counters.get(Tally.IN),
                    named(counters, Tally.OUT),
                    counters.getOrDefault(Tally.NONE, 0L),
                    named(counters, Tally.RULE)));
          }
        });
    return steps;
  }

  private static Map<String, Long> named(Map<String, Long> counters, String prefix) {
    Map<String, Long> named = new TreeMap<>();
    counters.forEach(
        (name, n) -> {
          if (name.startsWith(prefix)) {
            named.put(name.substring(prefix.length()), n);
          }
        });
    return named;
  }

  /**
   * Holds both ends of each flow against each other, where both are counted.
   *
   * @param sinks those whose outcomes cover every row they take
   */
  void check(List<Flow> flows, Map<String, SourceReport> sources, Map<String, SinkReport> sinks) {
    sources.forEach(this::checkFiles);
    Map<String, Long> given = new TreeMap<>();
    Map<String, List<String>> from = new TreeMap<>();
    for (Flow flow : flows) {
      Optional<Long> rows = given(flow, sources);
      // A step that is fed by an uncounted one has an unknown sum.
      given.merge(flow.to(), rows.orElse(-1L), (a, b) -> a < 0 || b < 0 ? -1 : a + b);
      from.computeIfAbsent(flow.to(), any -> new ArrayList<>()).add(flow.from());
    }
    given.forEach(
        (to, rows) -> {
          Optional<Long> taken = taken(to, sinks);
          if (rows >= 0 && taken.isPresent() && !taken.get().equals(rows)) {
            throw broken(
                String.join(" and ", from.get(to))
                    + " gave "
                    + rows
                    + " row(s) to "
                    + to
                    + ", which accounts for "
                    + taken.get());
          }
        });
  }

  /** The reader counts records by file; the step that sorts them counts them by output. */
  private void checkFiles(String name, SourceReport source) {
    if (source.byFile() == null) {
      return;
    }
    Map<String, Long> counters = counts.get(name);
    long rows = counters.getOrDefault(Tally.IN, 0L);
    long rejected = rows - counters.getOrDefault(Tally.OUT + RowStep.OUTPUT, 0L);
    if (rows != source.rows() || rejected != source.rejected()) {
      throw broken(
          "the files of "
              + name
              + " gave "
              + source.rows()
              + " row(s), "
              + source.rejected()
              + " of them bad, and "
              + name
              + " accounts for "
              + rows
              + " and "
              + rejected);
    }
  }

  private Optional<Long> given(Flow flow, Map<String, SourceReport> sources) {
    Map<String, Long> counters = counts.get(flow.from());
    if (counters == null) {
      return Optional.ofNullable(sources.get(flow.from())).map(SourceReport::rows);
    }
    String output = flow.output().isEmpty() ? RowStep.OUTPUT : flow.output();
    return Optional.ofNullable(counters.get(Tally.OUT + output));
  }

  private Optional<Long> taken(String step, Map<String, SinkReport> sinks) {
    Map<String, Long> counters = counts.getOrDefault(step, Map.of());
    SinkReport sink = sinks.get(step);
    if (sink == null) {
      return Optional.ofNullable(counters.get(Tally.IN));
    }
    return Optional.ofNullable(sink.rowsTaken())
        .map(rows -> rows + counters.getOrDefault(Tally.REFUSED, 0L));
  }

  private static RowsUnaccountedException broken(String what) {
    return new RowsUnaccountedException(
        "Rows do not add up: "
            + what
            + ". Rows were lost or doubled in between, or a step gives different rows each time."
            + " Compare the target with the source, and report this with the spec.");
  }
}
