package io.beamhouse.io.files;

import java.io.IOException;
import java.io.Serializable;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;

/** How the bytes of a file become records; travels to workers. */
sealed interface ReadFormat extends Serializable permits CsvRead, JsonRead, ParquetRead {
  /**
   * Starts reading; what is wrong with the file as a whole (a header) is refused here.
   *
   * @param rows the columns, and the one for what is rescued where the rules have one
   */
  RecordStream open(OpenFile file, Schema rows) throws IOException;

  /** Starts a guess of the schema. */
  Inference inference();

  /**
   * Returns the columns that the file has, from a bounded part of it: those of {@code known} with
   * the file's own type where it tells one, others with a guessed type.
   */
  Schema shape(OpenFile file, Schema known) throws IOException;

  ReadRules rules();

  ReadFormat with(ReadRules rules);

  /** The format of files that a manifest names. */
  static ReadFormat of(String name, Map<String, String> options, int maxRecordBytes) {
    return switch (name) {
      case CsvFormat.NAME -> new CsvRead(CsvOptions.fromMap(options), maxRecordBytes);
      case JsonFormat.NAME -> new JsonRead(maxRecordBytes);
      case ParquetFormat.NAME -> new ParquetRead();
      default -> throw new IllegalArgumentException("unknown file format '" + name + "'");
    };
  }

  /** A schema that becomes clear from a bounded part of some files. */
  interface Inference {
    void add(OpenFile file) throws IOException;

    /** The schema so far; without fields when no file had any. */
    Schema schema();
  }
}
