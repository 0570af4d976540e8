package io.beamhouse.transforms.flatten;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** A map whose entries become rows of a child table. */
final class MapEntryRows implements Node {
  private final TableLayout table;
  private final int key;
  private final Node value;
  private final int count;
  private final boolean nullable;
  private final byte[] path;

  /**
   * @param key column of the entry's key
   * @param count column of the parent that tells null from empty, -1 for none
   */
  MapEntryRows(TableLayout table, int key, Node value, int count, boolean nullable) {
    this.table = table;
    this.key = key;
    this.value = value;
    this.count = count;
    this.nullable = nullable;
    this.path = table.path().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void write(Object map, FlatRow row) {
    if (map == null) {
      return;
    }
    Map<?, ?> entries = (Map<?, ?>) map;
    FlatRow child = row.child(table);
    for (Map.Entry<?, ?> entry : entries.entrySet()) {
      child.start();
      child.setKeys(row, row.beginChildKey(path).value(entry.getKey()));
      child.set(key, entry.getKey());
      value.write(entry.getValue(), child);
      child.finish();
    }
    if (count >= 0) {
      row.set(count, entries.size());
    }
  }

  @Override
  public Object read(StoredRow row) {
    Collection<StoredRow> children = row.children(table);
    Map<Object, Object> map = new LinkedHashMap<>();
    for (StoredRow child : children) {
      map.put(child.get(key), value.read(child));
    }
    Integer expected = count < 0 ? Integer.valueOf(children.size()) : (Integer) row.get(count);
    if (expected == null && nullable && children.isEmpty()) {
      return null;
    }
    if (expected == null || expected != map.size() || map.size() != children.size()) {
      throw new BadRowException(
          "count: " + table.path(),
          table.path()
              + " has "
              + children.size()
              + " rows in table "
              + table.name()
              + " and should have "
              + expected
              + ", each with a key of its own");
    }
    return map;
  }
}
