package io.beamhouse.io.delta.merge;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.step.DurableSteps;
import io.beamhouse.io.delta.log.NewFile;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.io.SeekableInputStream;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Writes a data file again with its altered rows: row groups without one are copied as they are,
 * the others column by column.
 *
 * <p>Columns keep the physical type that the file has, where that holds every value of the table's
 * type; a file that lacks a column gets it.
 */
final class FileRewrite {
  private final MergePlan plan;
  private final ChangeStore store;
  private final TargetFile target;
  private final List<Matches> matches;

  FileRewrite(MergePlan plan, ChangeStore store, TargetFile target, List<Matches> matches) {
    this.plan = plan;
    this.store = store;
    this.target = target;
    this.matches = matches;
  }

  /** Returns null when no row is left. */
  @Nullable NewFile write() throws IOException {
    long left = 0;
    for (int group = 0; group < matches.size(); group++) {
      left += target.rowGroups().get(group).getRowCount() - dropped(group).length;
    }
    if (left == 0) {
      return null;
    }
    MessageType schema = outputSchema();
    boolean copyable = schema.getFields().equals(target.schema.getFields());
    NewFileWriter files = new NewFileWriter(plan);
    try (NewFileWriter.Open file = files.open(target.file.partitionValues(), schema);
        SeekableInputStream raw = target.input.newStream()) {
      for (int group = 0; group < matches.size(); group++) {
        boolean untouched = !matches.get(group).alters() && target.deletedIn(group).length == 0;
        if (untouched && copyable) {
          copy(file.out(), raw, group);
        } else {
          rewrite(file.out(), group, dropped(group));
        }
      }
      DurableSteps.before(NewFileWriter.STEP);
      NewFile written = file.finish(target.footer.getFileMetaData().getKeyValueMetaData());
      DurableSteps.after(NewFileWriter.STEP);
      return written;
    }
  }

  /** The rows of a row group that go, ascending. */
  private int[] dropped(int group) {
    Matches found = matches.get(group);
    IntStream gone =
        IntStream.range(0, found.size)
            .filter(i -> found.alters(i) && !found.replaces(i))
            .map(i -> found.rows[i]);
    return IntStream.concat(gone, Arrays.stream(target.deletedIn(group))).sorted().toArray();
  }

  private MessageType outputSchema() {
    MessageType fresh = plan.layout().parquetSchema();
    Type[] fields = new Type[fresh.getFieldCount()];
    for (int i = 0; i < fields.length; i++) {
      Type type = fresh.getType(i);
      FileColumn column = target.columns[plan.layout().dataColumns()[i]];
      if (column.isStored()) {
        PrimitiveType stored = column.descriptor.getPrimitiveType();
        boolean sameNulls = stored.getRepetition() == type.getRepetition();
        fields[i] = column.keeps() && sameNulls ? stored : retyped(column, type, stored);
      } else {
        fields[i] = type;
      }
    }
    return new MessageType(target.schema.getName(), fields);
  }

  /** The table's nullability on the file's type where that can stay, else the table's type. */
  private static Type retyped(FileColumn column, Type fresh, PrimitiveType stored) {
    if (!column.keeps()) {
      return fresh;
    }
    var type = Types.primitive(stored.getPrimitiveTypeName(), fresh.getRepetition());
    if (stored.getLogicalTypeAnnotation() != null) {
      type = type.as(stored.getLogicalTypeAnnotation());
    }
    return type.length(stored.getTypeLength()).named(stored.getName());
  }

  private void copy(RowGroupWriter out, SeekableInputStream raw, int group) throws IOException {
    BlockMetaData block = target.rowGroups().get(group);
    out.copy(raw, block);
    for (int column : plan.layout().dataColumns()) {
      FileColumn source = target.columns[column];
      if (Int96Bounds.needed(source.descriptor)) {
        MessageType one = new MessageType("column", source.descriptor.getPrimitiveType());
        ColumnReadStoreImpl pages = RowCursor.open(target, group, one);
        Int96Bounds bounds = new Int96Bounds();
        bounds.addAll(pages.getColumnReader(source.descriptor), block.getRowCount());
        bounds.tell(out, source.descriptor);
      }
    }
  }

  private void rewrite(RowGroupWriter out, int group, int[] dropped) throws IOException {
    BlockMetaData block = target.rowGroups().get(group);
    Matches found = matches.get(group);
    int rows = Math.toIntExact(block.getRowCount());
    int window = FileMerge.window(block);
    ColumnReadStoreImpl pages = RowCursor.open(target, group, stored());
    Map<Integer, ColumnCopy> copies = new HashMap<>();
    for (int from = 0; from < rows; from += window) {
      int to = Math.min(rows, from + window);
      Edits edits = edits(found, dropped, from, to);
      if (edits.rowsLeft(to - from) > 0) {
        out.start(edits.rowsLeft(to - from));
      }
      for (int i = 0; i < plan.layout().dataColumns().length; i++) {
        int column = plan.layout().dataColumns()[i];
        ColumnDescriptor into = out.schema().getColumns().get(i);
        ColumnCopy copy =
            copies.computeIfAbsent(
                i, any -> new ColumnCopy(plan.shape(), column, target, pages, into));
        copy.write(out, hasDictionary(block, column), from, to, edits);
      }
      if (edits.rowsLeft(to - from) > 0) {
        out.end();
      }
    }
  }

  private MessageType stored() {
    return new MessageType(
        "stored",
        Arrays.stream(plan.layout().dataColumns())
            .mapToObj(column -> target.columns[column])
            .filter(FileColumn::isStored)
            .map(column -> (Type) column.descriptor.getPrimitiveType())
            .toList());
  }

  private boolean hasDictionary(BlockMetaData block, int column) {
    FileColumn source = target.columns[column];
    return !source.isStored() || TargetFile.chunk(block, source).hasDictionaryPage();
  }

  /** The edits of rows {@code from .. to} of a row group, their changes fetched. */
  private Edits edits(Matches found, int[] dropped, int from, int to) throws IOException {
    Edits edits = new Edits();
    int nextDropped = Arrays.binarySearch(dropped, from);
    nextDropped = nextDropped < 0 ? -nextDropped - 1 : nextDropped;
    int first = found.from(from);
    int last = found.from(to);
    byte[][] changes = fetch(found, first, last);
    for (int i = first; i < last; i++) {
      if (found.replaces(i)) {
        for (;
            nextDropped < dropped.length && dropped[nextDropped] < found.rows[i];
            nextDropped++) {
          edits.drop(dropped[nextDropped]);
        }
        boolean late = found.outcomes[i] == Matches.COMBINED;
        if (!late) {
          requireNotNull(changes[i - first]);
        }
        edits.replace(found.rows[i], changes[i - first], late);
      }
    }
    for (; nextDropped < dropped.length && dropped[nextDropped] < to; nextDropped++) {
      edits.drop(dropped[nextDropped]);
    }
    return edits;
  }

  private void requireNotNull(byte[] change) {
    int column = NewFileWriter.nullForStored(plan, change);
    if (column >= 0) {
      throw new DataRefusedException(NewFileWriter.refusal(plan, column));
    }
  }

  private byte[][] fetch(Matches found, int first, int last) throws IOException {
    byte[][] changes = new byte[last - first][];
    long[] missing = new long[last - first];
    int count = 0;
    for (int i = first; i < last; i++) {
      changes[i - first] = found.changes[i];
      if (found.replaces(i) && found.changes[i] == null) {
        missing[count++] = ((long) found.ordinals[i] << 32) | (i - first);
      }
    }
    Arrays.sort(missing, 0, count);
    int[] ordinals = new int[count];
    for (int i = 0; i < count; i++) {
      ordinals[i] = (int) (missing[i] >>> 32);
    }
    byte[][] fetched = store.fetch(ordinals, count);
    for (int i = 0; i < count; i++) {
      changes[(int) missing[i]] = fetched[i];
    }
    return changes;
  }
}
