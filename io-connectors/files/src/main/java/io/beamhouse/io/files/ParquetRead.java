package io.beamhouse.io.files;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.io.parquet.ParquetRowReader;
import io.beamhouse.io.parquet.ParquetSchemas;
import java.io.IOException;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.beam.sdk.values.Row;

/** Reads Parquet; a damaged file is refused as a whole, there are no bad records. */
record ParquetRead() implements ReadFormat {
  @Override
  public RecordStream open(OpenFile file, Schema schema) throws IOException {
    // Reading jumps within the file, so that its checksum needs a pass of its own.
    file.verifyContent();
    Schema found = infer(file);
    List<String> required =
        schema.getFields().stream()
            .filter(field -> !field.getType().getNullable())
            .map(Field::getName)
            .toList();
    for (String column : required) {
      if (!found.hasField(column)) {
        throw new DataRefusedException(
            file.name()
                + " has no column "
                + column
                + ", which may not be NULL. Correct the schema, or make the column nullable.");
      }
    }
    return new ParquetStream(
        ParquetRowReader.read(file.path(), schema),
        file.name(),
        required.stream()
            .filter(column -> found.getField(column).getType().getNullable())
            .mapToInt(schema::indexOf)
            .toArray());
  }

  @Override
  public Schema infer(OpenFile file) {
    return ParquetSchemas.toBeam(
        ParquetRowReader.footer(file.path()).getFileMetaData().getSchema());
  }

  private static final class ParquetStream implements RecordStream {
    private final ParquetRowReader reader;
    private final String name;
    private final int[] required;
    private List<Object> values;

    /**
     * @param required fields that the file could have NULL in, and the schema not
     */
    ParquetStream(ParquetRowReader reader, String name, int[] required) {
      this.reader = reader;
      this.name = name;
      this.required = required;
    }

    @Override
    public boolean next() {
      if (!reader.hasNext()) {
        return false;
      }
      Row row = reader.next();
      values = row.getValues();
      for (int field : required) {
        if (values.get(field) == null) {
          throw new DataRefusedException(
              name
                  + ": column "
                  + row.getSchema().getField(field).getName()
                  + " is NULL, which it may not be. Make it nullable, or repair the file.");
        }
      }
      return true;
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
