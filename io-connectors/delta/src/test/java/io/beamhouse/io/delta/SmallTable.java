package io.beamhouse.io.delta;

import io.beamhouse.io.delta.data.FileLayout;
import io.beamhouse.io.delta.data.TableFileReader;
import io.beamhouse.io.delta.data.TableFileWriter;
import io.beamhouse.io.delta.log.CommitRequest;
import io.beamhouse.io.delta.log.DataFile;
import io.beamhouse.io.delta.log.DataFiles;
import io.beamhouse.io.delta.log.DeltaLog;
import io.beamhouse.io.delta.log.NewFile;
import io.beamhouse.io.delta.log.TableDefinition;
import io.beamhouse.io.delta.log.TableSnapshot;
import io.beamhouse.io.delta.log.WriterTransaction;
import io.beamhouse.io.parquet.ParquetWriteOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;

/** A table of many small commits, made without pipelines, which take longer than the commits. */
final class SmallTable {
  static final Schema SCHEMA =
      Schema.builder()
          .addInt64Field("id")
          .addNullableField("kind", FieldType.STRING)
          .addStringField("text")
          .build();

  final String path;

  private SmallTable(String path) {
    this.path = path;
  }

  static SmallTable create(Path directory, List<String> partitions, Map<String, String> more) {
    String path = directory.resolve("table").toString();
    DeltaLog.at(path).create(new TableDefinition(SCHEMA, partitions, more, null, null));
    return new SmallTable(path);
  }

  static Row row(long id, String kind) {
    return Row.withSchema(SCHEMA).addValues(id, kind, "text of " + id).build();
  }

  /** Rows {@code from} to {@code to} in one commit. */
  void append(long from, long to, String kind) {
    append(from, to, kind, 0);
  }

  /** As {@link #append(long, long, String)}, as transaction {@code run} of "app". */
  void append(long from, long to, String kind, long run) {
    TableSnapshot table = DeltaLog.at(path).latest();
    List<NewFile> files = new ArrayList<>();
    FileLayout layout =
        new FileLayout(
            table.path(),
            SCHEMA,
            SCHEMA,
            table.partitionColumns(),
            ParquetWriteOptions.defaults(),
            FileLayout.DEFAULT_TARGET_FILE_BYTES,
            8,
            1 << 20);
    try (TableFileWriter writer = new TableFileWriter(layout, file -> files.add(file.file()))) {
      for (long id = from; id < to; id++) {
        writer.write(row(id, kind));
      }
      writer.finish();
    }
    CommitRequest request = CommitRequest.on(table, "WRITE").withAdds(files).withBlindAppend();
    DeltaLog.at(path)
        .commit(run == 0 ? request : request.withTransaction(WriterTransaction.of("app", run)));
  }

  List<DataFile> files() {
    List<DataFile> all = new ArrayList<>();
    try (DataFiles files = DeltaLog.at(path).latest().files()) {
      files.forEachRemaining(all::add);
    }
    return all;
  }

  List<Long> ids() {
    return ids(DeltaLog.at(path).latest());
  }

  List<Long> ids(TableSnapshot snapshot) {
    List<Long> ids = new ArrayList<>();
    try (DataFiles files = snapshot.files()) {
      files.forEachRemaining(file -> ids.addAll(ids(snapshot, file)));
    }
    return ids.stream().sorted().toList();
  }

  static List<Long> ids(TableSnapshot snapshot, DataFile file) {
    TableFileReader reader = new TableFileReader(snapshot, List.of("id"));
    List<Long> ids = new ArrayList<>();
    reader.read(file, row -> ids.add(row.getInt64(0)));
    return ids;
  }
}
