package io.beamhouse.io.files;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/** The records of one open file, one at a time. */
interface RecordStream extends Closeable {
  /** Moves to the next record; false at the end. */
  boolean next() throws IOException;

  /** The record's values in the order of the file's schema; null when it is bad. */
  List<Object> values();

  /** Why the record is bad; null when it is good. */
  BadRecord bad();

  @Override
  void close() throws IOException;

  /**
   * A record that is no row.
   *
   * @param raw its bytes
   * @param text the same as text; null when the bytes are not in the file's encoding
   * @param rule the kind of problem: {@code csv.quotes}
   * @param message what is wrong, without values
   * @param line where it begins, from 1
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, gone as soon as it is wrapped
  record BadRecord(byte[] raw, String text, String rule, String message, long line) {}
}
