package io.beamhouse.io.delta.merge;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.io.core.storage.Storage;
import io.beamhouse.io.delta.log.DataFile;
import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.schema.MessageType;
import org.checkerframework.checker.nullness.qual.Nullable;

/** An open data file of the table, its columns bound to those of the merge. */
final class TargetFile implements Closeable {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  final DataFile file;
  final HadoopInputFile input;
  final ParquetFileReader reader;
  final ParquetMetadata footer;
  final MessageType schema;

  /** By column of the merge. */
  final FileColumn[] columns;

  /** Positions of rows that are deleted already, ascending. */
  final long[] deleted;

  private final MergeShape shape;

  TargetFile(DataFile file, MergeShape shape, TableLayout table, long[] deleted)
      throws IOException {
    this.file = file;
    this.shape = shape;
    this.deleted = deleted;
    this.input = HadoopInputFile.fromPath(new Path(file.path()), Storage.configuration());
    this.reader = ParquetFileReader.open(input);
    this.footer = reader.getFooter();
    this.schema = footer.getFileMetaData().getSchema();
    this.columns = bind(table);
  }

  private FileColumn[] bind(TableLayout table) {
    Payload payload = shape.payload();
    FileColumn[] bound = partitions(file, shape, table);
    for (int i = 0; i < table.dataColumns().length; i++) {
      int column = table.dataColumns()[i];
      String name = table.dataSchema().getField(i).getName();
      try {
        bound[column] =
            schema.containsField(name)
                ? FileColumn.stored(
                    payload.type(column), schema.getColumnDescription(new String[] {name}))
                : FileColumn.constant(payload.type(column), null);
      } catch (IllegalArgumentException e) {
        throw new DataRefusedException(
            "The file "
                + file.path()
                + " "
                + e.getMessage()
                + " in column '"
                + name
                + "', which a merge cannot match. Rewrite the file with the table's types.",
            e);
      }
    }
    return bound;
  }

  private static FileColumn[] partitions(DataFile file, MergeShape shape, TableLayout table) {
    FileColumn[] bound = new FileColumn[shape.payload().columns()];
    for (int i = 0; i < table.partitionColumns().length; i++) {
      int column = table.partitionColumns()[i];
      ColumnType type = shape.payload().type(column);
      String value = file.partitionValues().get(table.partitionNames().get(i));
      bound[column] = FileColumn.constant(type, Constants.partitionValue(type, value));
    }
    return bound;
  }

  /** Whether a file may hold a key of the changes, by its statistics and partition values. */
  static boolean mayHold(DataFile file, MergeShape shape, TableLayout table, KeyRanges ranges) {
    FileColumn[] partitions = partitions(file, shape, table);
    JsonNode stats = statistics(file);
    KeyBounds bounds = new KeyBounds();
    for (int key : shape.probed()) {
      ColumnType type = shape.payload().type(key);
      if (partitions[key] != null) {
        Object value = partitions[key].constant();
        bounds.add(type, value, value);
      } else {
        String name = shape.name(key);
        bounds.add(
            type,
            Constants.statistic(type, stats.path("minValues").path(name), false),
            Constants.statistic(type, stats.path("maxValues").path(name), true));
      }
    }
    return ranges.meets(bounds.low(), bounds.high());
  }

  private static JsonNode statistics(DataFile file) {
    try {
      return file.statsJson() == null || file.statsJson().isEmpty()
          ? MAPPER.createObjectNode()
          : MAPPER.readTree(file.statsJson());
    } catch (JsonProcessingException e) {
      // Statistics are a hint; without them the file itself is read.
      return MAPPER.createObjectNode();
    }
  }

  /** Whether a row group may hold a key of the changes, by its footer. */
  boolean mayHold(int rowGroup, KeyRanges ranges) {
    BlockMetaData block = footer.getBlocks().get(rowGroup);
    KeyBounds bounds = new KeyBounds();
    for (int key : shape.probed()) {
      FileColumn column = columns[key];
      if (!column.isStored()) {
        bounds.add(column.type, column.constant(), column.constant());
        continue;
      }
      Statistics<?> statistics = chunk(block, column).getStatistics();
      if (statistics == null || !statistics.hasNonNullValue()) {
        bounds.add(column.type, null, null);
      } else {
        bounds.add(
            column.type,
            column.bound(statistics.genericGetMin()),
            column.bound(statistics.genericGetMax()));
      }
    }
    return ranges.meets(bounds.low(), bounds.high());
  }

  static ColumnChunkMetaData chunk(BlockMetaData block, FileColumn column) {
    String name = column.descriptor.getPath()[0];
    for (ColumnChunkMetaData chunk : block.getColumns()) {
      if (chunk.getPath().size() == 1 && chunk.getPath().toDotString().equals(name)) {
        return chunk;
      }
    }
    throw new IllegalStateException("a row group lacks column " + name);
  }

  List<BlockMetaData> rowGroups() {
    return footer.getBlocks();
  }

  /** The position in the file of a row group's first row. */
  long firstRow(int rowGroup) {
    long first = 0;
    for (int i = 0; i < rowGroup; i++) {
      first += rowGroups().get(i).getRowCount();
    }
    return first;
  }

  /** The deleted rows of a row group, relative to its first one. */
  int[] deletedIn(int rowGroup) {
    long first = firstRow(rowGroup);
    int from = position(first);
    int to = position(first + rowGroups().get(rowGroup).getRowCount());
    int[] rows = new int[to - from];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (int) (deleted[from + i] - first);
    }
    return rows;
  }

  private int position(long row) {
    int found = Arrays.binarySearch(deleted, row);
    return found < 0 ? -found - 1 : found;
  }

  /** Whether a change has this file's partition values. */
  boolean samePartition(TableLayout table, byte[] change) {
    int start = Change.payload(change);
    for (int column : table.partitionColumns()) {
      if (!columns[column].isConstant(shape.payload(), change, start, column)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }

  /** Lowest and highest sortable key, as far as the leading key columns have bounds. */
  private static final class KeyBounds {
    private final Bytes low = new Bytes(32);
    private final Bytes high = new Bytes(32);
    private boolean lowEnded;
    private boolean highEnded;

    void add(ColumnType type, @Nullable Object minimum, @Nullable Object maximum) {
      lowEnded |= minimum == null;
      highEnded |= maximum == null;
      if (!lowEnded) {
        Constants.addSortable(low, type, minimum);
      }
      if (!highEnded) {
        Constants.addSortable(high, type, maximum);
      }
    }

    /** A prefix of a lowest key is not above it. */
    byte[] low() {
      return low.toArray();
    }

    /** Null for no bound; a bound that ended early is raised above all that it begins. */
    byte @Nullable [] high() {
      if (!highEnded) {
        return high.toArray();
      }
      for (int i = high.size - 1; i >= 0; i--) {
        if (high.array[i] != (byte) 0xFF) {
          byte[] successor = Arrays.copyOf(high.array, i + 1);
          successor[i]++;
          return successor;
        }
      }
      return null;
    }
  }
}
