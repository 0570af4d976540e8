package io.beamhouse.io.core.manifest;

import io.beamhouse.core.Evolving;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;

/** How rows become the bytes of a file; travels to workers. */
@Evolving
public interface RowFileFormat extends Serializable {
  /** The name in manifests: csv, json, parquet. */
  String name();

  /** The end of file names, without the first dot: {@code csv.gz}. */
  String extension();

  /** What a reader must know besides the name; goes into the manifest. */
  Map<String, String> options();

  /** Refuses a schema that files of this format cannot hold, with a SpecException. */
  void check(Schema schema);

  /** Starts a file. The writer leaves {@code out} open; its caller closes it. */
  RowFile open(OutputStream out, Schema schema) throws IOException;

  /** The format with less memory for each file, as many are open at once. */
  default RowFileFormat forManyFiles() {
    return this;
  }

  /** A file being written. */
  interface RowFile extends Closeable {
    void write(Row row) throws IOException;

    /** Writes what is left, such as a footer. */
    @Override
    void close() throws IOException;
  }
}
