package io.beamhouse.io.core.manifest;

import io.beamhouse.core.Evolving;
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

  /** Returns what the run published, after finishing its renames; nothing when it did not. */
  Optional<Manifest> manifest(SinkContext context);
}
