package io.beamhouse.io.delta.data;

import io.beamhouse.core.Internal;
import io.beamhouse.core.error.StorageFailedException;
import io.beamhouse.core.step.DurableSteps;
import io.beamhouse.io.core.storage.Storage;
import io.beamhouse.io.delta.log.NewFile;
import io.beamhouse.io.parquet.ParquetRowWriter;
import io.beamhouse.io.parquet.WrittenParquet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;
import org.apache.hadoop.fs.Path;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes rows to data files of a table, one open file per partition value up to a bound.
 *
 * <p>Files have random names and are unknown to the table until a commit names them, so an attempt
 * that fails leaves nothing visible. Durable step: {@code delta.data}, each file closed. Memory:
 * {@link FileLayout#maxBufferedBytes} and a little for each open file. Rows of further partitions
 * are put aside in the JVM's temporary directory and written afterwards, so that each partition
 * gets one file however the rows are ordered. Not thread-safe.
 */
@Internal
public final class TableFileWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TableFileWriter.class);

  /** How many rows pass between two looks at what is buffered. */
  private static final int ROWS_PER_CHECK = 100;

  /** Rows put aside are split by partition, so that each is read again a few times at most. */
  private static final int BUCKETS = 16;

  private final FileLayout layout;
  private final Consumer<WrittenFile> closed;
  private final Schema fileColumns;
  private final UnaryOperator<Row> values;
  private final int[] partitionSource;
  private final FieldType[] partitionTypes;
  private final List<UnaryOperator<Object>> partitionConverters = new ArrayList<>();
  private final Map<List<@Nullable String>, OpenFile> open = new LinkedHashMap<>();
  private final RowCoder coder;
  private final Set<RowSpill> undone = new HashSet<>();
  private RowSpill[] spills = new RowSpill[BUCKETS];
  private int level;
  private long rows;

  private record OpenFile(String name, ParquetRowWriter writer) {}

  /**
   * @param closed gets each file when it is whole
   */
  public TableFileWriter(FileLayout layout, Consumer<WrittenFile> closed) {
    this.layout = layout;
    this.closed = closed;
    this.coder = RowCoder.of(layout.rows());
    this.fileColumns = layout.fileColumns();
    this.values = StoredValues.rows(layout.rows(), fileColumns);
    int count = layout.partitionColumns().size();
    this.partitionSource = new int[count];
    this.partitionTypes = new FieldType[count];
    for (int i = 0; i < count; i++) {
      String column = layout.partitionColumns().get(i);
      partitionTypes[i] = layout.columns().getField(column).getType();
      boolean given = layout.rows().hasField(column);
      partitionSource[i] = given ? layout.rows().indexOf(column) : -1;
      partitionConverters.add(
          given
              ? StoredValues.converter(layout.rows().getField(column).getType(), partitionTypes[i])
              : null);
    }
  }

  /**
   * Adds a row of {@link FileLayout#rows}.
   *
   * @throws io.beamhouse.core.error.DataRefusedException when a value does not fit its column
   */
  public void write(Row row) {
    List<@Nullable String> partition = partition(row);
    OpenFile file = open.get(partition);
    if (file == null) {
      if (open.size() >= layout.maxOpenFiles()) {
        putAside(partition, row);
        return;
      }
      file = create(partition);
      open.put(partition, file);
    }
    file.writer.write(values.apply(row));
    if (file.writer.rows() % ROWS_PER_CHECK == 0
        && file.writer.estimatedBytes() >= layout.targetFileBytes()) {
      open.remove(partition);
      finish(partition, file);
    }
    if (++rows % ROWS_PER_CHECK == 0 && buffered() > layout.maxBufferedBytes()) {
      finishLargest();
    }
  }

  private long buffered() {
    return open.values().stream().mapToLong(this::buffered).sum();
  }

  private long buffered(OpenFile file) {
    return Math.min(file.writer.estimatedBytes(), layout.parquet().rowGroupBytes());
  }

  private List<@Nullable String> partition(Row row) {
    String[] texts = new String[partitionSource.length];
    for (int i = 0; i < texts.length; i++) {
      Object value = partitionSource[i] < 0 ? null : row.getValue(partitionSource[i]);
      UnaryOperator<Object> converter = partitionConverters.get(i);
      texts[i] =
          PartitionValues.format(
              layout.partitionColumns().get(i),
              partitionTypes[i],
              value == null || converter == null ? value : converter.apply(value));
    }
    return Arrays.asList(texts);
  }

  private OpenFile create(List<@Nullable String> partition) {
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < partition.size(); i++) {
      name.append(PartitionValues.directory(layout.partitionColumns().get(i), partition.get(i)))
          .append('/');
    }
    name.append("part-")
        .append(UUID.randomUUID())
        .append('.')
        .append(layout.parquet().compression().name().toLowerCase(Locale.ROOT))
        .append(".parquet");
    return new OpenFile(
        name.toString(),
        ParquetRowWriter.create(path(name.toString()), fileColumns, layout.parquet()));
  }

  private Path path(String name) {
    // Not Path(parent, child): that reads a colon in the child as a scheme.
    return new Path(layout.path() + "/" + name);
  }

  /** Closing a file to open another would end in files of one row each where rows are unsorted. */
  private void putAside(List<@Nullable String> partition, Row row) {
    int bucket = Math.floorMod((partition.hashCode() ^ (level * 0x9E3779B9)) * 0x85EBCA6B, BUCKETS);
    RowSpill spill = spills[bucket];
    if (spill == null) {
      spill = new RowSpill(coder);
      spills[bucket] = spill;
      undone.add(spill);
    }
    spill.add(row);
  }

  /** Closes all files, then writes what was put aside, and hands all out. */
  public void finish() {
    while (!open.isEmpty()) {
      finishLargest();
    }
    RowSpill[] aside = spills;
    spills = new RowSpill[BUCKETS];
    level++;
    for (RowSpill spill : aside) {
      if (spill != null) {
        spill.forEach(this::write);
        undone.remove(spill);
        spill.close();
        finish();
      }
    }
    level--;
  }

  private void finishLargest() {
    List<@Nullable String> partition =
        open.entrySet().stream()
            .max(Comparator.comparingLong(e -> buffered(e.getValue())))
            .orElseThrow()
            .getKey();
    finish(partition, open.remove(partition));
  }

  private void finish(List<@Nullable String> partition, OpenFile file) {
    DurableSteps.before("delta.data");
    WrittenParquet written = file.writer.finish();
    DurableSteps.after("delta.data");
    Map<String, @Nullable String> partitionValues = new LinkedHashMap<>();
    for (int i = 0; i < partition.size(); i++) {
      partitionValues.put(layout.partitionColumns().get(i), partition.get(i));
    }
    closed.accept(
        new WrittenFile(
            new NewFile(
                file.name,
                partitionValues,
                written.bytes(),
                System.currentTimeMillis(),
                written.statsJson()),
            written.rows()));
  }

  /** Gives up what is still open; nobody has been told of those files. */
  @Override
  public void close() {
    for (OpenFile file : open.values()) {
      try {
        file.writer.close();
        Path path = path(file.name);
        Storage.of(path).delete(path, false);
      } catch (IOException | StorageFailedException e) {
        LOG.warn("cannot delete unfinished file {}; VACUUM will", file.name, e);
      }
    }
    open.clear();
    undone.forEach(RowSpill::close);
    undone.clear();
  }
}
