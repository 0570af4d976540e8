package io.beamhouse.pipelines.run;

import io.beamhouse.core.Internal;
import io.beamhouse.io.core.increment.CaptureSink;
import io.beamhouse.io.core.manifest.Manifest;
import io.beamhouse.pipelines.increment.CaptureFiles;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;

/** Captures beside the state in Parquet; placeholder until the files connector is there. */
@Internal
public final class StateCaptureFiles implements CaptureFiles {
  @Override
  public CaptureSink sink(String directory) {
    throw new UnsupportedOperationException("the files connector is not merged yet");
  }

  @Override
  public PTransform<PBegin, PCollection<Row>> read(String directory, Manifest manifest) {
    throw new UnsupportedOperationException("the files connector is not merged yet");
  }
}
