package io.beamhouse.pipelines.increment;

import io.beamhouse.core.Internal;
import io.beamhouse.io.core.increment.IncrementalSink;
import io.beamhouse.io.core.increment.IncrementalSource;
import io.beamhouse.io.core.increment.PinnedRead;
import io.beamhouse.io.core.increment.SinkContext;
import io.beamhouse.pipelines.increment.StepShape.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollectionRowTuple;

/**
 * One pipeline as the increment protocol sees it: its sources, its sinks and how to build it.
 *
 * <p>A spec gives one job, or one for each entry of its {@code for_each}.
 */
@Internal
public interface IncrementJob {
  /** Names the state below the state root: {@code youflix-bronze/users}. */
  String name();

  /** Hash of what the pipeline does; a replay under another one is refused. */
  String specHash();

  /** Incremental sources by step name; may be empty, then every run reads afresh. */
  Map<String, IncrementalSource> sources();

  /** Reads beside the sources whose state a run fixes in its plan, by step name. */
  default Map<String, PinnedRead> pinned() {
    return Map.of();
  }

  /** Sinks by step name, in the order of the spec. */
  Map<String, IncrementalSink> sinks();

  /**
   * The sink that is fed by {@code source} directly and alone and publishes files: then it is the
   * capture. Nothing otherwise.
   */
  Optional<String> captureSink(String source);

  /** Which steps feed which, so that counts can be held against each other. */
  default List<Flow> flows() {
    return List.of();
  }

  /** The steps as they are drawn, in the order of the spec. */
  default List<StepShape> shape() {
    List<StepShape> shape = new ArrayList<>();
    sources().keySet().forEach(name -> shape.add(new StepShape(name, "", Kind.SOURCE, "", false)));
    sinks().keySet().forEach(name -> shape.add(new StepShape(name, "", Kind.SINK, "", false)));
    return shape;
  }

  /**
   * Looks at what became of a source's columns since the last run that was committed.
   *
   * @throws io.beamhouse.core.error.GateRefusedException when the job must not run with them
   */
  default void checkColumns(String source, Schema before, Schema now) {}

  /**
   * Rows that go from one step to another.
   *
   * @param output the tag of the first step's output; empty for its main one
   */
  record Flow(String from, String output, String to) {}

  /**
   * Adds the pipeline's steps to {@code pipeline}.
   *
   * @param roots replaces each incremental source, and what is pinned, by where its outputs come
   *     from in this phase
   * @param sinks the run each sink is bound to; a sink without one is left out with the branch that
   *     feeds only it
   */
  void build(
      Pipeline pipeline,
      Map<String, PTransform<PBegin, PCollectionRowTuple>> roots,
      Map<String, SinkContext> sinks);

  /** As {@link #build}, for one of several parts of a run's rows, which no guard can judge. */
  default void buildPart(
      Pipeline pipeline,
      Map<String, PTransform<PBegin, PCollectionRowTuple>> roots,
      Map<String, SinkContext> sinks) {
    build(pipeline, roots, sinks);
  }
}
