package io.beamhouse.io.kafka;

import io.beamhouse.core.payload.ParsePayload;
import io.beamhouse.core.rowwise.ApplyRowStep;
import io.beamhouse.core.rowwise.RowStep;
import io.beamhouse.core.rowwise.RowWiseStep;
import io.beamhouse.io.core.increment.Increment;
import io.beamhouse.io.core.increment.IncrementalSource;
import io.beamhouse.io.core.increment.MixedOutputs;
import io.beamhouse.io.core.increment.PlanRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.Row;

/**
 * {@link KafkaRead} as a spec's transform: records as they are, or read as JSON or Avro by a step
 * that runs in one function with those behind it.
 */
final class ReadTopics extends SchemaTransform implements IncrementalSource {
  private final transient KafkaRead read;
  private final transient RowStep step;

  private ReadTopics(KafkaRead read, RowStep step) {
    this.read = read;
    this.step = step;
  }

  static ReadTopics raw(KafkaRead read) {
    return new ReadTopics(read, new AsItIs());
  }

  static ReadTopics parsed(KafkaRead read, ParsePayload parse) {
    return new ReadTopics(read, parse);
  }

  KafkaRead read() {
    return read;
  }

  @Override
  public PCollectionRowTuple expand(PCollectionRowTuple input) {
    return input.getPipeline().apply("Read", read).apply("Parse", ApplyRowStep.of(step));
  }

  @Override
  public boolean replayable() {
    return read.replayable();
  }

  private Map<String, Schema> outputs() {
    return step.outputs(RecordRows.SCHEMA);
  }

  @Override
  public Map<String, Schema> errorOutputs() {
    Map<String, Schema> outputs = new LinkedHashMap<>(outputs());
    outputs.remove(RowStep.OUTPUT);
    return outputs;
  }

  @Override
  public Set<String> keysBesideThePlan() {
    return read.keysBesideThePlan();
  }

  @Override
  public Increment plan(PlanRequest request) {
    Increment records = read.plan(request);
    return new Increment(
        outputs().get(RowStep.OUTPUT), records.chunks(), records.position(), records.facts());
  }

  @Override
  public Session open(Increment increment, int chunk, long run) {
    Session records = read.open(increment, chunk, run);
    return new Session() {
      @Override
      public PTransform<PBegin, PCollection<Row>> rows() {
        return new Parsed(records.rows(), step);
      }

      @Override
      public PTransform<PBegin, PCollectionRowTuple> outputs() {
        return new MixedOutputs(records.rows(), new RowWiseStep(step));
      }

      @Override
      public Map<String, String> facts() {
        return records.facts();
      }

      @Override
      public void close() {
        records.close();
      }
    };
  }

  private static final class Parsed extends PTransform<PBegin, PCollection<Row>> {
    private final transient PTransform<PBegin, PCollection<Row>> records;
    private final RowStep step;

    Parsed(PTransform<PBegin, PCollection<Row>> records, RowStep step) {
      this.records = records;
      this.step = step;
    }

    @Override
    public PCollection<Row> expand(PBegin begin) {
      return begin.apply("Read", records).apply("Parse", ApplyRowStep.of(step)).get(RowStep.OUTPUT);
    }
  }

  /** Hands records on, so that they are counted by the name of the source. */
  private record AsItIs() implements RowStep {
    @Override
    public LinkedHashMap<String, Schema> outputs(Schema input) {
      LinkedHashMap<String, Schema> outputs = new LinkedHashMap<>();
      outputs.put(OUTPUT, input);
      return outputs;
    }

    @Override
    public Processor start(Schema input) {
      return (row, out) -> out.emit(0, row);
    }
  }
}
