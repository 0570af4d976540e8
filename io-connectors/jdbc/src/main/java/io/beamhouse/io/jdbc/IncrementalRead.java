package io.beamhouse.io.jdbc;

import io.beamhouse.io.core.increment.Increment;
import io.beamhouse.io.core.increment.IncrementalSource;
import io.beamhouse.io.core.increment.PlanRequest;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.Row;

/** A read as a spec's transform, which the increment protocol can plan. */
final class IncrementalRead extends SchemaTransform implements IncrementalSource {
  private final transient PTransform<PBegin, PCollection<Row>> read;
  private final transient IncrementalSource source;

  <T extends PTransform<PBegin, PCollection<Row>> & IncrementalSource> IncrementalRead(T read) {
    this.read = read;
    this.source = read;
  }

  @Override
  public PCollectionRowTuple expand(PCollectionRowTuple input) {
    return PCollectionRowTuple.of("output", input.getPipeline().apply(read));
  }

  @Override
  public boolean replayable() {
    return source.replayable();
  }

  @Override
  public Increment plan(PlanRequest request) {
    return source.plan(request);
  }

  @Override
  public Session open(Increment increment, int chunk, long run) {
    return source.open(increment, chunk, run);
  }
}
