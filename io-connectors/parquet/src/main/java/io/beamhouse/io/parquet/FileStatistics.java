package io.beamhouse.io.parquet;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamhouse.core.Internal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ColumnPath;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * Gathers a Parquet file's statistics from its row groups and prints them in Delta's form (Delta
 * protocol, "Per-file Statistics").
 *
 * <p>What is not known for every row group is left out, which readers take as "may hold anything":
 * bounds of floating columns with NaN or infinities, of binaries, booleans and times; everything
 * below arrays and maps. INT96 columns have no usable bounds in a footer; {@link #addInt96} takes
 * them by value. Not thread-safe.
 */
@Internal
public final class FileStatistics {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN).build();

  private final Map<ColumnPath, Leaf> leaves = new LinkedHashMap<>();
  private long rows;

  private FileStatistics(MessageType schema) {
    for (ColumnDescriptor column : schema.getColumns()) {
      leaves.put(
          ColumnPath.get(column.getPath()),
          new Leaf(column.getPrimitiveType(), column.getMaxRepetitionLevel() > 0));
    }
  }

  /** Starts the statistics of a file of {@code schema}. */
  public static FileStatistics of(MessageType schema) {
    return new FileStatistics(schema);
  }

  /** Returns the statistics of a whole file, but for bounds of INT96 columns. */
  public static FileStatistics of(ParquetMetadata footer) {
    FileStatistics statistics = new FileStatistics(footer.getFileMetaData().getSchema());
    footer.getBlocks().forEach(statistics::add);
    return statistics;
  }

  /** Adds one row group. */
  public void add(BlockMetaData rowGroup) {
    rows += rowGroup.getRowCount();
    for (ColumnChunkMetaData chunk : rowGroup.getColumns()) {
      Leaf leaf = leaves.get(chunk.getPath());
      if (leaf != null && !leaf.repeated) {
        leaf.add(chunk);
      }
    }
  }

  /** Takes one non-null value of an INT96 column; every value of the file has to be added. */
  public void addInt96(ColumnPath column, Binary value) {
    Leaf leaf = leaves.get(column);
    if (leaf == null || leaf.type.getPrimitiveTypeName() != PrimitiveTypeName.INT96) {
      throw new IllegalArgumentException("no INT96 column " + column);
    }
    leaf.addInt96(Int96.floorMicros(value), Int96.ceilMicros(value));
  }

  public long rows() {
    return rows;
  }

  /**
   * Prints {@code numRecords}, {@code minValues}, {@code maxValues} and {@code nullCount}.
   *
   * @param columns how many leading leaf columns to print; -1 for all
   */
  public String toJson(int columns) {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("numRecords", rows);
    ObjectNode minimum = root.putObject("minValues");
    ObjectNode maximum = root.putObject("maxValues");
    ObjectNode nulls = root.putObject("nullCount");
    int left = columns < 0 ? Integer.MAX_VALUE : columns;
    for (Map.Entry<ColumnPath, Leaf> entry : leaves.entrySet()) {
      if (left-- <= 0) {
        break;
      }
      Leaf leaf = entry.getValue();
      if (leaf.repeated) {
        continue;
      }
      String[] path = entry.getKey().toArray();
      if (leaf.nullsKnown) {
        parent(nulls, path).put(path[path.length - 1], leaf.nulls);
      }
      leaf.bounds()
          .ifPresent(
              bounds -> {
                parent(minimum, path).set(path[path.length - 1], bounds.minimum());
                parent(maximum, path).set(path[path.length - 1], bounds.maximum());
              });
    }
    try {
      return MAPPER.writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("statistics are plain JSON", e);
    }
  }

  private static ObjectNode parent(ObjectNode node, String[] path) {
    ObjectNode parent = node;
    for (int i = 0; i < path.length - 1; i++) {
      parent = parent.get(path[i]) instanceof ObjectNode child ? child : parent.putObject(path[i]);
    }
    return parent;
  }

  private static final class Leaf {
    private final PrimitiveType type;
    private final boolean repeated;
    private long nulls;
    private boolean nullsKnown = true;
    private boolean boundsKnown = true;
    private Object minimum;
    private Object maximum;

    Leaf(PrimitiveType type, boolean repeated) {
      this.type = type;
      this.repeated = repeated;
    }

    void add(ColumnChunkMetaData chunk) {
      Statistics<?> statistics = chunk.getStatistics();
      if (statistics == null || !statistics.isNumNullsSet()) {
        nullsKnown = false;
      } else {
        nulls += statistics.getNumNulls();
      }
      if (type.getPrimitiveTypeName() == PrimitiveTypeName.INT96) {
        return;
      }
      if (statistics != null && statistics.hasNonNullValue()) {
        extend(statistics.genericGetMin(), statistics.genericGetMax());
      } else if (statistics == null
          || !statistics.isNumNullsSet()
          || statistics.getNumNulls() != chunk.getValueCount()) {
        boundsKnown = false;
      }
    }

    void addInt96(long floor, long ceiling) {
      minimum = minimum == null ? floor : Math.min((Long) minimum, floor);
      maximum = maximum == null ? ceiling : Math.max((Long) maximum, ceiling);
    }

    Optional<StatisticsJson.Bounds> bounds() {
      return boundsKnown && minimum != null
          ? StatisticsJson.bounds(type, minimum, maximum)
          : Optional.empty();
    }

    private void extend(Object low, Object high) {
      if (minimum == null || type.<Object>comparator().compare(low, minimum) < 0) {
        minimum = low;
      }
      if (maximum == null || type.<Object>comparator().compare(high, maximum) > 0) {
        maximum = high;
      }
    }
  }
}
