package io.beamhouse.io.delta;

import io.beamhouse.core.Internal;
import io.beamhouse.io.core.increment.IncrementalSink;
import java.util.List;
import org.apache.beam.sdk.values.Row;

/** A sink whose table holds a row for each key, so that one can be looked up. */
@Internal
public interface MergingSink extends IncrementalSink {
  KeyedTable table();

  /** The columns that name a row. */
  List<String> keys();

  /** The columns that order the changes of a key; empty when changes win over stored rows. */
  List<String> sequenceBy();

  /** Whether {@code change} deletes its key. */
  boolean deletes(Row change);
}
