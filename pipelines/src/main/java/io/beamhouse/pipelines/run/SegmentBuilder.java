package io.beamhouse.pipelines.run;

import io.beamhouse.core.rowwise.Gate;
import io.beamhouse.core.rowwise.Gated;
import io.beamhouse.core.rowwise.RowStep;
import io.beamhouse.core.rowwise.RowSteps;
import io.beamhouse.core.rowwise.RowWise;
import io.beamhouse.io.core.increment.SinkContext;
import io.beamhouse.io.core.increment.StagingSink;
import io.beamhouse.io.core.staging.RowStaging;
import io.beamhouse.io.core.staging.StageRows;
import io.beamhouse.io.core.staging.TallyRecords;
import io.beamhouse.pipelines.run.Segments.Segment;
import io.beamhouse.pipelines.spec.Step;
import io.beamhouse.pipelines.spec.Step.Edge;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.Row;

/** Applies one segment: its steps and stagings as one DoFn, then the commits of its sinks. */
final class SegmentBuilder {
  /** Places what is wrong with a step in the spec. */
  interface Placing {
    <T> T placed(Step step, Supplier<T> work);

    /** The name of the output that {@code edge} means, one of {@code outputs}. */
    String tag(Step consumer, Edge edge, Iterable<String> outputs);
  }

  /**
   * What a segment gave.
   *
   * @param outputs of each step, as far as steps outside need them
   * @param tallies for sinks behind its outputs; null when there are none
   * @param gate of the steps
   */
  record Built(
      Map<String, PCollectionRowTuple> outputs,
      PCollection<KV<Integer, byte[]>> tallies,
      Gate gate) {}

  private final Segment segment;
  private final Function<Step, SchemaTransform> transforms;
  private final Map<String, SinkContext> bound;
  private Gate gate;
  private Gate own = Gate.OPEN;
  private final List<PCollection<KV<Integer, byte[]>>> merged;
  private final Placing placing;
  private final Map<String, LinkedHashMap<String, Schema>> schemas = new HashMap<>();
  private final LinkedHashMap<String, RowStaging> stagings = new LinkedHashMap<>();
  private final LinkedHashMap<String, String> joined = new LinkedHashMap<>();
  private final Map<String, StagedSink> sinks = new LinkedHashMap<>();
  private RowSteps steps = RowSteps.create();

  /**
   * @param gate of all that comes before, for the sinks
   * @param merged commits of merges that the other sinks must wait for, since a guard on deletes
   *     speaks last; those of this segment are added; null when there is no such guard
   */
  SegmentBuilder(
      Segment segment,
      Function<Step, SchemaTransform> transforms,
      Map<String, SinkContext> bound,
      Gate gate,
      List<PCollection<KV<Integer, byte[]>>> merged,
      Placing placing) {
    this.segment = segment;
    this.transforms = transforms;
    this.bound = bound;
    this.gate = gate;
    this.merged = merged;
    this.placing = placing;
  }

  /**
   * Applies the segment.
   *
   * @param outside edges from steps of the segment to steps that are not part of it, by consumer
   * @param upstream tallies of the steps before, which the sinks take too
   */
  Built apply(
      PCollection<Row> rows,
      Map<Edge, Step> outside,
      List<PCollection<KV<Integer, byte[]>>> upstream) {
    schemas.put(RowSteps.ROOT, new LinkedHashMap<>(Map.of(RowStep.OUTPUT, rows.getSchema())));
    segment.steps().forEach(this::add);
    gate = gate.and(own);
    Map<String, String[]> leaving = new LinkedHashMap<>();
    outside.forEach((edge, consumer) -> leave(edge, consumer, leaving));
    StageRows stage = StageRows.counted(steps, stagings);
    for (Map.Entry<String, String> join : joined.entrySet()) {
      stage = stage.withJoined(join.getKey(), join.getValue());
    }
    StageRows.Result result = rows.apply(segment.name() + "/Stage", stage);
    Map<String, PCollectionRowTuple> outputs = new HashMap<>();
    for (Step step : segment.steps()) {
      outputs.put(step.name(), PCollectionRowTuple.empty(rows.getPipeline()));
    }
    leaving.forEach(
        (tag, from) ->
            outputs.compute(from[0], (name, tuple) -> tuple.and(from[1], result.rows().get(tag))));
    inOrderOfCommit().forEach(name -> outputs.put(name, commit(name, result, upstream)));
    return new Built(outputs, result.tallies(), own);
  }

  private List<String> inOrderOfCommit() {
    return sinks.keySet().stream()
        .sorted(Comparator.comparing(name -> !limitsDeletes(name)))
        .toList();
  }

  private boolean limitsDeletes(String sink) {
    return merged != null && sinks.get(sink).sink().limitsDeletes();
  }

  private PCollectionRowTuple commit(
      String name, StageRows.Result result, List<PCollection<KV<Integer, byte[]>>> upstream) {
    PCollection<KV<Integer, byte[]>> records = result.records().get(name);
    List<PCollection<KV<Integer, byte[]>>> staged = new ArrayList<>(List.of(records));
    staged.addAll(upstream);
    if (merged != null) {
      staged.addAll(merged);
    }
    PCollectionRowTuple committed =
        sinks.get(name).commit(staged, result.refused().get(name), gate);
    if (limitsDeletes(name)) {
      merged.add(
          committed
              .get("output")
              .apply(name + "/Merged", ParDo.of(new MergedFn()))
              .setCoder(records.getCoder()));
    }
    return committed;
  }

  /** An output of the segment that feeds a step. */
  private record Feed(String from, String output, Schema schema) {}

  private Feed feed(Step step, List<Edge> edges) {
    Edge edge = edges.get(0);
    boolean fromRoot = !schemas.containsKey(edge.step());
    String from = fromRoot ? RowSteps.ROOT : edge.step();
    LinkedHashMap<String, Schema> feeding = schemas.get(from);
    String output = fromRoot ? RowStep.OUTPUT : placing.tag(step, edge, feeding.keySet());
    return new Feed(from, output, feeding.get(output));
  }

  private void add(Step step) {
    if (transforms.apply(step) instanceof RowWise rowWise) {
      Feed feed =
          feed(
              step,
              step.inputs().isEmpty()
                  ? List.of(segment.root())
                  : step.inputs().values().iterator().next());
      Schema schema = feed.schema;
      RowStep rowStep = placing.placed(step, () -> rowWise.rowStep(step.name()));
      if (rowWise instanceof Gated gated) {
        own = own.and(placing.placed(step, () -> gated.gate(step.name(), schema)));
      }
      schemas.put(step.name(), placing.placed(step, () -> rowStep.outputs(schema)));
      steps = steps.withStep(step.name(), rowStep, feed.from, feed.output);
    } else {
      addSink(step, (StagingSink) transforms.apply(step));
    }
  }

  private void addSink(Step step, StagingSink sink) {
    Map<String, Feed> feeds = new LinkedHashMap<>();
    step.inputs().forEach((input, edges) -> feeds.put(input, feed(step, edges)));
    Map<String, Schema> inputs = new LinkedHashMap<>();
    feeds.forEach((input, feed) -> inputs.put(input, feed.schema));
    StagedSink staged = new StagedSink(step.name(), sink, bound.get(step.name()), inputs);
    feeds.forEach(
        (input, feed) -> {
          String output = staged.output(input);
          stagings.put(output, placing.placed(step, () -> staged.staging(input)));
          steps = steps.withOutput(output, feed.from, feed.output);
          if (!output.equals(step.name())) {
            joined.put(output, step.name());
          }
        });
    sinks.put(step.name(), staged);
  }

  private void leave(Edge edge, Step consumer, Map<String, String[]> leaving) {
    LinkedHashMap<String, Schema> known = schemas.get(edge.step());
    if (known == null) {
      return; // an output of a sink, which no step of the segment gives
    }
    String output = placing.tag(consumer, edge, known.keySet());
    String tag = "rows " + edge.step() + "." + output;
    if (leaving.put(tag, new String[] {edge.step(), output}) == null) {
      steps = steps.withOutput(tag, edge.step(), output);
    }
  }

  /** Makes a commit something that a later one waits for. */
  private static final class MergedFn extends DoFn<Row, KV<Integer, byte[]>> {
    @ProcessElement
    public void process(OutputReceiver<KV<Integer, byte[]>> out) {
      out.output(KV.of(TallyRecords.KEY, TallyRecords.nothing()));
    }
  }
}
