package io.beamhouse.io.files;

import io.beamhouse.io.parquet.ParquetRowReader;
import io.beamhouse.io.parquet.ParquetSchemas;
import java.io.IOException;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;

/** Reads Parquet; a damaged file is refused as a whole, there are no bad records. */
record ParquetRead() implements ReadFormat {
  @Override
  public RecordStream open(OpenFile file, Schema schema) throws IOException {
    // Reading jumps within the file, so that its checksum needs a pass of its own.
    file.verifyContent();
    return new ParquetStream(ParquetRowReader.read(file.path(), schema));
  }

  @Override
  public Schema infer(OpenFile file) {
    return ParquetSchemas.toBeam(
        ParquetRowReader.footer(file.path()).getFileMetaData().getSchema());
  }

  private static final class ParquetStream implements RecordStream {
    private final ParquetRowReader reader;
    private List<Object> values;

    ParquetStream(ParquetRowReader reader) {
      this.reader = reader;
    }

    @Override
    public boolean next() {
      boolean found = reader.hasNext();
      values = found ? reader.next().getValues() : null;
      return found;
    }

    @Override
    public List<Object> values() {
      return values;
    }

    @Override
    public BadRecord bad() {
      return null;
    }

    @Override
    public void close() {
      reader.close();
    }
  }
}
