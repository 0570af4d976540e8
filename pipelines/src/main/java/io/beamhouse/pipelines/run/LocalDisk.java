package io.beamhouse.pipelines.run;

import io.beamhouse.core.error.StorageFailedException;
import org.apache.hadoop.fs.FSError;

/** Hadoop reports a local disk that is full or broken as an Error, which nobody expects. */
final class LocalDisk {
  private LocalDisk() {}

  static StorageFailedException failed(FSError error) {
    String why = error.getCause() == null ? error.getMessage() : error.getCause().getMessage();
    return new StorageFailedException(
        "The local file system failed: "
            + why
            + ". Make room where the lake, the state and temporary files are, or repair the disk,"
            + " and run again.",
        error);
  }
}
