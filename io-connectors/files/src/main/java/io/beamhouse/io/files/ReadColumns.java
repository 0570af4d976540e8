package io.beamhouse.io.files;

import java.io.Serializable;

/**
 * What reading adds to the records' own columns.
 *
 * @param filename column that gets the file's path; empty for none
 * @param source column that gets {@code file:record}; empty for none
 * @param step names the reading step in quarantined rows
 */
record ReadColumns(String filename, String source, String step) implements Serializable {
  static ReadColumns none(String step) {
    return new ReadColumns("", "", step);
  }
}
