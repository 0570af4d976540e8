package io.beamhouse.quality;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import org.apache.beam.sdk.values.Row;

final class NullShare extends Measure<NullShare> {
  private final int index;
  private long rows;
  private long nulls;

  NullShare(int index) {
    this.index = index;
  }

  @Override
  void add(Row row) {
    rows++;
    if (row.getValue(index) == null) {
      nulls++;
    }
  }

  @Override
  void merge(NullShare other) {
    rows += other.rows;
    nulls += other.nulls;
  }

  @Override
  void write(DataOutput out) throws IOException {
    out.writeLong(rows);
    out.writeLong(nulls);
  }

  @Override
  void read(DataInput in) throws IOException {
    rows = in.readLong();
    nulls = in.readLong();
  }

  @Override
  Double value(Instant now) {
    return rows == 0 ? 0.0 : (double) nulls / rows;
  }
}
