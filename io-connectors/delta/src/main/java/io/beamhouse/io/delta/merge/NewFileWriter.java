package io.beamhouse.io.delta.merge;

import io.beamhouse.io.delta.log.NewFile;
import java.io.Closeable;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.schema.MessageType;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Makes data files under names of their own in the table's directories. A file that no commit names
 * is an orphan, which VACUUM removes.
 */
final class NewFileWriter {
  /** The durable step of a data file: written whole, known to nobody. */
  static final String STEP = "delta.data";

  private final MergePlan plan;

  NewFileWriter(MergePlan plan) {
    this.plan = plan;
  }

  Open open(Map<String, @Nullable String> partition, MessageType schema) throws IOException {
    String codec = plan.target().codec().name().toLowerCase(Locale.ROOT);
    String path =
        plan.layout().directory(partition) + "part-" + UUID.randomUUID() + "." + codec + ".parquet";
    Path absolute = new Path(plan.table().path(), path);
    return new Open(path, partition, new RowGroupWriter(absolute, schema, plan.target().codec()));
  }

  /** The first column that must not be null and is in {@code change}; -1 for none. */
  static int nullAmongRequired(MergePlan plan, byte[] change) {
    return nullAmong(plan, change, plan.layout().required());
  }

  /**
   * The same for a change of a stored row, which has the combined columns that must not be null.
   */
  static int nullForStored(MergePlan plan, byte[] change) {
    int[] required = plan.layout().required();
    return nullAmong(
        plan,
        change,
        plan.shape().combining().isEmpty()
            ? required
            : IntStream.of(required).filter(c -> !plan.shape().combining().has(c)).toArray());
  }

  private static int nullAmong(MergePlan plan, byte[] change, int[] required) {
    int start = Change.payload(change);
    for (int column : required) {
      if (plan.shape().payload().isNull(change, start, column)) {
        return column;
      }
    }
    return -1;
  }

  static String refusal(MergePlan plan, int column) {
    return "A change has no value for column '"
        + plan.shape().name(column)
        + "', which Delta table "
        + plan.table().path()
        + " does not let be null. Give it a value, or drop the table's NOT NULL.";
  }

  /** A file that is being written; closing it unfinished deletes it. */
  record Open(String path, Map<String, @Nullable String> partition, RowGroupWriter out)
      implements Closeable {
    NewFile finish(Map<String, String> metadata) throws IOException {
      RowGroupWriter.Written written = out.finish(metadata);
      return new NewFile(
          path, partition, written.bytes(), System.currentTimeMillis(), written.statsJson());
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
