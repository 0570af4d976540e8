package io.beamhouse.io.delta.log;

import io.beamhouse.core.Internal;
import java.util.Iterator;

/** The data files of a snapshot, streamed from the log; single pass, to be closed. */
@Internal
public interface DataFiles extends Iterator<DataFile>, AutoCloseable {
  @Override
  void close();
}
