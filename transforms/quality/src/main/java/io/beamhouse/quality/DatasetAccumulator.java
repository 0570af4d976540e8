package io.beamhouse.quality;

import io.beamhouse.core.Evolving;
import java.util.List;
import org.apache.beam.sdk.values.Row;

/** The measures of the rows so far; see {@link DatasetCheck}. Not thread-safe. */
@Evolving
public final class DatasetAccumulator {
  private final DatasetCheck check;
  private final List<Measure<?>> measures;

  DatasetAccumulator(DatasetCheck check, List<Measure<?>> measures) {
    this.check = check;
    this.measures = List.copyOf(measures);
  }

  /** Adds a row of the check's schema; returns this. */
  public DatasetAccumulator add(Row row) {
    for (Measure<?> measure : measures) {
      measure.add(row);
    }
    return this;
  }

  /** Adds the rows of {@code other}, of the same rules, which stays as it is; returns this. */
  public DatasetAccumulator merge(DatasetAccumulator other) {
    if (measures.size() != other.measures.size()) {
      throw new IllegalArgumentException("measures of other rules");
    }
    for (int i = 0; i < measures.size(); i++) {
      measures.get(i).mergeAny(other.measures.get(i));
    }
    return this;
  }

  /** Returns it as bytes for {@link DatasetCheck#fromBytes}. */
  public byte[] toBytes() {
    return check.toBytes(this);
  }

  List<Measure<?>> measures() {
    return measures;
  }
}
