package io.beamhouse.transforms.flatten;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.values.Row;

/** A row of a flat table while it is made; one object makes the rows of its table in turn. */
final class FlatRow {
  private final TableLayout table;
  private final FlatRows all;
  private Object[] values = new Object[0];
  private long high;
  private long low;
  private String key;
  private List<Exploded> exploded;

  private record Exploded(ExplodeNode node, Iterable<?> elements) {}

  FlatRow(TableLayout table, FlatRows all) {
    this.table = table;
    this.all = all;
  }

  void start() {
    values = new Object[table.width()];
    if (exploded != null) {
      exploded.clear();
    }
  }

  void set(int column, Object value) {
    values[column] = value;
  }

  /** Returns the row that makes the rows of a child table. */
  FlatRow child(TableLayout child) {
    return all.row(child);
  }

  /** Begins the key of a row that this one owns. */
  KeyHash beginChildKey(byte[] path) {
    return all.hash().start().key(high, low).bytes(path);
  }

  /** Sets the main row's key. */
  void setRowKey(KeyHash hash) {
    take(hash);
    set(table.rowKey(), key);
  }

  /** Sets what ties this row of a child table to the root and its parent; returns its key. */
  String setKeys(FlatRow parent, KeyHash hash) {
    take(hash);
    all.copyRootValues(values);
    values[table.rowKey()] = all.rowKey();
    if (table.parentKey() >= 0) {
      values[table.parentKey()] = parent.key;
    }
    values[table.key()] = key;
    return key;
  }

  private void take(KeyHash hash) {
    hash.finish();
    high = hash.high();
    low = hash.low();
    key = KeyHash.hex(high, low);
  }

  String key() {
    return key;
  }

  /** Has the row repeated for each element when it is finished. */
  void explode(ExplodeNode node, Iterable<?> elements) {
    if (exploded == null) {
      exploded = new ArrayList<>();
    }
    exploded.add(new Exploded(node, elements));
  }

  void finish() {
    finish(0);
  }

  private void finish(int from) {
    if (exploded == null || from == exploded.size()) {
      all.add(table, Row.withSchema(table.schema()).attachValues(Arrays.asList(values)));
      return;
    }
    Exploded next = exploded.get(from);
    Object[] before = values;
    int position = 0;
    for (Object element : next.elements()) {
      values = before.clone();
      // An element with arrays of its own adds to the list, for its own rows only.
      int size = exploded.size();
      next.node().writeElement(element, position++, this);
      finish(from + 1);
      while (exploded.size() > size) {
        exploded.remove(exploded.size() - 1);
      }
    }
    if (position == 0) {
      finish(from + 1);
    }
    values = before;
  }
}
