package io.beamhouse.pipelines.run;

import io.beamhouse.core.error.Problem;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.rowwise.Gate;
import io.beamhouse.core.rowwise.Tally;
import io.beamhouse.io.core.increment.IncrementalSink;
import io.beamhouse.io.core.increment.IncrementalSource;
import io.beamhouse.io.core.increment.JoiningSink;
import io.beamhouse.io.core.increment.MixedOutputs;
import io.beamhouse.io.core.increment.SinkContext;
import io.beamhouse.io.core.manifest.CaptureSink;
import io.beamhouse.pipelines.spec.Guards;
import io.beamhouse.pipelines.spec.Step;
import io.beamhouse.pipelines.spec.Step.Edge;
import io.beamhouse.transforms.UnionRows;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.KV;
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
  private final GuardGate guards;
  private final boolean deletesLimited;

  SpecGraph(String file, List<Step> steps, Map<String, SchemaTransform> transforms, Guards guards) {
    this.file = file;
    this.steps = List.copyOf(steps);
    this.transforms = Map.copyOf(transforms);
    steps.forEach(step -> byName.put(step.name(), step));
    List<String> sources =
        steps.stream().filter(step -> step.inputs().isEmpty()).map(Step::name).toList();
    this.guards = GuardGate.of(guards, steps, sources);
    this.deletesLimited = guards.maxDeleteShare() != null;
  }

  List<Step> steps() {
    return steps;
  }

  /** Returns the same graph, held back by nothing but its own steps. */
  SpecGraph withoutGuards() {
    return new SpecGraph(file, steps, transforms, Guards.NONE);
  }

  /** Returns the same graph with other transforms in their steps' places. */
  SpecGraph with(UnaryOperator<SchemaTransform> replacement) {
    Map<String, SchemaTransform> others = new HashMap<>(transforms);
    others.replaceAll((name, transform) -> replacement.apply(transform));
    return new SpecGraph(file, steps, others, Guards.NONE); // only typed, never run
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
      Map<String, PTransform<PBegin, PCollectionRowTuple>> roots,
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
      Map<String, PTransform<PBegin, PCollectionRowTuple>> roots,
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
      Map<String, PTransform<PBegin, PCollectionRowTuple>> roots,
      Map<String, SinkContext> bound,
      Predicate<Step> wanted) {
    return new Application(pipeline, roots, bound, wanted).run();
  }

  /** One application of the steps to a pipeline. */
  private final class Application implements SegmentBuilder.Placing {
    private final Pipeline pipeline;
    private final Map<String, PTransform<PBegin, PCollectionRowTuple>> roots;
    private final Map<String, SinkContext> bound;
    private final Predicate<Step> wanted;
    private final Segments segments;
    private final Map<String, PCollectionRowTuple> outputs = new HashMap<>();

    /** What gates on the way to a step's outputs ask. */
    private final Map<String, Gate> gates = new HashMap<>();

    /** Tallies on the way to a step's outputs that no sink has taken yet. */
    private final Map<String, List<PCollection<KV<Integer, byte[]>>>> tallies = new HashMap<>();

    /** The steps whose counts {@link #tallies} hold. */
    private final Map<String, Set<String>> counted = new HashMap<>();

    /** Tells that merges have committed, which may still have refused to. */
    private final List<PCollection<KV<Integer, byte[]>>> merged = new ArrayList<>();

    Application(
        Pipeline pipeline,
        Map<String, PTransform<PBegin, PCollectionRowTuple>> roots,
        Map<String, SinkContext> bound,
        Predicate<Step> wanted) {
      this.pipeline = pipeline;
      this.roots = roots;
      this.bound = new HashMap<>();
      bound.forEach((sink, context) -> this.bound.put(sink, context.withFrom(feeding(sink))));
      this.wanted = wanted;
      // Without sinks nothing is run, and every output is wanted.
      this.segments =
          Segments.of(steps, this::transform, bound, bound.isEmpty() ? s -> false : wanted);
    }

    /** A source whose outputs are mixed stands for the row step that sorts them. */
    private SchemaTransform transform(Step step) {
      return roots.get(step.name()) instanceof MixedOutputs mixed
          ? mixed.sorting()
          : SpecGraph.this.transform(step);
    }

    /** The step whose rows a sink takes; a replay adds an input of its own beside it. */
    private String feeding(String sink) {
      Collection<List<Edge>> inputs = byName.get(sink).inputs().values();
      List<Edge> main = inputs.isEmpty() ? List.of() : inputs.iterator().next();
      return main.size() == 1 ? main.get(0).step() : "";
    }

    Map<String, PCollectionRowTuple> run() {
      steps.stream()
          .filter(wanted)
          .filter(step -> !outputs.containsKey(step.name()))
          .forEach(this::apply);
      return outputs;
    }

    private void apply(Step step) {
      PTransform<PBegin, PCollectionRowTuple> root = roots.get(step.name());
      Segments.Segment segment = segments.of(step).orElse(null);
      if (root != null && segment == null) {
        outputs.put(step.name(), pipeline.apply(step.name(), root));
        return;
      }
      if (segment != null) {
        apply(
            segment,
            root instanceof MixedOutputs mixed
                ? pipeline.apply(step.name(), mixed.mixed())
                : SpecGraph.this.output(step, segment.root(), outputs.get(segment.root().step())));
        return;
      }
      PCollectionRowTuple input = PCollectionRowTuple.empty(pipeline);
      for (Map.Entry<String, List<Edge>> tag : step.inputs().entrySet()) {
        input = input.and(tag.getKey(), input(step, tag.getKey(), tag.getValue(), outputs));
      }
      gates.put(
          step.name(),
          step.inputs().values().stream()
              .flatMap(List::stream)
              .map(edge -> gates.getOrDefault(edge.step(), Gate.OPEN))
              .distinct()
              .reduce(Gate.OPEN, Gate::and));
      tallies.put(
          step.name(),
          step.inputs().values().stream()
              .flatMap(List::stream)
              .flatMap(edge -> tallies.getOrDefault(edge.step(), List.of()).stream())
              .distinct()
              .toList());
      counted.put(step.name(), countedBefore(step));
      boolean joins = input.getAll().size() > 1 && transform(step) instanceof JoiningSink;
      outputs.put(
          step.name(),
          joins && bound.containsKey(step.name())
              ? join(step, (JoiningSink) transform(step), input)
              : applyStep(step, input, bound.get(step.name())));
    }

    private Set<String> countedBefore(Step step) {
      Set<String> before = new HashSet<>();
      step.inputs().values().stream()
          .flatMap(List::stream)
          .forEach(edge -> before.addAll(counted.getOrDefault(edge.step(), Set.of())));
      return before;
    }

    private PCollectionRowTuple join(Step step, JoiningSink sink, PCollectionRowTuple input) {
      Map<String, Schema> schemas = new LinkedHashMap<>();
      input.getAll().forEach((tag, rows) -> schemas.put(tag, rows.getSchema()));
      StagedSink staged = new StagedSink(step.name(), sink, bound.get(step.name()), schemas);
      Set<String> known = countedBefore(step);
      known.add(step.name());
      Gate gate = guards.over(known).and(gates.get(step.name()));
      return placed(step, () -> staged.apply(input, tallies.get(step.name()), gate));
    }

    private void apply(Segments.Segment segment, PCollection<Row> rows) {
      Edge root = segment.root();
      List<PCollection<KV<Integer, byte[]>>> upstream =
          tallies.getOrDefault(root.step(), List.of());
      Set<String> known = new HashSet<>(counted.getOrDefault(root.step(), Set.of()));
      segment.steps().forEach(step -> known.add(step.name()));
      SegmentBuilder.Built built =
          new SegmentBuilder(
                  segment,
                  this::transform,
                  bound,
                  guards.over(known).and(gates.getOrDefault(root.step(), Gate.OPEN)),
                  deletesLimited ? merged : null,
                  this)
              .apply(rows, outside(segment), upstream);
      built.outputs().forEach((name, tuple) -> outputs.put(name, tuple));
      Gate all = gates.getOrDefault(root.step(), Gate.OPEN).and(built.gate());
      segment.steps().forEach(step -> gates.put(step.name(), all));
      if (built.tallies() != null) {
        List<PCollection<KV<Integer, byte[]>>> passedOn = new ArrayList<>(upstream);
        passedOn.add(built.tallies());
        segment.steps().forEach(step -> tallies.put(step.name(), passedOn));
        segment.steps().forEach(step -> counted.put(step.name(), known));
      }
    }

    private Map<Edge, Step> outside(Segments.Segment segment) {
      Map<Edge, Step> outside = new LinkedHashMap<>();
      for (Step step : steps) {
        boolean inside = segments.of(step).filter(segment::equals).isPresent();
        if (!wanted.test(step) || inside) {
          continue;
        }
        step.inputs().values().stream()
            .flatMap(List::stream)
            .filter(edge -> segment.steps().stream().anyMatch(s -> s.name().equals(edge.step())))
            .forEach(edge -> outside.putIfAbsent(edge, step));
      }
      return outside;
    }

    @Override
    public <T> T placed(Step step, Supplier<T> work) {
      return SpecGraph.this.placed(step, work);
    }

    @Override
    public String tag(Step consumer, Edge edge, Iterable<String> names) {
      return SpecGraph.this.outputName(consumer, edge, names);
    }
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
    PTransform<PCollectionRowTuple, PCollectionRowTuple> applied = chosen;
    return placed(step, () -> bounded(step, input.apply(step.name(), applied)));
  }

  private <T> T placed(Step step, Supplier<T> work) {
    try {
      return work.get();
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
    Map<String, PCollection<Row>> all = outputs.getAll();
    return all.get(outputName(step, edge, all.keySet()));
  }

  private String outputName(Step step, Edge edge, Iterable<String> outputs) {
    List<String> all = new ArrayList<>();
    outputs.forEach(all::add);
    all.remove(Tally.TAG);
    if (!edge.output().isEmpty() && all.contains(edge.output())) {
      return edge.output();
    }
    if (edge.output().isEmpty()) {
      if (all.contains("output")) {
        return "output";
      }
      all.remove(byName.get(edge.step()).errorOutput());
      if (all.size() == 1) {
        return all.get(0);
      }
    }
    throw new SpecException(
        file + ":" + step.line() + ": " + step.path() + ".input",
        "'" + edge + "' is none of the outputs; they are: " + String.join(", ", all));
  }
}
