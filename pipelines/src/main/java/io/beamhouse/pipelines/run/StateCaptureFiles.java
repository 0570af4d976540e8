package io.beamhouse.pipelines.run;

import io.beamhouse.core.Internal;
import io.beamhouse.io.core.manifest.CaptureSink;
import io.beamhouse.io.core.manifest.Manifest;
import io.beamhouse.io.files.FilesIO;
import io.beamhouse.io.files.ReadManifest;
import io.beamhouse.pipelines.increment.CaptureFiles;
import java.util.List;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;

/** Captures sources that no sink captures in Parquet, which keeps every row type exactly. */
@Internal
public final class StateCaptureFiles implements CaptureFiles {
  @Override
  public CaptureSink sink(String directory) {
    return FilesIO.captureTo(directory);
  }

  @Override
  public PTransform<PBegin, PCollection<Row>> read(String directory, Manifest manifest) {
    return ReadManifest.of(directory, List.of(manifest));
  }
}
