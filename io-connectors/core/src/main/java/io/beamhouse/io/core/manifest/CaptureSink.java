package io.beamhouse.io.core.manifest;

import io.beamhouse.core.Evolving;
import io.beamhouse.io.core.increment.EarlierRows;
import io.beamhouse.io.core.increment.IncrementalSink;
import io.beamhouse.io.core.increment.SinkContext;
import java.util.Optional;

/**
 * A sink that publishes files by manifest, so that a source attached to it needs no other capture.
 */
@Evolving
public interface CaptureSink extends IncrementalSink {
  /** The directory that file names in manifests are relative to. */
  String directory();

  /** What the directory's manifests hold of all runs of all states; cheap until it is read. */
  default EarlierRows earlier() {
    return EarlierRows.NONE;
  }

  /** Returns what the run published, after finishing its renames; nothing when it did not. */
  Optional<Manifest> manifest(SinkContext context);
}
