package io.beamhouse.transforms;

import io.beamhouse.core.error.DataRefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.CoderRegistry;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.coders.ListCoder;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.values.Row;

/** A small table in memory, found by key: columns of the key first, then what is looked up. */
final class LookupTable {
  private final List<Row> rows;
  private final Map<Object, List<Object>> byKey;

  /**
   * @param keys how many of the columns are the key; rows with a null there are found by nobody
   */
  LookupTable(List<Row> rows, int keys) {
    this.rows = rows;
    byKey = new HashMap<>(rows.size() * 2);
    int again = 0;
    for (Row row : rows) {
      Object key = key(row.getValues(), keys);
      if (key != null) {
        List<Object> found = row.getValues().subList(keys, row.getFieldCount());
        again += byKey.put(key, found) == null ? 0 : 1;
      }
    }
    if (again > 0) {
      throw new DataRefusedException(
          again
              + " row(s) of the table of LookupRows have a key that another row has, so that it is"
              + " open which one is meant. Make 'keys' name a key of the table, or make its rows"
              + " unique before.");
    }
  }

  /** Returns what stands beside {@code key}, made by {@link #key}; null when nothing does. */
  List<Object> find(Object key) {
    return byKey.get(key);
  }

  /** Returns the first {@code count} values as a key; null when one of them is. */
  static Object key(List<Object> values, int count) {
    if (count == 1) {
      return part(values.get(0));
    }
    Object[] key = new Object[count];
    for (int i = 0; i < count; i++) {
      key[i] = part(values.get(i));
      if (key[i] == null) {
        return null;
      }
    }
    return Arrays.asList(key);
  }

  /** Whole numbers are equal whatever their type. */
  private static Object part(Object value) {
    if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
      return ((Number) value).longValue();
    }
    return value instanceof BigDecimal decimal ? decimal.stripTrailingZeros() : value;
  }

  /** Collects the table; more than {@code maxRows} rows fail the run. */
  static final class CollectFn extends Combine.CombineFn<Row, List<Row>, LookupTable> {
    private final int keys;
    private final int maxRows;
    private final Schema schema;

    CollectFn(Schema schema, int keys, int maxRows) {
      this.schema = schema;
      this.keys = keys;
      this.maxRows = maxRows;
    }

    @Override
    public List<Row> createAccumulator() {
      return new ArrayList<>();
    }

    @Override
    public List<Row> addInput(List<Row> rows, Row row) {
      rows.add(row);
      return bounded(rows);
    }

    @Override
    public List<Row> mergeAccumulators(Iterable<List<Row>> parts) {
      List<Row> all = new ArrayList<>();
      for (List<Row> part : parts) {
        all.addAll(part);
        bounded(all);
      }
      return all;
    }

    private List<Row> bounded(List<Row> rows) {
      if (rows.size() > maxRows) {
        throw new DataRefusedException(
            "The table of LookupRows has more than "
                + maxRows
                + " rows, and each worker holds all of them. Join large tables with Sql, or raise"
                + " max_rows when there is memory for them.");
      }
      return rows;
    }

    @Override
    public LookupTable extractOutput(List<Row> rows) {
      return new LookupTable(rows, keys);
    }

    @Override
    public ListCoder<Row> getAccumulatorCoder(
        CoderRegistry registry, org.apache.beam.sdk.coders.Coder<Row> input) {
      return ListCoder.of(RowCoder.of(schema));
    }

    @Override
    public TableCoder getDefaultOutputCoder(
        CoderRegistry registry, org.apache.beam.sdk.coders.Coder<Row> input) {
      return new TableCoder(schema, keys);
    }
  }

  /** The rows; the index is built where they are read. */
  static final class TableCoder extends CustomCoder<LookupTable> {
    private final ListCoder<Row> rows;
    private final int keys;

    TableCoder(Schema schema, int keys) {
      rows = ListCoder.of(RowCoder.of(schema));
      this.keys = keys;
    }

    @Override
    public void encode(LookupTable table, OutputStream out) throws IOException {
      rows.encode(table.rows, out);
    }

    @Override
    public LookupTable decode(InputStream in) throws IOException {
      return new LookupTable(rows.decode(in), keys);
    }
  }
}
