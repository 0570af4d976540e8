package io.beamhouse.io.files;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.row.RowJson;
import io.beamhouse.io.core.manifest.RowFileFormat;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;

/** Writes JSON lines: one object per row and line, in UTF-8; NULL is written as null. */
record JsonFormat(Compression compression) implements RowFileFormat {
  static final String NAME = "json";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String extension() {
    return compression.extension(NAME);
  }

  @Override
  public Map<String, String> options() {
    return Map.of(Compression.KEY, compression.text());
  }

  @Override
  public void check(Schema schema) {
    FileSchemas.check(schema);
  }

  @Override
  public RowFile open(OutputStream out, Schema schema) throws IOException {
    return new JsonFile(schema, compression.compressed(new BufferedOutputStream(out)));
  }

  private static final class JsonFile implements RowFile {
    private final FieldType type;
    private final OutputStream out;
    private final StrictUtf8 utf8 = new StrictUtf8();

    JsonFile(Schema schema, OutputStream out) {
      this.type = FieldType.row(schema);
      this.out = out;
    }

    @Override
    public void write(Row row) throws IOException {
      ByteBuffer bytes;
      try {
        bytes = utf8.encode(RowJson.write(row, type));
      } catch (IllegalArgumentException e) {
        throw new DataRefusedException("A row cannot be written as JSON: " + e.getMessage(), e);
      }
      out.write(bytes.array(), bytes.arrayOffset(), bytes.remaining());
      out.write('\n');
    }

    @Override
    public void close() throws IOException {
      Compression.finish(out);
    }
  }
}
