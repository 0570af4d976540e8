package io.beamhouse.io.delta.data;

import io.beamhouse.core.Internal;
import io.beamhouse.io.delta.log.DataFile;
import io.beamhouse.io.delta.log.DeltaLog;
import io.beamhouse.io.delta.log.TableSnapshot;
import io.beamhouse.io.parquet.ParquetRowReader;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.beam.sdk.values.Row;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.metadata.BlockMetaData;

/**
 * Reads data files of a table as its rows: deleted rows left out, partition columns filled in,
 * columns that an old file lacks null.
 *
 * <p>Holds one row group of the wanted columns and the deleted positions of one file in memory.
 */
@Internal
public final class TableFileReader implements Serializable {
  private final String table;
  private final Schema rows;
  private final Schema fileColumns;
  private final List<Slot> slots;

  /** Where the value of one column comes from: a position in the file's rows, or the partition. */
  private record Slot(Field column, int inFile, String partitionColumn) implements Serializable {}

  /**
   * @param columns to be read, in this order
   */
  public TableFileReader(TableSnapshot snapshot, List<String> columns) {
    this.table = snapshot.path();
    this.slots = new ArrayList<>();
    Schema.Builder wanted = Schema.builder();
    Schema.Builder inFiles = Schema.builder();
    int position = 0;
    for (String name : columns) {
      Field column = snapshot.schema().getField(name);
      Field physical = snapshot.physicalSchema().getField(snapshot.schema().indexOf(name));
      wanted.addField(column);
      if (snapshot.partitionColumns().contains(name)) {
        slots.add(new Slot(column, -1, physical.getName()));
      } else {
        slots.add(new Slot(column, position++, null));
        inFiles.addField(physical);
      }
    }
    this.rows = wanted.build();
    this.fileColumns = inFiles.build();
  }

  /** The schema of the rows. */
  public Schema rows() {
    return rows;
  }

  /** Hands each row of {@code file} to {@code out}. */
  public void read(DataFile file, Consumer<Row> out) {
    read(new FileTask(file, 0, Long.MAX_VALUE), out);
  }

  /** Hands each row of {@code task} to {@code out}. */
  public void read(FileTask task, Consumer<Row> out) {
    Path path = new Path(task.file().path());
    long[] deleted = DeltaLog.at(table).deletedRows(task.file());
    UnaryOperator<Row> shape = shape(task);
    if (task.wholeFile()) {
      try (ParquetRowReader reader = ParquetRowReader.read(path, fileColumns)) {
        read(reader, 0, deleted, shape, out);
      }
      return;
    }
    List<BlockMetaData> groups = ParquetRowReader.footer(path).getBlocks();
    int first = 0;
    long base = 0;
    while (first < groups.size() && groups.get(first).getStartingPos() < task.from()) {
      base += groups.get(first++).getRowCount();
    }
    int end = first;
    while (end < groups.size() && groups.get(end).getStartingPos() < task.to()) {
      end++;
    }
    if (first < end) {
      try (ParquetRowReader reader = ParquetRowReader.read(path, fileColumns, first, end)) {
        read(reader, base, deleted, shape, out);
      }
    }
  }

  private static void read(
      ParquetRowReader reader,
      long base,
      long[] deleted,
      UnaryOperator<Row> shape,
      Consumer<Row> out) {
    int at = Arrays.binarySearch(deleted, base);
    int next = at < 0 ? -at - 1 : at;
    for (long position = base; reader.hasNext(); position++) {
      Row row = reader.next();
      if (next < deleted.length && deleted[next] == position) {
        next++;
      } else {
        out.accept(shape.apply(row));
      }
    }
  }

  private UnaryOperator<Row> shape(FileTask task) {
    if (rows.equals(fileColumns)) {
      return UnaryOperator.identity();
    }
    Object[] constants = new Object[slots.size()];
    for (int i = 0; i < constants.length; i++) {
      Slot slot = slots.get(i);
      if (slot.inFile < 0) {
        constants[i] =
            PartitionValues.parse(
                slot.column.getName(),
                slot.column.getType(),
                task.file().partitionValues().get(slot.partitionColumn));
      }
    }
    List<UnaryOperator<Object>> names =
        slots.stream()
            .map(s -> s.inFile < 0 ? null : ColumnNames.renaming(s.column.getType()))
            .toList();
    return row -> {
      Object[] values = constants.clone();
      for (int i = 0; i < values.length; i++) {
        int inFile = slots.get(i).inFile;
        if (inFile >= 0) {
          Object value = row.getValue(inFile);
          UnaryOperator<Object> renaming = names.get(i);
          values[i] = value == null || renaming == null ? value : renaming.apply(value);
        }
      }
      return Row.withSchema(rows).attachValues(Arrays.asList(values));
    };
  }
}
