package io.beamhouse.io.delta.data;

import io.beamhouse.core.Internal;
import io.beamhouse.io.parquet.ParquetWriteOptions;
import java.io.Serializable;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;

/**
 * How rows become files of a table.
 *
 * @param path the table's root, with scheme
 * @param rows schema of the rows that come in
 * @param columns the table's, partition columns among them
 * @param partitionColumns in order
 * @param parquet compression, row groups, statistics
 * @param targetFileBytes a file is closed when it is about so long
 * @param maxOpenFiles rows of more partition values are put aside and written afterwards
 * @param maxBufferedBytes with more bytes in unfinished row groups the largest file is closed
 */
@Internal
public record FileLayout(
    String path,
    Schema rows,
    Schema columns,
    List<String> partitionColumns,
    ParquetWriteOptions parquet,
    long targetFileBytes,
    int maxOpenFiles,
    long maxBufferedBytes)
    implements Serializable {
  /** About what delta-spark's OPTIMIZE aims at for small tables. */
  public static final long DEFAULT_TARGET_FILE_BYTES = 128L << 20;

  public static final int DEFAULT_MAX_OPEN_FILES = 64;
  public static final long DEFAULT_MAX_BUFFERED_BYTES = 64L << 20;

  public FileLayout {
    partitionColumns = List.copyOf(partitionColumns);
    if (targetFileBytes < 1 || maxOpenFiles < 1 || maxBufferedBytes < 1) {
      throw new IllegalArgumentException("a file needs a byte, and one must be open");
    }
  }

  /** The columns that stand in the files. */
  Schema fileColumns() {
    Schema.Builder schema = Schema.builder();
    columns.getFields().stream()
        .filter(field -> !partitionColumns.contains(field.getName()))
        .forEach(schema::addField);
    return schema.build();
  }
}
