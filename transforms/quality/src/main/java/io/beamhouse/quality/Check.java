package io.beamhouse.quality;

import org.apache.beam.sdk.values.Row;

/** One rule about one row, bound to a schema; used by one thread. */
abstract class Check {
  private final String column;
  private final String message;

  /**
   * @param column what it looks at; null when that is more than one
   * @param message what a row that fails has wrong, without its values
   */
  Check(String column, String message) {
    this.column = column;
    this.message = message;
  }

  abstract boolean fails(Row row);

  String column() {
    return column;
  }

  String message() {
    return message;
  }
}
