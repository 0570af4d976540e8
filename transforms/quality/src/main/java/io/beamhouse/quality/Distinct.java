package io.beamhouse.quality;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import org.apache.beam.sdk.values.Row;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.TgtHllType;
import org.apache.datasketches.hll.Union;

/** Distinct values, estimated by HyperLogLog: 16 KB, two thirds of all estimates within 0.8 %. */
final class Distinct extends Measure<Distinct> {
  private static final int LG_K = 14;

  private final KeyEncoder encoder;
  private HllSketch sketch = new HllSketch(LG_K, TgtHllType.HLL_8);

  Distinct(KeyEncoder encoder) {
    this.encoder = encoder;
  }

  @Override
  void add(Row row) {
    byte[] value = encoder.encode(row);
    if (value != null) {
      sketch.update(value);
    }
  }

  @Override
  void merge(Distinct other) {
    Union union = new Union(LG_K);
    union.update(sketch);
    union.update(other.sketch);
    sketch = union.getResult(TgtHllType.HLL_8);
  }

  @Override
  void write(DataOutput out) throws IOException {
    byte[] bytes = sketch.toCompactByteArray();
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  @Override
  void read(DataInput in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    sketch = HllSketch.heapify(bytes);
  }

  /** The composite estimate: the usual one depends on the order of the rows. */
  @Override
  Double value(Instant now) {
    return (double) Math.round(sketch.getCompositeEstimate());
  }

  @Override
  String note() {
    return "estimated, two thirds of all estimates are within 0.8 %";
  }
}
