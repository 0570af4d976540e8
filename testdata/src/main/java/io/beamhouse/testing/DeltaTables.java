package io.beamhouse.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamhouse.core.Evolving;
import io.delta.kernel.Scan;
import io.delta.kernel.Snapshot;
import io.delta.kernel.Table;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.ScanImpl;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.internal.data.ScanStateRow;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Reads a Delta table with Delta Kernel alone, so that a test does not judge Beamhouse's writer by
 * Beamhouse's reader.
 *
 * <p>Holds everything it returns in memory: for tests. Each call looks at the table anew.
 */
@Evolving
public final class DeltaTables {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Path path;
  private final OptionalLong version;

  private DeltaTables(Path path, OptionalLong version) {
    this.path = path;
    this.version = version;
  }

  /**
   * One active data file.
   *
   * @param path as a URI
   * @param partition values by column, as the log holds them; a null is absent
   * @param statistics the log's JSON; empty when there is none
   * @param deletionVector whether rows of the file are deleted by one
   */
  @Evolving
  public record DataFile(
      String path,
      long bytes,
      Map<String, String> partition,
      String statistics,
      boolean deletionVector) {}

  /**
   * One commit that the log still holds as JSON.
   *
   * @param info the commitInfo action; empty object when there is none
   * @param actions all actions in order
   */
  @Evolving
  public record Commit(long version, JsonNode info, List<JsonNode> actions) {}

  /** Returns the newest state of the table at a local path or a Hadoop URI. */
  public static DeltaTables at(String path) {
    return new DeltaTables(new Path(path), OptionalLong.empty());
  }

  /** Returns the newest state of the table at a local path. */
  public static DeltaTables at(java.nio.file.Path path) {
    return at(path.toUri().toString());
  }

  /** Returns the table as it was at a version. */
  public DeltaTables asOf(long atVersion) {
    return new DeltaTables(path, OptionalLong.of(atVersion));
  }

  public boolean exists() {
    try {
      return fileSystem().exists(new Path(path, "_delta_log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public long version() {
    return snapshot(engine()).getVersion();
  }

  public Schema schema() {
    return KernelRows.schema(snapshot(engine()).getSchema());
  }

  public List<String> partitionColumns() {
    return snapshot(engine()).getPartitionColumnNames();
  }

  /** Returns the table properties. */
  public Map<String, String> properties() {
    return new TreeMap<>(((SnapshotImpl) snapshot(engine())).getMetadata().getConfiguration());
  }

  /** Returns the table's id, which a re-created table does not share. */
  public String id() {
    return ((SnapshotImpl) snapshot(engine())).getMetadata().getId();
  }

  /** Returns the newest version that the application has written; empty when it never did. */
  public OptionalLong transactionVersion(String applicationId) {
    Engine engine = engine();
    Optional<Long> newest =
        ((SnapshotImpl) snapshot(engine)).getLatestTransactionVersion(engine, applicationId);
    return newest.map(OptionalLong::of).orElseGet(OptionalLong::empty);
  }

  /** Returns every row, in no particular order. */
  public List<Row> rows() {
    Engine engine = engine();
    Snapshot snapshot = snapshot(engine);
    return rows(engine, snapshot, snapshot.getSchema());
  }

  /** Returns every row with these top-level columns only. */
  public List<Row> rows(String... columns) {
    Engine engine = engine();
    Snapshot snapshot = snapshot(engine);
    List<StructField> fields = new ArrayList<>();
    for (String column : columns) {
      if (snapshot.getSchema().indexOf(column) < 0) {
        throw new IllegalArgumentException(
            "no column '" + column + "'; there are " + snapshot.getSchema().fieldNames());
      }
      fields.add(snapshot.getSchema().get(column));
    }
    return rows(engine, snapshot, new StructType(fields));
  }

  private static List<Row> rows(Engine engine, Snapshot snapshot, StructType columns) {
    Schema schema = KernelRows.schema(columns);
    Scan scan = snapshot.getScanBuilder().withReadSchema(columns).build();
    io.delta.kernel.data.Row state = scan.getScanState(engine);
    StructType physical = ScanStateRow.getPhysicalDataReadSchema(engine, state);
    List<Row> rows = new ArrayList<>();
    try (CloseableIterator<FilteredColumnarBatch> files = scan.getScanFiles(engine)) {
      for (io.delta.kernel.data.Row file : scanFiles(files)) {
        FileStatus status = InternalScanFileUtils.getAddFileStatus(file);
        CloseableIterator<ColumnarBatch> data =
            engine
                .getParquetHandler()
                .readParquetFiles(
                    Utils.singletonCloseableIterator(status), physical, Optional.empty());
        try (CloseableIterator<FilteredColumnarBatch> batches =
            Scan.transformPhysicalData(engine, state, file, data)) {
          while (batches.hasNext()) {
            KernelRows.addAll(batches.next(), schema, rows);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }

  /** Returns the active data files. */
  public List<DataFile> files() {
    Engine engine = engine();
    ScanImpl scan = (ScanImpl) snapshot(engine).getScanBuilder().build();
    List<DataFile> found = new ArrayList<>();
    try (CloseableIterator<FilteredColumnarBatch> files = scan.getScanFiles(engine, true)) {
      for (io.delta.kernel.data.Row file : scanFiles(files)) {
        found.add(dataFile(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  private static DataFile dataFile(io.delta.kernel.data.Row file) {
    FileStatus status = InternalScanFileUtils.getAddFileStatus(file);
    io.delta.kernel.data.Row add = file.getStruct(InternalScanFileUtils.ADD_FILE_ORDINAL);
    int stats = InternalScanFileUtils.ADD_FILE_STATS_ORDINAL;
    Map<String, String> partition = new TreeMap<>();
    InternalScanFileUtils.getPartitionValues(file)
        .forEach(
            (name, value) -> {
              if (value != null) {
                partition.put(name, value);
              }
            });
    return new DataFile(
        status.getPath(),
        status.getSize(),
        partition,
        add.isNullAt(stats) ? "" : add.getString(stats),
        InternalScanFileUtils.getDeletionVectorDescriptorFromRow(file) != null);
  }

  /** Returns the commits that the log still holds, oldest first. */
  public List<Commit> commits() {
    List<Commit> commits = new ArrayList<>();
    try {
      for (org.apache.hadoop.fs.FileStatus file :
          fileSystem().listStatus(new Path(path, "_delta_log"))) {
        String name = file.getPath().getName();
        if (name.matches("\\d{20}\\.json")) {
          commits.add(commit(Long.parseLong(name.substring(0, 20)), file.getPath()));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    commits.sort(Comparator.comparingLong(Commit::version));
    return commits.stream()
        .filter(commit -> version.isEmpty() || commit.version() <= version.getAsLong())
        .toList();
  }

  private Commit commit(long number, Path file) throws IOException {
    List<JsonNode> actions = new ArrayList<>();
    JsonNode info = MAPPER.createObjectNode();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(fileSystem().open(file), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode action = MAPPER.readTree(line);
        actions.add(action);
        info = action.has("commitInfo") ? action.get("commitInfo") : info;
      }
    }
    return new Commit(number, info, actions);
  }

  private static List<io.delta.kernel.data.Row> scanFiles(
      CloseableIterator<FilteredColumnarBatch> batches) throws IOException {
    List<io.delta.kernel.data.Row> files = new ArrayList<>();
    while (batches.hasNext()) {
      try (CloseableIterator<io.delta.kernel.data.Row> rows = batches.next().getRows()) {
        rows.forEachRemaining(files::add);
      }
    }
    return files;
  }

  private Snapshot snapshot(Engine engine) {
    Table table = Table.forPath(engine, path.toString());
    return version.isPresent()
        ? table.getSnapshotAsOfVersion(engine, version.getAsLong())
        : table.getLatestSnapshot(engine);
  }

  private static Engine engine() {
    return DefaultEngine.create(new Configuration());
  }

  private FileSystem fileSystem() throws IOException {
    return path.getFileSystem(new Configuration());
  }
}
