package io.beamhouse.io.delta.merge;

/** What a value of a flat table is, whatever its physical form in a file. */
enum Kind {
  BOOLEAN(1),
  INT8(4),
  INT16(4),
  INT32(4),
  INT64(8),
  FLOAT(4),
  DOUBLE(8),
  DATE(4),
  TIMESTAMP(8),
  LOCAL_DATETIME(8),
  DECIMAL(8),
  STRING(8),
  BYTES(8);

  /** Bytes of the slot in a change's payload. */
  final int width;

  Kind(int width) {
    this.width = width;
  }
}
