package io.beamhouse.transforms;

import io.beamhouse.core.error.Problems;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.beam.sdk.values.Row;

/**
 * Orders rows by some columns, then by all others from left to right, so that only equal rows tie.
 * The row that comes first is the greatest; nulls come last either way.
 */
final class RowOrder implements Comparator<Row>, Serializable {
  private final int[] columns;
  private final boolean[] descending;

  private RowOrder(int[] columns, boolean[] descending) {
    this.columns = columns;
    this.descending = descending;
  }

  /**
   * @param order {@code column}, {@code column asc} or {@code column desc}, the first one most
   * @param problems takes what is wrong with {@code order}
   */
  static RowOrder of(List<String> order, Schema schema, Problems problems) {
    Set<Integer> columns = new LinkedHashSet<>();
    boolean[] descending = new boolean[schema.getFieldCount()];
    for (String item : order) {
      String text = item.strip();
      String lower = text.toLowerCase(Locale.ROOT);
      boolean down = lower.endsWith(" desc");
      String column =
          (down || lower.endsWith(" asc") ? text.substring(0, text.lastIndexOf(' ')) : text)
              .strip();
      if (!schema.hasField(column)) {
        problems.add("order_by", TopRows.unknown(column, schema));
      } else if (schema.getField(column).getType().getTypeName().isCompositeType()
          || schema.getField(column).getType().getTypeName().isCollectionType()
          || schema.getField(column).getType().getTypeName().isMapType()) {
        problems.add("order_by", "'" + column + "' is nested and has no order");
      } else if (!columns.add(schema.indexOf(column))) {
        problems.add("order_by", "has '" + column + "' twice");
      } else {
        descending[schema.indexOf(column)] = down;
      }
    }
    for (Field field : schema.getFields()) {
      columns.add(schema.indexOf(field.getName()));
    }
    int[] indexes = columns.stream().mapToInt(i -> i).toArray();
    return new RowOrder(indexes, descending);
  }

  @Override
  public int compare(Row left, Row right) {
    for (int column : columns) {
      Object a = left.getValue(column);
      Object b = right.getValue(column);
      int order;
      if (a == null || b == null) {
        order = a == b ? 0 : a == null ? 1 : -1;
      } else {
        order = descending[column] ? values(b, a) : values(a, b);
      }
      if (order != 0) {
        return -order;
      }
    }
    return 0;
  }

  @SuppressWarnings("unchecked") // values of one column have one class
  private static int values(Object a, Object b) {
    if (a instanceof Comparable<?>) {
      return ((Comparable<Object>) a).compareTo(b);
    }
    if (a instanceof byte[] bytes) {
      return Arrays.compareUnsigned(bytes, (byte[]) b);
    }
    return a.toString().compareTo(b.toString());
  }
}
