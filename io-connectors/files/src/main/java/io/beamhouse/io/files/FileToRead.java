package io.beamhouse.io.files;

import java.io.Serializable;

/**
 * One file of a plan with what is known of it.
 *
 * @param path where it is
 * @param staged where it is while it has not been renamed yet; empty when it has no such place
 * @param layout which of the read's layouts it has
 * @param bytes its length; negative when unknown
 * @param modified milliseconds since the epoch; negative when unknown or of no meaning
 * @param checksum SHA-256 in hex; empty when unknown
 * @param rows records in it; negative when unknown
 */
record FileToRead(
    String path, String staged, int layout, long bytes, long modified, String checksum, long rows)
    implements Serializable {
  static final long UNKNOWN = -1;

  String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  FileToRead withLayout(int index) {
    return new FileToRead(path, staged, index, bytes, modified, checksum, rows);
  }
}
