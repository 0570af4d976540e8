package io.beamhouse.io.files;

import io.beamhouse.io.core.manifest.RowFileFormat;
import io.beamhouse.io.parquet.ParquetRowWriter;
import io.beamhouse.io.parquet.ParquetSchemas;
import io.beamhouse.io.parquet.ParquetWriteOptions;
import java.io.OutputStream;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.apache.hadoop.fs.Path;

/** Writes Parquet; holds one row group in memory. */
record ParquetFormat(ParquetWriteOptions parquet) implements RowFileFormat {
  static final String NAME = "parquet";

  /** Of each of many files; 32 of them hold 128 MiB at most. */
  private static final long SMALL_ROW_GROUP = 4L << 20;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String extension() {
    return NAME;
  }

  @Override
  public Map<String, String> options() {
    return Map.of();
  }

  @Override
  public void check(Schema schema) {
    FileSchemas.check(schema);
    ParquetSchemas.toParquet(schema);
  }

  @Override
  public RowFileFormat forManyFiles() {
    return new ParquetFormat(
        parquet.withRowGroupBytes(Math.min(SMALL_ROW_GROUP, parquet.rowGroupBytes())));
  }

  @Override
  public RowFile open(OutputStream out, Schema schema) {
    ParquetRowWriter writer =
        ParquetRowWriter.create(out, new Path("staged.parquet"), schema, parquet);
    return new RowFile() {
      @Override
      public void write(Row row) {
        writer.write(row);
      }

      @Override
      public void close() {
        writer.finish();
      }
    };
  }
}
