package io.beamhouse.io.jdbc;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The columns of a table that are written, in the order of the fields.
 *
 * @param keys names that identify a row; empty for plain inserts
 * @param sequence name of the column that says which of two rows is newer; empty for none
 */
record WriteColumns(List<Column> columns, List<String> keys, String sequence)
    implements Serializable {
  WriteColumns {
    columns = List.copyOf(columns);
    keys = List.copyOf(keys);
  }

  /** The columns that are no keys. */
  List<String> others() {
    return columns.stream().map(Column::name).filter(name -> !keys.contains(name)).toList();
  }

  String names(Dialect dialect) {
    return names(dialect, "");
  }

  /** The names, each behind {@code prefix}. */
  String names(Dialect dialect, String prefix) {
    return columns.stream()
        .map(column -> prefix + dialect.quote(column.name()))
        .collect(Collectors.joining(", "));
  }

  String keyNames(Dialect dialect) {
    return keys.stream().map(dialect::quote).collect(Collectors.joining(", "));
  }

  String marks() {
    return columns.stream().map(column -> "?").collect(Collectors.joining(", "));
  }

  String insert(Dialect dialect, String table) {
    return "INSERT INTO " + table + " (" + names(dialect) + ") VALUES (" + marks() + ")";
  }
}
