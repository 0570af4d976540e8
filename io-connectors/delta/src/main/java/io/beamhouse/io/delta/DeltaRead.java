package io.beamhouse.io.delta;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.Problems;
import io.beamhouse.io.delta.data.FileTask;
import io.beamhouse.io.delta.data.TableFileReader;
import io.beamhouse.io.delta.log.DataFiles;
import io.beamhouse.io.delta.log.DeltaLog;
import io.beamhouse.io.delta.log.TableSnapshot;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.display.DisplayData;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Reads one version of a Delta table.
 *
 * <p>Output: a bounded collection with the table's schema, in no order. The version is fixed when
 * the pipeline is built, so a retry reads the same rows; VACUUM may delete its files meanwhile,
 * which fails the read. Deletion vectors, column mapping, INT96 timestamps and columns added after
 * a file was written are honoured. A worker holds one row group of the wanted columns.
 *
 * <p>Errors: SourceFailedException when there is no such table or version, or when it uses a reader
 * feature that is not supported; SpecException for unknown columns.
 */
@Evolving
public final class DeltaRead extends PTransform<PBegin, PCollection<Row>> {
  /** Parts of large files are read in parallel. */
  private static final long TASK_BYTES = 64L << 20;

  private final String path;
  private final @Nullable Long version;
  private final @Nullable Instant timestamp;
  private final @Nullable List<String> columns;

  DeltaRead(
      String path,
      @Nullable Long version,
      @Nullable Instant timestamp,
      @Nullable List<String> columns) {
    this.path = path;
    this.version = version;
    this.timestamp = timestamp;
    this.columns = columns;
  }

  /** Reads {@code version} instead of the newest. */
  public DeltaRead withVersion(long value) {
    return new DeltaRead(path, value, null, columns);
  }

  /**
   * Reads the version that was the newest at {@code instant}; refused after the newest commit,
   * since another one could still change the answer.
   */
  public DeltaRead withTimestamp(Instant instant) {
    return new DeltaRead(path, null, instant, columns);
  }

  /** Reads these columns, in this order, instead of all. */
  public DeltaRead withColumns(List<String> names) {
    return new DeltaRead(path, version, timestamp, List.copyOf(names));
  }

  /** The version that would be read now; nothing when one was chosen. */
  Optional<Long> newest() {
    return version == null && timestamp == null
        ? Optional.of(DeltaLog.at(path).latest().version())
        : Optional.empty();
  }

  @Override
  public PCollection<Row> expand(PBegin begin) {
    TableSnapshot snapshot = snapshot();
    TableFileReader reader = new TableFileReader(snapshot, columns(snapshot));
    return begin
        .apply("Snapshot", Create.of(snapshot).withCoder(SerializableCoder.of(TableSnapshot.class)))
        .apply("ListFiles", ParDo.of(new ListFilesFn()))
        .setCoder(KvCoder.of(StringUtf8Coder.of(), SerializableCoder.of(FileTask.class)))
        .apply("Spread", GroupByKey.create())
        .apply("ReadFiles", ParDo.of(new ReadFilesFn(reader)))
        .setRowSchema(reader.rows());
  }

  private TableSnapshot snapshot() {
    DeltaLog log = DeltaLog.at(path);
    if (version != null) {
      return log.at(version);
    }
    return timestamp != null ? log.at(timestamp) : log.latest();
  }

  private List<String> columns(TableSnapshot snapshot) {
    List<String> known = snapshot.schema().getFieldNames();
    if (columns == null) {
      return known;
    }
    Problems problems = new Problems();
    for (String column : columns) {
      if (!known.contains(column)) {
        problems.add(
            "columns",
            "no column '"
                + column
                + "' in Delta table "
                + snapshot
                + " (columns: "
                + String.join(", ", known)
                + ")"
                + Problems.didYouMean(column, known));
      }
    }
    problems.throwIfAny();
    return columns;
  }

  @Override
  public void populateDisplayData(DisplayData.Builder builder) {
    builder.add(DisplayData.item("path", path).withLabel("Table"));
    if (version != null) {
      builder.add(DisplayData.item("version", version).withLabel("Version"));
    }
    if (timestamp != null) {
      builder.add(DisplayData.item("timestamp", timestamp.toString()).withLabel("Timestamp"));
    }
  }

  /** Lists the snapshot's files; a function of the snapshot, so a retry gives the same. */
  private static final class ListFilesFn extends DoFn<TableSnapshot, KV<String, FileTask>> {
    @ProcessElement
    public void process(@Element TableSnapshot snapshot, OutputReceiver<KV<String, FileTask>> out) {
      try (DataFiles files = snapshot.files()) {
        while (files.hasNext()) {
          for (FileTask task : FileTask.of(files.next(), TASK_BYTES)) {
            out.output(KV.of(task.key(), task));
          }
        }
      }
    }
  }

  /** Reads files; they never change, so a retry gives the same. */
  private static final class ReadFilesFn extends DoFn<KV<String, Iterable<FileTask>>, Row> {
    private final TableFileReader reader;

    ReadFilesFn(TableFileReader reader) {
      this.reader = reader;
    }

    @ProcessElement
    public void process(@Element KV<String, Iterable<FileTask>> tasks, OutputReceiver<Row> out) {
      for (FileTask task : tasks.getValue()) {
        reader.read(task, out::output);
      }
    }
  }
}
