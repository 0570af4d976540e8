package io.beamhouse.io.delta.log;

import io.beamhouse.core.Internal;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.schemas.Schema;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A table to be created.
 *
 * @param schema of the rows; field descriptions become column comments, nullability is kept
 * @param partitionColumns in order; empty for none
 * @param properties Delta table properties, {@code delta.*} ones are checked
 * @param comment the table's description
 * @param plainDecimal precision and scale for decimals that have none, such as {@code
 *     RowTypes.decimal(38, 18)}; null refuses them
 */
@Internal
public record TableDefinition(
    Schema schema,
    List<String> partitionColumns,
    Map<String, String> properties,
    @Nullable String comment,
    Schema.@Nullable FieldType plainDecimal)
    implements Serializable {
  public TableDefinition {
    partitionColumns = List.copyOf(partitionColumns);
    properties = new TreeMap<>(properties);
  }

  /** A table without partitions, properties or comment. */
  public static TableDefinition of(Schema schema) {
    return new TableDefinition(schema, List.of(), Map.of(), null, null);
  }
}
