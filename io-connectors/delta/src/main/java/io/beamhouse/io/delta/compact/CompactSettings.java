package io.beamhouse.io.delta.compact;

import io.beamhouse.io.parquet.ParquetWriteOptions.Compression;
import java.time.Duration;

/**
 * What is compacted.
 *
 * @param sparing whether files are taken only when the others are about as long together
 * @param maxBytes no further group is taken beyond this
 */
record CompactSettings(
    long targetBytes,
    int minFiles,
    Duration olderThan,
    Compression compression,
    boolean sparing,
    long maxBytes) {
  /** A file below this share of the target is small. */
  private static final int SHARE = 4;

  CompactSettings {
    if (targetBytes < 1 || minFiles < 1 || olderThan.isNegative()) {
      throw new IllegalArgumentException(
          "a target of a byte, a file and no negative age are the least");
    }
  }

  long smallBytes() {
    return Math.max(1, targetBytes / SHARE);
  }

  CompactSettings withTarget(long bytes) {
    return new CompactSettings(bytes, minFiles, olderThan, compression, sparing, maxBytes);
  }

  CompactSettings withMinFiles(int files) {
    return new CompactSettings(targetBytes, files, olderThan, compression, sparing, maxBytes);
  }

  CompactSettings withOlderThan(Duration age) {
    return new CompactSettings(targetBytes, minFiles, age, compression, sparing, maxBytes);
  }

  CompactSettings withCompression(Compression codec) {
    return new CompactSettings(targetBytes, minFiles, olderThan, codec, sparing, maxBytes);
  }

  CompactSettings sparingly() {
    return new CompactSettings(
        targetBytes, minFiles, olderThan, compression, true, 2 * targetBytes);
  }
}
