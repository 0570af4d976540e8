package io.beamhouse.io.parquet;

import io.beamhouse.core.Internal;
import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.error.StorageFailedException;
import io.beamhouse.io.core.storage.Storage;
import java.io.IOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.HadoopReadOptions;
import org.apache.parquet.ParquetRuntimeException;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.MessageType;

/**
 * Reads the wanted columns of a Parquet file, row group by row group.
 *
 * <p>Columns are found by name; a wanted column that the file lacks is null. A column may be read
 * as a wider type, never as one that cannot hold its values. Holds one row group of the wanted
 * columns in memory. Not thread-safe; the caller closes it.
 */
@Internal
public final class ParquetRowReader implements Iterator<Row>, AutoCloseable {
  private final Path path;
  private final ParquetFileReader file;
  private final Materializer materializer;
  private final MessageColumnIO columns;
  private final int end;
  private final boolean noColumns;
  private int rowGroup;
  private long left;
  private RecordReader<Row> records;

  private ParquetRowReader(Path path, ParquetFileReader file, Schema wanted, int from, int to) {
    this.path = path;
    this.file = file;
    ParquetMetadata footer = file.getFooter();
    MessageType schema = footer.getFileMetaData().getSchema();
    MessageType requested =
        new MessageType(schema.getName(), RowConverters.projection(schema, wanted));
    if (from < 0 || to < from || to > footer.getBlocks().size()) {
      throw new IllegalArgumentException(
          "row groups [" + from + "," + to + ") of " + footer.getBlocks().size());
    }
    file.setRequestedSchema(requested);
    this.materializer = new Materializer(requested, wanted);
    this.columns =
        new ColumnIOFactory(footer.getFileMetaData().getCreatedBy()).getColumnIO(requested, schema);
    this.noColumns = requested.getFieldCount() == 0;
    this.rowGroup = from;
    this.end = to;
  }

  /** Reads the whole file. */
  public static ParquetRowReader read(Path path, Schema wanted) {
    return open(path, wanted, 0, -1);
  }

  /** Reads row groups {@code from} (inclusive) to {@code to} (exclusive). */
  public static ParquetRowReader read(Path path, Schema wanted, int from, int to) {
    return open(path, wanted, from, to);
  }

  /** Returns the footer of a file: its schema and row groups. */
  public static ParquetMetadata footer(Path path) {
    Path file = Storage.qualified(path);
    try (ParquetFileReader reader = openFile(file)) {
      return reader.getFooter();
    } catch (IOException | RuntimeException e) {
      // A file that is not Parquet makes the reader throw plain RuntimeExceptions.
      throw failed(file, e);
    }
  }

  private static ParquetRowReader open(Path path, Schema wanted, int from, int to) {
    Path qualified = Storage.qualified(path);
    ParquetFileReader file;
    try {
      file = openFile(qualified);
    } catch (IOException | RuntimeException e) {
      throw failed(qualified, e);
    }
    try {
      int last = to < 0 ? file.getFooter().getBlocks().size() : to;
      return new ParquetRowReader(qualified, file, wanted, from, last);
    } catch (RuntimeException e) {
      try {
        file.close();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  private static ParquetFileReader openFile(Path file) throws IOException {
    Configuration configuration = Storage.configuration();
    return ParquetFileReader.open(
        HadoopInputFile.fromPath(file, configuration),
        HadoopReadOptions.builder(configuration, file).usePageChecksumVerification().build());
  }

  @Override
  public boolean hasNext() {
    while (left == 0 && rowGroup < end) {
      openRowGroup();
    }
    return left > 0;
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    left--;
    if (noColumns) {
      materializer.root.start();
      materializer.root.end();
      return materializer.row;
    }
    try {
      return records.read();
    } catch (ParquetRuntimeException e) {
      throw refusal(e);
    }
  }

  private void openRowGroup() {
    BlockMetaData block = file.getFooter().getBlocks().get(rowGroup);
    try {
      if (!noColumns && block.getRowCount() > 0) {
        PageReadStore pages = file.readRowGroup(rowGroup);
        records = columns.getRecordReader(pages, materializer);
      }
    } catch (IOException | ParquetRuntimeException e) {
      throw failed(path, e);
    }
    left = block.getRowCount();
    rowGroup++;
  }

  /** Parquet wraps what a converter throws. */
  private RuntimeException refusal(ParquetRuntimeException e) {
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof DataRefusedException refused) {
        return refused;
      }
    }
    return failed(path, e);
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw failed(path, e);
    }
  }

  private static StorageFailedException failed(Path path, Exception cause) {
    return new StorageFailedException(
        "The Parquet file "
            + path
            + " cannot be read: it is missing, not accessible or damaged. Check it, and run again.",
        cause);
  }

  private static final class Materializer extends RecordMaterializer<Row> {
    private final RowConverters.RowConverter root;
    private Row row;

    Materializer(MessageType file, Schema wanted) {
      root = new RowConverters.RowConverter("", file, wanted, value -> row = (Row) value);
    }

    @Override
    public Row getCurrentRecord() {
      return row;
    }

    @Override
    public GroupConverter getRootConverter() {
      return root;
    }
  }
}
