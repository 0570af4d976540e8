package io.beamhouse.pipelines.run;

import io.beamhouse.core.Internal;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.rowwise.Gated;
import io.beamhouse.io.core.increment.IncrementalSink;
import io.beamhouse.io.core.increment.JoiningSink;
import io.beamhouse.io.delta.RunBoundQuarantine;
import io.beamhouse.pipelines.spec.Guards;
import io.beamhouse.pipelines.spec.Step;
import io.beamhouse.pipelines.spec.Step.Edge;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;

/**
 * Feeds what one step refused into that step again: a job of the same steps, from that one on.
 *
 * <p>The records are a source like any other, so plan, capture and commits are those of every run.
 * The quarantine sink of the step takes what fails again, and the records themselves, to mark those
 * that passed.
 */
@Internal
public final class QuarantineReplay {
  private final SpecJob job;
  private final Step sink;
  private final RunBoundQuarantine quarantine;

  private QuarantineReplay(SpecJob job, Step sink) {
    this.job = job;
    this.sink = sink;
    this.quarantine = (RunBoundQuarantine) job.graph().transform(sink);
  }

  /** One for each quarantine sink of {@code job}. */
  public static List<QuarantineReplay> of(SpecJob job) {
    return job.steps().stream()
        .filter(step -> job.graph().transform(step) instanceof RunBoundQuarantine)
        .map(step -> new QuarantineReplay(job, step))
        .toList();
  }

  /** The name of the sink. */
  public String name() {
    return sink.name();
  }

  public RunBoundQuarantine quarantine() {
    return quarantine;
  }

  /** The name of the line of runs, beside those of backfills, that replays of this sink make. */
  public String line() {
    return "replay-" + sink.name();
  }

  /** The step whose refused records these are; throws SpecException when that is not clear. */
  Step failing() {
    List<Edge> edges = sink.inputs().values().stream().flatMap(List::stream).toList();
    if (edges.size() != 1) {
      throw refused(
          "is fed by several steps ("
              + edges.stream().map(Edge::toString).collect(Collectors.joining(", "))
              + "); give each step a WriteToQuarantine of its own, they may share the path");
    }
    Edge edge = edges.get(0);
    Step failing = step(edge.step());
    if (failing.errorOutput().isEmpty() || !failing.errorOutput().equals(edge.output())) {
      throw refused("is not fed by the error output of a step, but by " + edge);
    }
    if (failing.inputs().size() != 1) {
      throw refused(
          failing.inputs().isEmpty()
              ? "holds what "
                  + failing.name()
                  + " could not read; repair the source and let a run read it again"
              : "holds what "
                  + failing.name()
                  + " refused, which has several inputs; one record is not enough for it");
    }
    Set<String> kept = downstream(failing);
    for (Map.Entry<String, IncrementalSink> other : job.sinks().entrySet()) {
      if (kept.contains(other.getKey()) && other.getValue().replaces()) {
        throw refused(
            "cannot be replayed: "
                + other.getKey()
                + " replaces what earlier runs wrote by the rows of a run, and a replay has a few of"
                + " them only. Correct the rules or the source, and load it as a whole again");
      }
    }
    return failing;
  }

  /** Why these records cannot be replayed; empty when they can. */
  public Optional<String> obstacle() {
    try {
      failing();
      return Optional.empty();
    } catch (SpecException e) {
      return Optional.of(e.getMessage());
    }
  }

  /** Whether {@code name} means every record here: the sink's, or that of what feeds it. */
  public boolean named(String name) {
    return sink.name().equals(name)
        || feeding().stream().anyMatch(s -> s.name().equals(name))
        || (feeding().size() == 1 && known(name));
  }

  /** Whether {@code name} is that of this sink, or name or type of a step that feeds it. */
  public boolean known(String name) {
    return sink.name().equals(name)
        || feeding().stream().anyMatch(s -> s.name().equals(name) || s.type().equals(name));
  }

  private List<Step> feeding() {
    return sink.inputs().values().stream()
        .flatMap(List::stream)
        .map(edge -> step(edge.step()))
        .toList();
  }

  private SpecException refused(String why) {
    return new SpecException(job.name() + " " + sink.name(), why);
  }

  private Step step(String name) {
    return job.steps().stream().filter(step -> step.name().equals(name)).findFirst().orElseThrow();
  }

  /**
   * The job that replays {@code selection}; sources are planned to learn the type of the records.
   *
   * @param positions of the sources of the pipeline itself
   */
  public SpecJob job(QuarantineSelection selection, long run, Map<String, String> positions) {
    Step failing = failing();
    Set<String> kept = downstream(failing);
    String source = "replayed." + sink.name();
    String records = "records." + sink.name();
    List<Step> steps = new ArrayList<>();
    Map<String, SchemaTransform> transforms = new LinkedHashMap<>();
    steps.add(added(source, Map.of()));
    transforms.put(source, new ReadReplayed(quarantine.table(), selection));
    steps.add(added(records, Map.of("input", List.of(new Edge(source, "")))));
    transforms.put(records, new ReplayedRecords(type(failing, run, positions)));
    for (Step step : job.steps()) {
      if (kept.contains(step.name())) {
        steps.add(with(step, inputs(step, failing, kept, source, records)));
        transforms.put(step.name(), job.graph().transform(step));
      }
    }
    return job.of(steps, transforms, Guards.NONE);
  }

  private Map<String, List<Edge>> inputs(
      Step step, Step failing, Set<String> kept, String source, String records) {
    Map<String, List<Edge>> inputs = new LinkedHashMap<>();
    if (step.equals(failing)) {
      step.inputs().keySet().forEach(tag -> inputs.put(tag, List.of(new Edge(records, ""))));
      return inputs;
    }
    step.inputs()
        .forEach(
            (tag, edges) -> {
              List<Edge> left = edges.stream().filter(e -> kept.contains(e.step())).toList();
              if (!left.isEmpty()) {
                inputs.put(tag, left);
              } else if (isNeeded(step, tag)) {
                throw refused(
                    "cannot be replayed: "
                        + step.name()
                        + " also needs "
                        + edges.get(0)
                        + ", which does not come from "
                        + failing.name());
              }
            });
    if (step.equals(sink)) {
      inputs.put(RunBoundQuarantine.REPLAYED, List.of(new Edge(source, "")));
    }
    return inputs;
  }

  private boolean isNeeded(Step step, String input) {
    return job.graph().transform(step) instanceof JoiningSink sink
        ? sink.needs(input)
        : !step.type().equals("Flatten");
  }

  /**
   * The names of {@code first} and of everything that feeds on it, but for gates: a rule over a
   * whole run cannot judge a part of it, and what it held back would be marked as resolved.
   */
  private Set<String> downstream(Step first) {
    Set<String> names = new HashSet<>(Set.of(first.name()));
    // Steps stand behind what feeds them.
    for (Step step : job.steps()) {
      boolean gate = job.graph().transform(step) instanceof Gated;
      if (!gate
          && step.inputs().values().stream()
              .flatMap(List::stream)
              .anyMatch(edge -> names.contains(edge.step()))) {
        names.add(step.name());
      }
    }
    return names;
  }

  private Schema type(Step failing, long run, Map<String, String> positions) {
    Set<String> feeding =
        failing.inputs().values().stream()
            .flatMap(List::stream)
            .map(Edge::step)
            .collect(Collectors.toSet());
    Predicate<Step> chosen = step -> feeding.contains(step.name());
    return job.graph()
        .inputSchema(
            failing,
            StepTypes.of(
                job, job.graph(), chosen, run, positions, Optional.empty(), (name, plan) -> {}));
  }

  private Step added(String name, Map<String, List<Edge>> inputs) {
    return new Step(name, true, "Replay", sink.line(), sink.path(), null, Map.of(), inputs, "");
  }

  private static Step with(Step step, Map<String, List<Edge>> inputs) {
    return new Step(
        step.name(),
        step.named(),
        step.type(),
        step.line(),
        step.path(),
        step.config(),
        step.lines(),
        inputs,
        step.errorOutput());
  }
}
