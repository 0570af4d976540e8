package io.beamhouse.quality;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import org.apache.beam.sdk.values.Row;

/** Counts rows, or what is found elsewhere. */
final class RowCount extends Measure<RowCount> {
  private final boolean ofRows;
  private long count;

  /**
   * @param ofRows false when counts come by {@link #add(long)} only
   */
  RowCount(boolean ofRows) {
    this.ofRows = ofRows;
  }

  void add(long more) {
    count += more;
  }

  @Override
  void add(Row row) {
    if (ofRows) {
      count++;
    }
  }

  @Override
  void merge(RowCount other) {
    count += other.count;
  }

  @Override
  void write(DataOutput out) throws IOException {
    out.writeLong(count);
  }

  @Override
  void read(DataInput in) throws IOException {
    count = in.readLong();
  }

  @Override
  Double value(Instant now) {
    return (double) count;
  }
}
