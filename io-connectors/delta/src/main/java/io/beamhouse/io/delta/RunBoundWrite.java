package io.beamhouse.io.delta;

import io.beamhouse.core.rowwise.Gate;
import io.beamhouse.io.core.increment.Committed;
import io.beamhouse.io.core.increment.Compacting;
import io.beamhouse.io.core.increment.Delivery;
import io.beamhouse.io.core.increment.SinkContext;
import io.beamhouse.io.core.increment.StagingSink;
import io.beamhouse.io.core.staging.RowStaging;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionRowTuple;

/** A write that the increment protocol binds to its runs; unbound it is a run of its own. */
final class RunBoundWrite extends SchemaTransform implements StagingSink, Compacting {
  private final DeltaWrite write;
  private final CompactAfter compactAfter;

  RunBoundWrite(DeltaWrite write, CompactAfter compactAfter) {
    this.write = write;
    this.compactAfter = compactAfter;
  }

  @Override
  public PCollectionRowTuple expand(PCollectionRowTuple input) {
    return PCollectionRowTuple.of(
        "output", input.getSinglePCollection().apply("Write", write).commits());
  }

  @Override
  public Delivery delivery() {
    return Delivery.TXN;
  }

  @Override
  public boolean replaces() {
    return write.settings().overwrite();
  }

  @Override
  public String target() {
    return "delta " + write.settings().path();
  }

  @Override
  public Optional<String> targetId() {
    return state().targetId();
  }

  @Override
  public PTransform<PCollectionRowTuple, PCollectionRowTuple> bind(SinkContext context) {
    return new RunBoundWrite(inRun(context), compactAfter);
  }

  private DeltaWrite inRun(SinkContext context) {
    return write.withTransaction(DeltaSinkState.transaction(context), DeltaSinkState.info(context));
  }

  @Override
  public RowStaging staging(SinkContext context, Schema rows) {
    return inRun(context).plan(rows).staging();
  }

  @Override
  public PTransform<PCollection<KV<Integer, byte[]>>, PCollectionRowTuple> commit(
      SinkContext context, Schema rows, Gate gate) {
    return new NamedOutput(inRun(context).plan(rows).commit(gate));
  }

  @Override
  public Optional<Committed> committed(SinkContext context) {
    return state().committed(context);
  }

  @Override
  public OptionalLong newestRun(String stateId, String sinkId) {
    return state().newestRun(stateId, sinkId);
  }

  @Override
  public Optional<String> compact(String stateId, String sinkId, long run) {
    return compactAfter.run(write.settings().path(), write.settings().compression(), run);
  }

  private DeltaSinkState state() {
    return new DeltaSinkState(write.settings().path());
  }
}
