package io.beamhouse.io.delta.log;

import io.beamhouse.core.Internal;
import io.beamhouse.core.error.Problems;
import io.delta.kernel.internal.SnapshotImpl;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.beam.sdk.schemas.Schema;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A table at one version; immutable, and serializable: it reads the log again where it arrives.
 *
 * <p>Not thread-safe while files are being iterated.
 */
@Internal
public final class TableSnapshot implements Serializable {
  private final String path;
  private final long version;
  private final String tableId;
  private final Schema schema;
  private final Schema physicalSchema;
  private final List<String> partitionColumns;
  private final TreeMap<String, String> properties;
  private transient @Nullable SnapshotImpl kernel;

  TableSnapshot(
      String path,
      long version,
      String tableId,
      Schema schema,
      Schema physicalSchema,
      List<String> partitionColumns,
      Map<String, String> properties,
      SnapshotImpl kernel) {
    this.path = path;
    this.version = version;
    this.tableId = tableId;
    this.schema = schema;
    this.physicalSchema = physicalSchema;
    this.partitionColumns = List.copyOf(partitionColumns);
    this.properties = new TreeMap<>(properties);
    this.kernel = kernel;
  }

  /** The table's root, with scheme. */
  public String path() {
    return path;
  }

  public long version() {
    return version;
  }

  /** UUID given at creation; a re-created table has another one. */
  public String tableId() {
    return tableId;
  }

  /** The columns, partition columns among them; descriptions are the column comments. */
  public Schema schema() {
    return schema;
  }

  /** The same columns, in the same order, by the names that they have in data files. */
  public Schema physicalSchema() {
    return physicalSchema;
  }

  public List<String> partitionColumns() {
    return partitionColumns;
  }

  /** Table properties as they stand in the log. */
  public Map<String, String> properties() {
    return Map.copyOf(properties);
  }

  /**
   * Whether columns have names in files other than their own ({@code delta.columnMapping.mode}).
   */
  public boolean columnMapped() {
    return !properties.getOrDefault("delta.columnMapping.mode", "none").equals("none");
  }

  /** Streams the data files, with statistics; to be closed. */
  public DataFiles files() {
    KernelTable table = KernelTable.at(path);
    return table.files(kernel(table));
  }

  /** The newest version that {@code appId} committed, nothing when it never did. */
  public OptionalLong transactionVersion(String appId) {
    KernelTable table = KernelTable.at(path);
    return table.transactionVersion(kernel(table), appId);
  }

  /**
   * Adds a problem for each difference between rows to be written and the columns. A nullable
   * column that the rows lack is no difference.
   *
   * @param storable the rows' schema as {@link DeltaLog#storable} gives it
   */
  public void differences(Schema storable, Problems problems) {
    SchemaDifferences.of(storable, schema, path, problems);
  }

  SnapshotImpl kernel(KernelTable table) {
    SnapshotImpl snapshot = kernel;
    if (snapshot == null) {
      snapshot = table.at(version);
      kernel = snapshot;
    }
    return snapshot;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TableSnapshot o
        && o.version == version
        && o.tableId.equals(tableId)
        && o.path.equals(path);
  }

  @Override
  public int hashCode() {
    return Objects.hash(path, version, tableId);
  }

  @Override
  public String toString() {
    return path + "@v" + version;
  }
}
