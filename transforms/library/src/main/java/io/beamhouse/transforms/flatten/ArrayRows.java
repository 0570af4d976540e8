package io.beamhouse.transforms.flatten;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.beam.sdk.values.Row;

/** An array whose elements become rows of a child table. */
final class ArrayRows implements Node {
  private final TableLayout table;
  private final Node element;
  private final int count;
  private final boolean nullable;
  private final int index;
  private final List<ValuePath> naturalKey;
  private final byte[] path;

  /**
   * @param count column of the parent that tells null from empty, -1 for none
   * @param index column of the position
   * @param naturalKey of an element; empty when the position is the key
   */
  ArrayRows(
      TableLayout table,
      Node element,
      int count,
      boolean nullable,
      int index,
      List<ValuePath> naturalKey) {
    this.table = table;
    this.element = element;
    this.count = count;
    this.nullable = nullable;
    this.index = index;
    this.naturalKey = naturalKey;
    this.path = table.path().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void write(Object value, FlatRow row) {
    if (value == null) {
      return;
    }
    FlatRow child = row.child(table);
    Set<String> seen = naturalKey.isEmpty() ? null : new HashSet<>();
    int position = 0;
    for (Object one : (Iterable<?>) value) {
      child.start();
      KeyHash hash = row.beginChildKey(path);
      if (seen == null) {
        hash.index(position);
      } else {
        natural(one, hash);
      }
      String key = child.setKeys(row, hash);
      if (seen != null && !seen.add(key)) {
        throw new BadRowException(
            "child_keys: " + table.path(), "two elements of " + table.path() + " have one key");
      }
      child.set(index, position++);
      element.write(one, child);
      child.finish();
    }
    if (count >= 0) {
      row.set(count, position);
    }
  }

  private void natural(Object one, KeyHash hash) {
    for (ValuePath part : naturalKey) {
      Object value = part.indexes().isEmpty() || one == null ? one : part.of((Row) one);
      if (value == null) {
        throw new BadRowException(
            "child_keys: " + table.path(),
            "the key " + part.path() + " of an element of " + table.path() + " is null");
      }
      hash.value(value);
    }
  }

  @Override
  public Object read(StoredRow row) {
    Collection<StoredRow> children = row.children(table);
    Integer expected = count < 0 ? Integer.valueOf(children.size()) : (Integer) row.get(count);
    if (expected == null && nullable && children.isEmpty()) {
      return null;
    }
    if (expected == null || expected != children.size()) {
      throw new BadRowException(
          "count: " + table.path(),
          table.path()
              + " has "
              + children.size()
              + " rows in table "
              + table.name()
              + " and should have "
              + expected);
    }
    Object[] values = new Object[expected];
    boolean[] present = new boolean[expected];
    for (StoredRow child : children) {
      Integer position = (Integer) child.get(index);
      if (position == null || position < 0 || position >= expected || present[position]) {
        throw new BadRowException(
            "index: " + table.path(),
            "table " + table.name() + " has not one row for each position of " + table.path());
      }
      present[position] = true;
      values[position] = element.read(child);
    }
    return new ArrayList<>(java.util.Arrays.asList(values));
  }
}
