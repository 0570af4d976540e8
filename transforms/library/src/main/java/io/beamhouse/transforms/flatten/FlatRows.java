package io.beamhouse.transforms.flatten;

import io.beamhouse.core.rowwise.RowStep;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.values.Row;

/** Makes the flat rows of one nested row after the other; holds those of one. */
final class FlatRows {
  private final Flattening flattening;
  private final KeyHash hash = new KeyHash();
  private final List<FlatRow> byTable = new ArrayList<>();
  private final List<Row> rows = new ArrayList<>();
  private final List<TableLayout> tables = new ArrayList<>();
  private final Object[] rootValues;
  private String rowKey;

  FlatRows(Flattening flattening) {
    this.flattening = flattening;
    flattening.tables().forEach(table -> byTable.add(new FlatRow(table, this)));
    this.rootValues = new Object[flattening.rootValues().size()];
  }

  /** Makes the rows; throws BadRowException and keeps none when that is not possible. */
  void make(Row row) {
    rows.clear();
    tables.clear();
    FlatRow main = byTable.get(0);
    main.start();
    if (!flattening.keys().isEmpty()) {
      hash.start();
      for (ValuePath key : flattening.keys()) {
        Object value = key.of(row);
        if (value == null) {
          throw new BadRowException("keys: " + key.path(), "the key " + key.path() + " is null");
        }
        hash.value(value);
      }
      main.setRowKey(hash);
      rowKey = main.key();
      for (int i = 0; i < rootValues.length; i++) {
        rootValues[i] = flattening.rootValues().get(i).of(row);
      }
    }
    flattening.root().write(row, main);
    main.finish();
  }

  void emit(RowStep.Emitter out) {
    for (int i = 0; i < rows.size(); i++) {
      out.emit(tables.get(i).index(), rows.get(i));
    }
  }

  void add(TableLayout table, Row row) {
    rows.add(row);
    tables.add(table);
  }

  FlatRow row(TableLayout table) {
    return byTable.get(table.index());
  }

  KeyHash hash() {
    return hash;
  }

  String rowKey() {
    return rowKey;
  }

  /** They are the first columns of every child table. */
  void copyRootValues(Object[] values) {
    System.arraycopy(rootValues, 0, values, 0, rootValues.length);
  }
}
