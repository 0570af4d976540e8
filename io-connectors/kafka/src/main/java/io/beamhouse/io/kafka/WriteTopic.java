package io.beamhouse.io.kafka;

import io.beamhouse.io.core.increment.Committed;
import io.beamhouse.io.core.increment.Delivery;
import io.beamhouse.io.core.increment.IncrementalSink;
import io.beamhouse.io.core.increment.SinkContext;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollectionRowTuple;

/** {@link KafkaWrite} as a spec's transform. A topic does not know which runs it holds. */
final class WriteTopic extends SchemaTransform implements IncrementalSink {
  private final KafkaWrite write;
  private final String errors;

  /**
   * @param errors name of the output for refused rows; empty for none
   */
  WriteTopic(KafkaWrite write, String errors) {
    this.write = write;
    this.errors = errors;
  }

  @Override
  public PCollectionRowTuple expand(PCollectionRowTuple input) {
    KafkaWrite.Result result = input.getSinglePCollection().apply("Write", write);
    PCollectionRowTuple output = PCollectionRowTuple.of("output", result.written());
    return errors.isEmpty() ? output : output.and(errors, result.refused());
  }

  @Override
  public Delivery delivery() {
    return Delivery.AT_LEAST_ONCE;
  }

  @Override
  public String target() {
    return "topic " + write.topic() + " at " + write.connection();
  }

  @Override
  public Optional<String> targetId() {
    return Optional.empty();
  }

  @Override
  public PTransform<PCollectionRowTuple, PCollectionRowTuple> bind(SinkContext context) {
    return this;
  }

  @Override
  public Optional<Committed> committed(SinkContext context) {
    return Optional.empty();
  }

  @Override
  public OptionalLong newestRun(String stateId, String sinkId) {
    return OptionalLong.empty();
  }
}
