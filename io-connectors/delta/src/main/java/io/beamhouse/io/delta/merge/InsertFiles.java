package io.beamhouse.io.delta.merge;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.step.DurableSteps;
import io.beamhouse.io.delta.log.NewFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.schema.MessageType;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Writes changes as new rows: one file for each partition, in key order so that row groups hold
 * narrow ranges of keys.
 */
final class InsertFiles {
  /** Encoded bytes of the changes of a row group, which compress to 8 to 16 MB. */
  private static final long ROW_GROUP_BYTES = 40L << 20;

  private final MergePlan plan;

  InsertFiles(MergePlan plan) {
    this.plan = plan;
  }

  /** Writes {@code changes}, which it sorts. */
  List<NewFile> write(List<byte[]> changes) throws IOException {
    Map<String, List<byte[]>> byPartition = new TreeMap<>();
    Map<String, Map<String, @Nullable String>> partitions = new LinkedHashMap<>();
    changes.sort(Change.BY_KEY_AND_ORDER);
    for (byte[] change : changes) {
      int missing = NewFileWriter.nullAmongRequired(plan, change);
      if (missing >= 0) {
        throw new DataRefusedException(NewFileWriter.refusal(plan, missing));
      }
      if (plan.layout().partitionColumns().length > 0) {
        Map<String, @Nullable String> values = partition(change);
        String directory = values.toString();
        partitions.putIfAbsent(directory, values);
        byPartition.computeIfAbsent(directory, any -> new ArrayList<>()).add(change);
      }
    }
    if (plan.layout().partitionColumns().length == 0) {
      return changes.isEmpty() ? List.of() : List.of(write(changes, Map.of()));
    }
    List<NewFile> files = new ArrayList<>();
    for (Map.Entry<String, List<byte[]>> entry : byPartition.entrySet()) {
      files.add(write(entry.getValue(), partitions.get(entry.getKey())));
    }
    return files;
  }

  private Map<String, @Nullable String> partition(byte[] change) {
    Map<String, @Nullable String> values = new LinkedHashMap<>();
    int start = Change.payload(change);
    for (int i = 0; i < plan.layout().partitionColumns().length; i++) {
      values.put(
          plan.layout().partitionNames().get(i),
          Constants.partitionValue(
              plan.shape().payload(), change, start, plan.layout().partitionColumns()[i]));
    }
    return values;
  }

  private NewFile write(List<byte[]> changes, Map<String, @Nullable String> partition)
      throws IOException {
    MessageType schema = plan.layout().parquetSchema();
    NewFileWriter files = new NewFileWriter(plan);
    try (NewFileWriter.Open file = files.open(partition, schema)) {
      int from = 0;
      while (from < changes.size()) {
        int to = from;
        long bytes = 0;
        while (to < changes.size() && bytes < ROW_GROUP_BYTES) {
          bytes += changes.get(to++).length;
        }
        rowGroup(file.out(), changes.subList(from, to));
        from = to;
      }
      DurableSteps.before(NewFileWriter.STEP);
      NewFile written = file.finish(Map.of());
      DurableSteps.after(NewFileWriter.STEP);
      return written;
    }
  }

  private void rowGroup(RowGroupWriter out, List<byte[]> changes) throws IOException {
    out.start(changes.size());
    for (int i = 0; i < plan.layout().dataColumns().length; i++) {
      ColumnDescriptor into = out.schema().getColumns().get(i);
      int column = plan.layout().dataColumns()[i];
      out.column(into, true, (writer, store) -> column(writer, store, changes, column, into));
    }
    out.end();
  }

  private void column(
      ColumnWriter out,
      ColumnWriteStore store,
      List<byte[]> changes,
      int column,
      ColumnDescriptor into) {
    Payload payload = plan.shape().payload();
    ColumnType type = payload.type(column);
    Form form = Form.of(type, into.getPrimitiveType());
    int level = into.getMaxDefinitionLevel();
    for (byte[] change : changes) {
      int start = Change.payload(change);
      if (payload.isNull(change, start, column)) {
        out.writeNull(0, 0);
      } else if (type.fixed()) {
        long value = payload.getLong(change, start, column);
        form.write(out, value, level, into.getPrimitiveType());
      } else {
        form.write(
            out,
            change,
            payload.offset(change, start, column),
            payload.length(change, start, column),
            level,
            into.getPrimitiveType());
      }
      store.endRecord();
    }
  }
}
