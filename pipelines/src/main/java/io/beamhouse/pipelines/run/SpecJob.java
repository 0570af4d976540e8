package io.beamhouse.pipelines.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamhouse.core.Internal;
import io.beamhouse.io.core.increment.IncrementalSink;
import io.beamhouse.io.core.increment.IncrementalSource;
import io.beamhouse.io.core.increment.PinnedRead;
import io.beamhouse.io.core.increment.SinkContext;
import io.beamhouse.io.core.increment.StagingSink;
import io.beamhouse.pipelines.increment.IncrementJob;
import io.beamhouse.pipelines.increment.StepShape;
import io.beamhouse.pipelines.increment.StepShape.Kind;
import io.beamhouse.pipelines.spec.Guards;
import io.beamhouse.pipelines.spec.Step;
import io.beamhouse.pipelines.spec.Step.Edge;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollectionRowTuple;

/** One table of a spec as the increment protocol sees it. */
@Internal
public final class SpecJob implements IncrementJob {
  private final String file;
  private final String name;
  private final SpecGraph graph;
  private final Guards guards;
  private final Map<String, IncrementalSource> sources;
  private final Map<String, IncrementalSink> sinks;

  SpecJob(
      String file,
      String name,
      List<Step> steps,
      Map<String, SchemaTransform> transforms,
      Guards guards) {
    this.file = file;
    this.name = name;
    this.guards = guards;
    this.graph = new SpecGraph(file, steps, transforms, guards);
    this.sources = ofType(IncrementalSource.class);
    this.sinks = ofType(IncrementalSink.class);
  }

  /** A job of the same name with other steps. */
  SpecJob of(List<Step> steps, Map<String, SchemaTransform> transforms, Guards guards) {
    return new SpecJob(file, name, steps, transforms, guards);
  }

  private <T> Map<String, T> ofType(Class<T> type) {
    Map<String, T> found = new LinkedHashMap<>();
    for (Step step : graph.steps()) {
      SchemaTransform transform = graph.transform(step);
      if (type.isInstance(transform)) {
        found.put(step.name(), type.cast(transform));
      }
    }
    return Collections.unmodifiableMap(found);
  }

  @Override
  public String name() {
    return name;
  }

  /** The name of the {@code for_each} entry; the pipeline's own name without one. */
  public String table() {
    return name.substring(name.indexOf('/') + 1);
  }

  /** Whether runs leave nothing behind that a next run must know. */
  public boolean stateless() {
    return sources.isEmpty() && sinks.isEmpty();
  }

  List<Step> steps() {
    return graph.steps();
  }

  SpecGraph graph() {
    return graph;
  }

  @Override
  public String specHash() {
    ObjectMapper mapper = new ObjectMapper();
    ArrayNode steps = mapper.createArrayNode();
    // By name, since the order in the file means nothing.
    Map<String, Step> byName = new TreeMap<>();
    graph.steps().forEach(step -> byName.put(step.name(), step));
    for (Step step : byName.values()) {
      ObjectNode node = steps.addObject().put("name", step.name()).put("type", step.type());
      JsonNode config = ConfigJson.of(step.config());
      IncrementalSource source = sources.get(step.name());
      if (source != null && config instanceof ObjectNode keys) {
        keys.remove(source.keysBesideThePlan());
      }
      node.set("config", config);
      ObjectNode inputs = node.putObject("inputs");
      new TreeMap<>(step.inputs())
          .forEach(
              (tag, edges) -> {
                ArrayNode list = inputs.putArray(tag);
                edges.stream().map(Edge::toString).forEach(list::add);
              });
    }
    return sha256(name + "\n" + steps);
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  @Override
  public Map<String, IncrementalSource> sources() {
    return sources;
  }

  @Override
  public Map<String, PinnedRead> pinned() {
    return ofType(PinnedRead.class);
  }

  @Override
  public Map<String, IncrementalSink> sinks() {
    return sinks;
  }

  @Override
  public Optional<String> captureSink(String source) {
    return graph.captureSink(source);
  }

  @Override
  public List<Flow> flows() {
    List<Flow> flows = new ArrayList<>();
    for (Step step : graph.steps()) {
      step.inputs().values().stream()
          .flatMap(List::stream)
          .forEach(edge -> flows.add(new Flow(edge.step(), edge.output(), step.name())));
    }
    return flows;
  }

  @Override
  public void checkColumns(String source, Schema before, Schema now) {
    if (guards.maxNewColumns() != null) {
      NewColumns.check(source, before, now, guards.maxNewColumns());
    }
  }

  @Override
  public List<StepShape> shape() {
    return graph.steps().stream()
        .map(
            step ->
                new StepShape(
                    step.name(),
                    step.type(),
                    sources.containsKey(step.name())
                        ? Kind.SOURCE
                        : sinks.containsKey(step.name()) ? Kind.SINK : Kind.STEP,
                    step.errorOutput(),
                    sinks.get(step.name()) instanceof StagingSink))
        .toList();
  }

  @Override
  public void build(
      Pipeline pipeline,
      Map<String, PTransform<PBegin, PCollectionRowTuple>> roots,
      Map<String, SinkContext> bound) {
    graph.build(pipeline, roots, bound);
  }

  @Override
  public void buildPart(
      Pipeline pipeline,
      Map<String, PTransform<PBegin, PCollectionRowTuple>> roots,
      Map<String, SinkContext> bound) {
    graph.withoutGuards().build(pipeline, roots, bound);
  }
}
