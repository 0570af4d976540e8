package io.beamhouse.pipelines.increment;

import io.beamhouse.core.Internal;
import io.beamhouse.io.core.manifest.CaptureSink;
import io.beamhouse.io.core.manifest.Manifest;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;

/** The files that a source is captured into, and how captured rows are read back. */
@Internal
public interface CaptureFiles {
  /** A sink for sources that no sink of the pipeline captures. */
  CaptureSink sink(String directory);

  /** Reads exactly the rows of {@code manifest}, whose file names are below {@code directory}. */
  PTransform<PBegin, PCollection<Row>> read(String directory, Manifest manifest);
}
