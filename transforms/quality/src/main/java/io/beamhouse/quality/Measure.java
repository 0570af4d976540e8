package io.beamhouse.quality;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import org.apache.beam.sdk.values.Row;

/**
 * A measure over rows in bounded memory. Rows and parts may come in any order; the value is the
 * same.
 *
 * @param <M> itself
 */
abstract class Measure<M extends Measure<M>> {
  abstract void add(Row row);

  abstract void merge(M other);

  abstract void write(DataOutput out) throws IOException;

  abstract void read(DataInput in) throws IOException;

  /** Returns null where the rows have no value. */
  abstract Double value(Instant now);

  /** What is to know about the value; empty for an exact one. */
  String note() {
    return "";
  }

  @SuppressWarnings("unchecked") // the parts of one check have the same measures
  final void mergeAny(Measure<?> other) {
    merge((M) other);
  }
}
