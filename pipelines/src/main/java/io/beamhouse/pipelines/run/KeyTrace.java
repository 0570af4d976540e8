package io.beamhouse.pipelines.run;

import io.beamhouse.core.Internal;
import io.beamhouse.core.error.BeamhouseException;
import io.beamhouse.core.rowwise.RowStep;
import io.beamhouse.core.rowwise.RowWise;
import io.beamhouse.core.rowwise.Tally;
import io.beamhouse.io.core.increment.JoiningSink;
import io.beamhouse.pipelines.increment.PastRuns;
import io.beamhouse.pipelines.increment.RunReport;
import io.beamhouse.pipelines.spec.Step;
import io.beamhouse.pipelines.spec.Step.Edge;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.beam.sdk.Pipeline.PipelineExecutionException;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.Row;

/**
 * Follows one key through a run that is over: what the run read is read again, the steps on the way
 * to a sink are taken again, and rows of the key are noted at each. Writes nothing.
 */
@Internal
public final class KeyTrace {
  private final SpecJob job;
  private final String sink;
  private final Map<String, String> key;
  private final BeamLauncher launcher;

  public KeyTrace(SpecJob job, String sink, Map<String, String> key) {
    this.job = job;
    this.sink = sink;
    this.key = key;
    this.launcher = BeamLauncher.create("DirectRunner", Map.of(), List.of());
  }

  /**
   * What one run did with the key.
   *
   * @param steps on the way, in their order; those whose rows lack the key's columns are left out
   * @param arrived rows of the key that came to the sink
   * @param unknown why the run could not be followed; empty when it was
   */
  @Internal
  public record Run(
      RunReport report, List<Passed> steps, List<Row> arrived, Optional<String> unknown) {}

  /**
   * What one step did with the key.
   *
   * @param rows that it gave on, with refused ones left out
   * @param refused rows of {@link io.beamhouse.core.row.Quarantined#schema}
   * @param passed rules that no row of the key broke
   * @param broken rules that a row of the key broke, whatever came of it
   * @param some whether rows of the key came in, as far as is known
   */
  @Internal
  public record Passed(
      String step,
      List<Row> rows,
      List<Row> refused,
      Set<String> passed,
      Set<String> broken,
      boolean some) {}

  /** Follows the key through the run of {@code report}. */
  public Run follow(PastRuns runs, RunReport report) {
    try (PastRuns.Input input = runs.input(report.run());
        FoundRows found = new FoundRows(key)) {
      if (input.gone().isPresent()) {
        return new Run(report, List.of(), List.of(), input.gone());
      }
      Set<String> way = wayToSink();
      launcher.run(
          job.name() + " why",
          pipeline -> {
            Map<String, PCollectionRowTuple> outputs =
                job.graph().applyWithoutSinks(pipeline, input.roots(), s -> way.contains(s.name()));
            outputs.forEach(found::gather);
          });
      return traced(report, way, found);
    } catch (BeamhouseException | PipelineExecutionException e) {
      return new Run(
          report, List.of(), List.of(), Optional.of("could not be read again: " + e.getMessage()));
    }
  }

  /** The names of the steps that feed the sink, one through the other. */
  private Set<String> wayToSink() {
    Set<String> way = new HashSet<>(Set.of(sink));
    for (int i = job.steps().size() - 1; i >= 0; i--) {
      Step step = job.steps().get(i);
      if (way.contains(step.name())) {
        edges(step).forEach(edge -> way.add(edge.step()));
      }
    }
    way.remove(sink);
    return way;
  }

  private static List<Edge> edges(Step step) {
    return step.inputs().values().stream().flatMap(List::stream).toList();
  }

  /** What feeds the rows of {@code step}; other inputs only go with them. */
  private static List<Edge> main(Step step) {
    return step.inputs().getOrDefault(JoiningSink.INPUT, edges(step));
  }

  private Run traced(RunReport report, Set<String> way, FoundRows found) {
    List<Passed> steps = new ArrayList<>();
    List<Row> arrived = new ArrayList<>();
    for (Step step : job.steps()) {
      if (step.name().equals(sink)) {
        main(step).forEach(edge -> arrived.addAll(rows(edge, found)));
      } else if (way.contains(step.name())) {
        passed(step, found).ifPresent(steps::add);
      }
    }
    return new Run(report, steps, arrived, Optional.empty());
  }

  private List<Row> rows(Edge edge, FoundRows found) {
    return found.rows(edge.step(), tag(edge)).orElse(List.of());
  }

  private static String tag(Edge edge) {
    return edge.output().isEmpty() ? RowStep.OUTPUT : edge.output();
  }

  private Optional<Passed> passed(Step step, FoundRows found) {
    Optional<List<Row>> given = found.rows(step.name(), RowStep.OUTPUT);
    Optional<List<Row>> refused =
        step.errorOutput().isEmpty()
            ? Optional.empty()
            : found.rows(step.name(), step.errorOutput());
    if (given.isEmpty() && refused.isEmpty()) {
      return Optional.empty();
    }
    List<Row> taken = edges(step).stream().flatMap(e -> rows(e, found).stream()).toList();
    Set<String> broken = new LinkedHashSet<>();
    Set<String> kept = new LinkedHashSet<>();
    if (job.graph().transform(step) instanceof RowWise rules && !taken.isEmpty()) {
      taken.forEach(row -> broken.addAll(broken(rules, row)));
      kept.addAll(rules.rules());
      kept.removeAll(broken);
    }
    List<Row> rows = given.orElse(List.of());
    boolean some =
        !taken.isEmpty() || !rows.isEmpty() || refused.filter(r -> !r.isEmpty()).isPresent();
    return Optional.of(
        new Passed(step.name(), rows, refused.orElse(List.of()), kept, broken, some));
  }

  /** The rules that {@code row} breaks, as the step itself counts them. */
  private static Set<String> broken(RowWise rules, Row row) {
    Set<String> broken = new LinkedHashSet<>();
    if (rules.rules().isEmpty()) {
      return broken;
    }
    RowStep step = rules.rowStep("why");
    int tally = List.copyOf(step.outputs(row.getSchema()).keySet()).indexOf(Tally.TAG);
    RowStep.Processor processor = step.start(row.getSchema());
    RowStep.Emitter out =
        (output, emitted) -> {
          if (output == tally && emitted.getString("counter").startsWith(Tally.RULE)) {
            broken.add(emitted.getString("counter").substring(Tally.RULE.length()));
          }
        };
    processor.process(row, out);
    processor.finish(out);
    return broken;
  }
}
