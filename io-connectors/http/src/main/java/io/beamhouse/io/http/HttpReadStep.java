package io.beamhouse.io.http;

import io.beamhouse.io.core.increment.Increment;
import io.beamhouse.io.core.increment.IncrementalSource;
import io.beamhouse.io.core.increment.PlanRequest;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.values.PCollectionRowTuple;

/** A read as a spec's step, which the increment protocol can plan. */
final class HttpReadStep extends SchemaTransform implements IncrementalSource {
  private final transient HttpRead read;

  HttpReadStep(HttpRead read) {
    this.read = read;
  }

  @Override
  public PCollectionRowTuple expand(PCollectionRowTuple input) {
    return PCollectionRowTuple.of("output", input.getPipeline().apply(read));
  }

  @Override
  public boolean replayable() {
    return read.replayable();
  }

  @Override
  public Increment plan(PlanRequest request) {
    return read.plan(request);
  }

  @Override
  public Increment preview(PlanRequest request) {
    return read.preview(request);
  }

  @Override
  public Session open(Increment increment, int chunk, long run) {
    return read.open(increment, chunk, run);
  }
}
