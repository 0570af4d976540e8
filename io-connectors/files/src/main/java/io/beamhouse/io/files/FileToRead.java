package io.beamhouse.io.files;

import java.io.Serializable;
import java.util.List;

/**
 * One file of a plan with what is known of it.
 *
 * @param path where it is
 * @param elsewhere where it may be, too: before it was renamed, and after it was put together with
 *     others
 * @param layout which of the read's layouts it has
 * @param bytes its length; negative when unknown
 * @param modified milliseconds since the epoch; negative when unknown or of no meaning
 * @param checksum SHA-256 in hex; empty when unknown
 * @param rows records in it; negative when unknown
 */
record FileToRead(
    String path,
    List<String> elsewhere,
    int layout,
    long bytes,
    long modified,
    String checksum,
    long rows)
    implements Serializable {
  static final long UNKNOWN = -1;

  FileToRead {
    elsewhere = List.copyOf(elsewhere);
  }

  String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  FileToRead withLayout(int index) {
    return new FileToRead(path, elsewhere, index, bytes, modified, checksum, rows);
  }
}
