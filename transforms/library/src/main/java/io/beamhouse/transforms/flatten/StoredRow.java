package io.beamhouse.transforms.flatten;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.values.Row;

/**
 * A row of a flat table, with the rows of all child tables that belong to the same root.
 *
 * @param key what its children name as their owner; null without child tables
 */
record StoredRow(Row row, String key, Family family) {
  Object get(int column) {
    return row.getValue(column);
  }

  Collection<StoredRow> children(TableLayout table) {
    return family.take(table, key);
  }

  /** The child rows of one root, by table and owner. */
  static final class Family {
    private final Map<String, Map<String, List<StoredRow>>> byTable = new HashMap<>();
    private int left;

    void add(TableLayout table, Row row) {
      String owner = row.getString(table.ownerKey());
      byTable
          .computeIfAbsent(table.name(), name -> new HashMap<>())
          .computeIfAbsent(owner, key -> new ArrayList<>())
          .add(new StoredRow(row, row.getString(table.key()), this));
      left++;
    }

    private List<StoredRow> take(TableLayout table, String owner) {
      Map<String, List<StoredRow>> byOwner = byTable.get(table.name());
      List<StoredRow> rows = byOwner == null ? null : byOwner.remove(owner);
      if (rows == null) {
        return List.of();
      }
      left -= rows.size();
      return rows;
    }

    /** The number of rows that nobody owned up to. */
    int left() {
      return left;
    }
  }
}
