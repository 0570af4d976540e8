package io.beamhouse.pipelines.run;

import io.beamhouse.core.error.Problem;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.io.core.increment.IncrementalSink;
import io.beamhouse.io.core.increment.IncrementalSource;
import io.beamhouse.io.core.increment.SinkContext;
import io.beamhouse.io.core.manifest.CaptureSink;
import io.beamhouse.pipelines.spec.Step;
import io.beamhouse.pipelines.spec.Step.Edge;
import io.beamhouse.transforms.UnionRows;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.Row;

/**
 * Applies a spec's steps to a pipeline, whole or only what feeds certain sinks.
 *
 * <p>A step without a consumer that is no incremental sink (a log, an assertion) runs with the last
 * phase of a run, since a source that is being captured may be read only once.
 */
final class SpecGraph {
  private final String file;
  private final List<Step> steps;
  private final Map<String, Step> byName = new LinkedHashMap<>();
  private final Map<String, SchemaTransform> transforms;

  SpecGraph(String file, List<Step> steps, Map<String, SchemaTransform> transforms) {
    this.file = file;
    this.steps = List.copyOf(steps);
    this.transforms = Map.copyOf(transforms);
    steps.forEach(step -> byName.put(step.name(), step));
  }

  List<Step> steps() {
    return steps;
  }

  /** Returns the same graph with other transforms in their steps' places. */
  SpecGraph with(UnaryOperator<SchemaTransform> replacement) {
    Map<String, SchemaTransform> others = new HashMap<>(transforms);
    others.replaceAll((name, transform) -> replacement.apply(transform));
    return new SpecGraph(file, steps, others);
  }

  /** The schema of the rows that a step with one input takes. */
  Schema inputSchema(Step step, Map<String, PCollectionRowTuple> outputs) {
    Map.Entry<String, List<Edge>> tag = step.inputs().entrySet().iterator().next();
    return input(step, tag.getKey(), tag.getValue(), outputs).getSchema();
  }

  SchemaTransform transform(Step step) {
    return transforms.get(step.name());
  }

  private boolean isSink(Step step) {
    return transform(step) instanceof IncrementalSink;
  }

  private List<Step> consumers(String name) {
    return steps.stream()
        .filter(
            step ->
                step.inputs().values().stream()
                    .flatMap(List::stream)
                    .anyMatch(edge -> edge.step().equals(name)))
        .toList();
  }

  private List<Step> loose() {
    return steps.stream()
        .filter(step -> !isSink(step) && consumers(step.name()).isEmpty())
        .filter(step -> !(transform(step) instanceof IncrementalSource))
        .toList();
  }

  Optional<String> captureSink(String source) {
    Optional<String> capture = captures(source);
    Set<String> captured = new HashSet<>();
    steps.forEach(step -> captures(step.name()).ifPresent(captured::add));
    boolean later = steps.stream().anyMatch(s -> isSink(s) && !captured.contains(s.name()));
    // With nothing to apply later, loose steps would never run.
    return later || loose().isEmpty() ? capture : Optional.empty();
  }

  private Optional<String> captures(String source) {
    if (!(transforms.get(source) instanceof IncrementalSource read) || read.replayable()) {
      return Optional.empty();
    }
    return steps.stream()
        .filter(step -> transform(step) instanceof CaptureSink)
        .filter(step -> step.inputs().size() == 1)
        .filter(step -> step.inputs().values().iterator().next().size() == 1)
        .filter(step -> step.inputs().values().iterator().next().get(0).step().equals(source))
        .map(Step::name)
        .findFirst();
  }

  /** See {@link io.beamhouse.pipelines.increment.IncrementJob#build}. */
  void build(
      Pipeline pipeline,
      Map<String, PTransform<PBegin, PCollection<Row>>> roots,
      Map<String, SinkContext> bound) {
    Set<String> captures = new HashSet<>();
    steps.forEach(step -> captureSink(step.name()).ifPresent(captures::add));
    boolean capturing = !bound.isEmpty() && captures.containsAll(bound.keySet());
    Set<String> kept = new HashSet<>();
    for (Step step : steps) {
      if (bound.containsKey(step.name())) {
        keep(step, kept);
      }
    }
    if (!capturing) {
      loose().forEach(step -> keep(step, kept));
    }
    apply(pipeline, roots, bound, step -> kept.contains(step.name()));
  }

  /**
   * Applies what the chosen steps need, and them, but no sinks; returns each step's outputs.
   *
   * @param chosen tells the steps that matter
   */
  Map<String, PCollectionRowTuple> applyWithoutSinks(
      Pipeline pipeline,
      Map<String, PTransform<PBegin, PCollection<Row>>> roots,
      Predicate<Step> chosen) {
    Set<String> kept = new HashSet<>();
    steps.stream().filter(chosen).forEach(step -> keep(step, kept));
    return apply(
        pipeline,
        roots,
        Map.of(),
        step -> kept.contains(step.name()) && !isSink(step) && !feedsOnSink(step));
  }

  private boolean feedsOnSink(Step step) {
    return step.inputs().values().stream()
        .flatMap(List::stream)
        .map(edge -> byName.get(edge.step()))
        .anyMatch(input -> isSink(input) || feedsOnSink(input));
  }

  private void keep(Step step, Set<String> kept) {
    if (kept.add(step.name())) {
      step.inputs().values().stream()
          .flatMap(List::stream)
          .forEach(edge -> keep(byName.get(edge.step()), kept));
    }
  }

  private Map<String, PCollectionRowTuple> apply(
      Pipeline pipeline,
      Map<String, PTransform<PBegin, PCollection<Row>>> roots,
      Map<String, SinkContext> bound,
      Predicate<Step> wanted) {
    Map<String, PCollectionRowTuple> outputs = new HashMap<>();
    for (Step step : steps) {
      if (!wanted.test(step)) {
        continue;
      }
      PTransform<PBegin, PCollection<Row>> root = roots.get(step.name());
      if (root != null) {
        PCollection<Row> rows = pipeline.apply(step.name(), root);
        outputs.put(step.name(), PCollectionRowTuple.of("output", rows));
        continue;
      }
      PCollectionRowTuple input = PCollectionRowTuple.empty(pipeline);
      for (Map.Entry<String, List<Edge>> tag : step.inputs().entrySet()) {
        input = input.and(tag.getKey(), input(step, tag.getKey(), tag.getValue(), outputs));
      }
      outputs.put(step.name(), applyStep(step, input, bound.get(step.name())));
    }
    return outputs;
  }

  private PCollectionRowTuple applyStep(Step step, PCollectionRowTuple input, SinkContext bound) {
    SchemaTransform transform = transform(step);
    PTransform<PCollectionRowTuple, PCollectionRowTuple> chosen = transform;
    if (transform instanceof IncrementalSource) {
      throw new IllegalStateException("no root was given for the source " + step.name());
    }
    if (transform instanceof IncrementalSink sink) {
      if (bound == null) {
        throw new IllegalStateException("the sink " + step.name() + " is not bound to a run");
      }
      chosen = sink.bind(bound);
    }
    try {
      return bounded(step, input.apply(step.name(), chosen));
    } catch (SpecException e) {
      SpecException placed =
          new SpecException(e.problems().stream().map(p -> placed(step, p)).toList());
      placed.initCause(e);
      throw placed;
    } catch (IllegalArgumentException e) {
      // How Beam's transforms refuse a schema.
      SpecException placed =
          new SpecException(file + ":" + step.line() + ": " + step.path(), e.getMessage());
      placed.initCause(e);
      throw placed;
    }
  }

  private static PCollectionRowTuple bounded(Step step, PCollectionRowTuple outputs) {
    for (PCollection<Row> rows : outputs.getAll().values()) {
      if (rows.isBounded() == PCollection.IsBounded.UNBOUNDED) {
        throw new IllegalArgumentException(
            step.type() + " never ends with this config, and a run is one bounded increment");
      }
    }
    return outputs;
  }

  private Problem placed(Step step, Problem problem) {
    String key = problem.where();
    return new Problem(
        file
            + ":"
            + step.lineOf(key)
            + ": "
            + step.path()
            + (key.isEmpty() ? "" : ".config." + key),
        problem.what());
  }

  private PCollection<Row> input(
      Step step, String tag, List<Edge> edges, Map<String, PCollectionRowTuple> outputs) {
    List<PCollection<Row>> inputs = new ArrayList<>();
    for (Edge edge : edges) {
      inputs.add(output(step, edge, outputs.get(edge.step())));
    }
    if (inputs.size() == 1) {
      return inputs.get(0);
    }
    try {
      return PCollectionList.of(inputs).apply(step.name() + "/Flatten " + tag, UnionRows.create());
    } catch (SpecException e) {
      throw new SpecException(
          file + ":" + step.line() + ": " + step.path() + ".input", e.problems().get(0).what());
    }
  }

  private PCollection<Row> output(Step step, Edge edge, PCollectionRowTuple outputs) {
    Map<String, PCollection<Row>> all = new HashMap<>(outputs.getAll());
    if (!edge.output().isEmpty() && all.containsKey(edge.output())) {
      return all.get(edge.output());
    }
    if (edge.output().isEmpty()) {
      if (all.containsKey("output")) {
        return all.get("output");
      }
      all.remove(byName.get(edge.step()).errorOutput());
      if (all.size() == 1) {
        return all.values().iterator().next();
      }
    }
    throw new SpecException(
        file + ":" + step.line() + ": " + step.path() + ".input",
        "'" + edge + "' is none of the outputs; they are: " + String.join(", ", all.keySet()));
  }
}
