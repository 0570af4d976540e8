package io.beamhouse.io.parquet;

import io.beamhouse.core.Internal;
import io.beamhouse.core.error.StorageFailedException;
import io.beamhouse.io.core.storage.Storage;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.api.RecordConsumer;

/**
 * Writes rows to one new Parquet file and gathers its statistics.
 *
 * <p>Buffers one row group ({@link ParquetWriteOptions#rowGroupBytes}). The file must not exist; it
 * is whole only after {@link #finish}. {@link #close} without finish leaves an unusable file, which
 * nobody has been told of. Not thread-safe.
 */
@Internal
public final class ParquetRowWriter implements AutoCloseable {
  private final Path path;
  private final StreamOutput stream;
  private final ParquetWriter<Row> writer;
  private final int statisticsColumns;
  private long rows;
  private boolean closed;

  private ParquetRowWriter(
      Path path, StreamOutput stream, ParquetWriter<Row> writer, int statisticsColumns) {
    this.path = path;
    this.stream = stream;
    this.writer = writer;
    this.statisticsColumns = statisticsColumns;
  }

  /**
   * Creates the file.
   *
   * @throws io.beamhouse.core.error.SpecException when the schema holds a type without place in
   *     Parquet
   */
  public static ParquetRowWriter create(Path path, Schema schema, ParquetWriteOptions options) {
    Path file = Storage.qualified(path);
    try {
      HadoopOutputFile output = HadoopOutputFile.fromPath(file, Storage.configuration());
      return new ParquetRowWriter(
          file, null, writer(output, schema, options), options.statisticsColumns());
    } catch (IOException e) {
      throw failed(file, "created", e);
    }
  }

  /**
   * Writes the file to {@code out}, which its owner closes after {@link #finish}; {@code path} is
   * for messages.
   */
  public static ParquetRowWriter create(
      OutputStream out, Path path, Schema schema, ParquetWriteOptions options) {
    StreamOutput stream = new StreamOutput(out);
    try {
      return new ParquetRowWriter(
          path, stream, writer(stream, schema, options), options.statisticsColumns());
    } catch (IOException e) {
      throw failed(path, "created", e);
    }
  }

  /**
   * Each row group begins a dictionary anew, so columns without repetition must be recognised early
   * in one: Parquet's own 1 MiB is meant for row groups of 128 MiB.
   */
  private static final int DICTIONARY_BYTES = 256 * 1024;

  private static ParquetWriter<Row> writer(
      OutputFile file, Schema schema, ParquetWriteOptions options) throws IOException {
    return new Builder(file, schema)
        .withConf(Storage.configuration())
        .withWriteMode(ParquetFileWriter.Mode.CREATE)
        .withCompressionCodec(options.compression().codec)
        .withRowGroupSize(options.rowGroupBytes())
        .withPageSize(options.pageBytes())
        .withPageRowCountLimit(options.pageRows())
        .withDictionaryPageSize(DICTIONARY_BYTES)
        .build();
  }

  /**
   * Adds a row of the schema.
   *
   * @throws io.beamhouse.core.error.DataRefusedException when a value does not fit its type; the
   *     file is then unusable
   */
  public void write(Row row) {
    try {
      writer.write(row);
      rows++;
    } catch (IOException e) {
      throw failed(path, "written", e);
    }
  }

  public long rows() {
    return rows;
  }

  /** Returns about how long the file would be if it were finished now, to decide on rolling. */
  public long estimatedBytes() {
    return writer.getDataSize();
  }

  /** Closes the file and says what it holds. */
  public WrittenParquet finish() {
    try {
      closed = true;
      writer.close();
      long bytes =
          stream == null ? Storage.of(path).getFileStatus(path).getLen() : stream.position();
      String statistics = FileStatistics.of(writer.getFooter()).toJson(statisticsColumns);
      return new WrittenParquet(rows, bytes, statistics);
    } catch (IOException e) {
      throw failed(path, "closed", e);
    }
  }

  /** Gives up an unfinished file; does nothing after {@link #finish}. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      writer.close();
    } catch (IOException e) {
      throw failed(path, "closed", e);
    }
  }

  private static StorageFailedException failed(Path path, String what, IOException cause) {
    return new StorageFailedException(
        "The Parquet file "
            + path
            + " could not be "
            + what
            + ". Check access and space, and run again.",
        cause);
  }

  private static final class Builder extends ParquetWriter.Builder<Row, Builder> {
    private final Schema schema;

    Builder(OutputFile file, Schema schema) {
      super(file);
      this.schema = schema;
    }

    @Override
    protected Builder self() {
      return this;
    }

    @Override
    protected WriteSupport<Row> getWriteSupport(Configuration configuration) {
      return new RowWriteSupport(schema);
    }
  }

  private static final class RowWriteSupport extends WriteSupport<Row> {
    private final Schema schema;
    private final ValueEncoder.RowEncoder encoder;
    private RecordConsumer out;

    RowWriteSupport(Schema schema) {
      this.schema = schema;
      this.encoder = new ValueEncoder.RowEncoder("", schema);
    }

    @Override
    public WriteContext init(Configuration configuration) {
      return new WriteContext(ParquetSchemas.toParquet(schema), Map.of());
    }

    @Override
    public void prepareForWrite(RecordConsumer recordConsumer) {
      out = recordConsumer;
    }

    @Override
    public void write(Row row) {
      out.startMessage();
      encoder.fields(out, row);
      out.endMessage();
    }
  }
}
