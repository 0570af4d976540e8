package io.beamhouse.pipelines.increment;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamhouse.core.step.DurableSteps;
import io.beamhouse.io.core.increment.Committed;
import io.beamhouse.io.core.increment.Delivery;
import io.beamhouse.io.core.increment.IncrementalSink;
import io.beamhouse.io.core.increment.SinkContext;
import io.beamhouse.io.core.state.StateStore;
import io.beamhouse.io.core.state.StateStores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.Row;

/**
 * A table of whole versions, put if absent, with the run of each application id as its transaction;
 * it keeps every applied line and can so tell what came twice.
 */
final class FakeTable implements IncrementalSink {
  static final String DATA = "table.data";
  static final String COMMIT = "table.commit";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final String directory;
  private final Delivery delivery;

  FakeTable(String directory, Delivery delivery) {
    this.directory = directory;
    this.delivery = delivery;
  }

  /** All lines that were ever applied, in the order of the commits. */
  List<String> applied() {
    List<String> lines = new ArrayList<>();
    newest(directory).path("lines").forEach(line -> lines.add(line.asText()));
    return lines;
  }

  /** The rows by id, merged by cursor. */
  Map<Long, String> live() {
    Map<Long, FakeDatabase.Line> newest = new TreeMap<>();
    for (String text : applied()) {
      FakeDatabase.Line line = FakeDatabase.Line.parse(text);
      newest.merge(line.id(), line, (a, b) -> a.cursor() > b.cursor() ? a : b);
    }
    Map<Long, String> live = new TreeMap<>();
    newest.values().stream()
        .filter(line -> !line.deleted())
        .forEach(line -> live.put(line.id(), line.value()));
    return live;
  }

  @Override
  public Delivery delivery() {
    return delivery;
  }

  @Override
  public String target() {
    return "table " + directory;
  }

  @Override
  public Optional<String> targetId() {
    return Optional.ofNullable(newest(directory).path("id").textValue());
  }

  @Override
  public PTransform<PCollectionRowTuple, PCollectionRowTuple> bind(SinkContext context) {
    return new Bound(directory, delivery, context);
  }

  @Override
  public Optional<Committed> committed(SinkContext context) {
    if (delivery == Delivery.AT_LEAST_ONCE) {
      return Optional.empty();
    }
    ObjectNode newest = newest(directory);
    if (newest.path("txns").path(context.applicationId()).asLong(0) < context.run()) {
      return Optional.empty();
    }
    String key = context.applicationId() + "#" + context.run();
    return Optional.of(
        new Committed(
            newest.path("versions").path(key).asText(),
            newest.path("plans").path(key).asText(),
            Map.of("written", newest.path("counts").path(key).asLong())));
  }

  @Override
  public OptionalLong newestRun(String stateId, String sinkId) {
    long run = newest(directory).path("txns").path(stateId + "/" + sinkId).asLong(0);
    return run == 0 ? OptionalLong.empty() : OptionalLong.of(run);
  }

  private static ObjectNode newest(String directory) {
    try {
      StateStore store = StateStores.at(directory);
      List<String> versions = store.list("v");
      if (versions.isEmpty()) {
        return MAPPER.createObjectNode().put("version", -1);
      }
      byte[] newest = store.get(versions.get(versions.size() - 1)).orElseThrow();
      return (ObjectNode) MAPPER.readTree(newest);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void commit(
      String directory, Delivery delivery, SinkContext context, List<String> lines) {
    DurableSteps.before(DATA);
    DurableSteps.after(DATA);
    boolean put = false;
    while (!put) {
      ObjectNode table = newest(directory);
      String app = context.applicationId();
      if (delivery == Delivery.TXN && table.path("txns").path(app).asLong(0) >= context.run()) {
        return;
      }
      if (!table.has("id")) {
        table.put("id", UUID.randomUUID().toString());
      }
      int version = table.get("version").intValue() + 1;
      table.put("version", version);
      String key = app + "#" + context.run();
      table.withObject("/txns").put(app, context.run());
      table.withObject("/versions").put(key, version);
      table.withObject("/plans").put(key, context.planHash());
      table.withObject("/counts").put(key, lines.size());
      ArrayNode all = table.withArray("/lines");
      lines.forEach(all::add);
      try {
        DurableSteps.before(COMMIT);
        put =
            StateStores.at(directory)
                .putIfAbsent(
                    "v/" + String.format("%08d", version), MAPPER.writeValueAsBytes(table));
        DurableSteps.after(COMMIT);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static final class Bound extends PTransform<PCollectionRowTuple, PCollectionRowTuple> {
    private final String directory;
    private final Delivery delivery;
    private final SinkContext context;

    Bound(String directory, Delivery delivery, SinkContext context) {
      this.directory = directory;
      this.delivery = delivery;
      this.context = context;
    }

    @Override
    public PCollectionRowTuple expand(PCollectionRowTuple input) {
      PCollection<KV<String, String>> lines =
          input.get("input").apply("ToLine", ParDo.of(new ToLineFn()));
      PCollection<KV<String, String>> sentinel =
          input.getPipeline().apply("Sentinel", Create.of(KV.of("", "")));
      PCollectionList.of(lines)
          .and(sentinel)
          .apply(Flatten.pCollections())
          .apply(GroupByKey.create())
          .apply("Commit", ParDo.of(new CommitFn(directory, delivery, context)));
      return PCollectionRowTuple.empty(input.getPipeline());
    }
  }

  private static final class ToLineFn extends DoFn<Row, KV<String, String>> {
    @ProcessElement
    public void process(@Element Row row, OutputReceiver<KV<String, String>> out) {
      out.output(KV.of("", FakeSource.line(row).text()));
    }
  }

  private static final class CommitFn extends DoFn<KV<String, Iterable<String>>, Void> {
    private final String directory;
    private final Delivery delivery;
    private final SinkContext context;

    CommitFn(String directory, Delivery delivery, SinkContext context) {
      this.directory = directory;
      this.delivery = delivery;
      this.context = context;
    }

    @ProcessElement
    public void process(@Element KV<String, Iterable<String>> grouped) {
      List<String> lines = new ArrayList<>();
      grouped.getValue().forEach(line -> lines.add(line));
      lines.removeIf(String::isEmpty);
      commit(directory, delivery, context, lines);
    }
  }
}
