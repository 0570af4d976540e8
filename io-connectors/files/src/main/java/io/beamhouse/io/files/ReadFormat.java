package io.beamhouse.io.files;

import java.io.IOException;
import java.io.Serializable;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;

/** How the bytes of a file become records; travels to workers. */
sealed interface ReadFormat extends Serializable permits CsvRead, JsonRead, ParquetRead {
  /** Starts reading; what is wrong with the file as a whole (a header) is refused here. */
  RecordStream open(OpenFile file, Schema schema) throws IOException;

  /** Returns the schema that the file itself tells, from a bounded part of it. */
  Schema infer(OpenFile file) throws IOException;

  /** The format of files that a manifest names. */
  static ReadFormat of(String name, Map<String, String> options, int maxRecordBytes) {
    return switch (name) {
      case CsvFormat.NAME -> new CsvRead(CsvOptions.fromMap(options), maxRecordBytes);
      case JsonFormat.NAME -> new JsonRead(maxRecordBytes);
      case ParquetFormat.NAME -> new ParquetRead();
      default -> throw new IllegalArgumentException("unknown file format '" + name + "'");
    };
  }
}
