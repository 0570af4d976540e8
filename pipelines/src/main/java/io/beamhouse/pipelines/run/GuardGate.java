package io.beamhouse.pipelines.run;

import io.beamhouse.core.error.GateRefusedException;
import io.beamhouse.core.rowwise.Gate;
import io.beamhouse.core.rowwise.Tally;
import io.beamhouse.io.core.increment.JoiningSink;
import io.beamhouse.pipelines.spec.Guards;
import io.beamhouse.pipelines.spec.Step;
import io.beamhouse.pipelines.spec.Step.Edge;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Holds the guards of a spec against what was counted.
 *
 * <p>Rows read are those that a source counts itself, good and bad, else those that the first
 * counted steps behind it took; rows rejected are those that went to error outputs, and those that
 * sinks refused. A source that counts makes a replay, for which some sinks have committed already,
 * judge the same rows.
 */
record GuardGate(Guards guards, ArrayList<Fed> firsts, ArrayList<Fed> errors) implements Gate {
  /** A flow of rows by its two ends. */
  record Fed(String from, String output, String to) implements Serializable {}

  /**
   * Returns the gate of a graph.
   *
   * @param sources names of steps without input
   */
  static GuardGate of(Guards guards, List<Step> steps, List<String> sources) {
    Map<String, String> errorOutputs = new HashMap<>();
    steps.forEach(step -> errorOutputs.put(step.name(), step.errorOutput()));
    ArrayList<Fed> firsts = new ArrayList<>();
    ArrayList<Fed> errors = new ArrayList<>();
    for (Step step : steps) {
      // What a step with several inputs took is what came by its main one.
      boolean several = step.inputs().containsKey(JoiningSink.INPUT);
      List<Edge> main = several ? step.inputs().get(JoiningSink.INPUT) : List.of();
      for (Edge edge : step.inputs().values().stream().flatMap(List::stream).toList()) {
        Fed fed = new Fed(edge.step(), edge.output(), step.name());
        if (!edge.output().isEmpty() && edge.output().equals(errorOutputs.get(edge.step()))) {
          errors.add(fed);
        } else if (sources.contains(edge.step()) && (!several || main.contains(edge))) {
          firsts.add(fed);
        }
      }
    }
    return new GuardGate(guards, firsts, errors);
  }

  /** The gate for a sink that only hears of the steps {@code counted}. */
  Gate over(Set<String> counted) {
    return guards.equals(Guards.NONE)
        ? OPEN
        : new GuardGate(guards, heard(firsts, counted), heard(errors, counted));
  }

  private static ArrayList<Fed> heard(List<Fed> all, Set<String> counted) {
    ArrayList<Fed> heard = new ArrayList<>(all);
    heard.removeIf(fed -> !counted.contains(fed.from) && !counted.contains(fed.to));
    return heard;
  }

  @Override
  public void check(Tally tally) {
    if (firsts.isEmpty()) {
      return; // What was read is not counted on the way to this sink.
    }
    Map<String, Map<String, Long>> counts = tally.counts();
    long rejected = rejected(counts);
    long rows = read(counts);
    if (guards.minRows() != null && rows < guards.minRows()) {
      throw new GateRefusedException(
          "The run read "
              + rows
              + " row(s), fewer than guards.min_rows "
              + guards.minRows()
              + " asks for. Nothing was published. Look at the source; if so few are right, lower"
              + " the guard for one run.");
    }
    Double share = guards.maxRejectShare();
    if (share != null && rejected > share * rows) {
      throw new GateRefusedException(
          rejected
              + " of "
              + rows
              + " row(s) were rejected, more than guards.max_reject_share "
              + share
              + " allows. Nothing was published. Look at the source and at the rules; if this is"
              + " meant, raise the guard for one run.");
    }
  }

  @Override
  public boolean limitsDeletes() {
    return guards.maxDeleteShare() != null;
  }

  @Override
  public void checkDeletes(String target, long deleted, long rows, long uncounted) {
    Double share = guards.maxDeleteShare();
    if (share != null && deleted > share * rows) {
      throw new GateRefusedException(
          deleted
              + " of "
              + rows
              + " row(s) of "
              + target
              + " would be deleted, more than guards.max_delete_share "
              + share
              + " allows"
              + (uncounted == 0
                  ? "."
                  : "; "
                      + uncounted
                      + " of its files have no statistics, and their rows are not counted.")
              + " Nothing was published. Look at the source; if this is meant, raise the guard for"
              + " one run.");
    }
  }

  private long read(Map<String, Map<String, Long>> counts) {
    Map<String, Long> bySource = new HashMap<>();
    for (Fed first : firsts) {
      boolean own = counts.containsKey(first.from);
      bySource.merge(first.from, in(counts, own ? first.from : first.to), Math::max);
    }
    long bad =
        errors.stream()
            .filter(error -> bySource.containsKey(error.from) && !counts.containsKey(error.from))
            .mapToLong(error -> in(counts, error.to))
            .sum();
    return bySource.values().stream().mapToLong(n -> n).sum() + bad;
  }

  private long rejected(Map<String, Map<String, Long>> counts) {
    Map<String, Long> byOutput = new HashMap<>();
    for (Fed error : errors) {
      Long out = counts.getOrDefault(error.from, Map.of()).get(Tally.OUT + error.output);
      byOutput.merge(
          error.from + "." + error.output, out == null ? in(counts, error.to) : out, Math::max);
    }
    return byOutput.values().stream().mapToLong(n -> n).sum()
        + counts.values().stream().mapToLong(c -> c.getOrDefault(Tally.REFUSED, 0L)).sum();
  }

  private static long in(Map<String, Map<String, Long>> counts, String step) {
    return counts.getOrDefault(step, Map.of()).getOrDefault(Tally.IN, 0L);
  }
}
