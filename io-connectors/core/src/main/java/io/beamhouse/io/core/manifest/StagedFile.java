package io.beamhouse.io.core.manifest;

import io.beamhouse.core.Evolving;
import io.beamhouse.io.core.staging.RecordBytes;
import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/**
 * A closed file that one DoFn attempt wrote and that is not visible yet.
 *
 * @param path where it was staged, with scheme
 * @param rows records in it
 * @param bytes its length
 * @param checksum SHA-256 of its bytes, in hex
 * @param source what it holds of the source ("users [1,500)"), for people; may be empty
 * @param counts outcome counts of the rows that this attempt saw, so that retries cannot bend them
 */
@Evolving
public record StagedFile(
    String path, long rows, long bytes, String checksum, String source, Map<String, Long> counts)
    implements Serializable {
  public StagedFile {
    counts = new TreeMap<>(counts);
  }

  byte[] toBytes() {
    return RecordBytes.encode(StagedFile.class, this);
  }

  static StagedFile fromBytes(byte[] record) {
    return RecordBytes.decode(StagedFile.class, record);
  }
}
