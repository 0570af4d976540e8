package io.beamhouse.testing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.beam.sdk.values.Row;

/** Rows as aligned text, and their values in a form that can be compared. */
final class RowTable {
  private static final int WIDEST = 60;

  private RowTable() {}

  /** Returns the row's values by column name, nested rows as maps, bytes as hex. */
  static Map<String, Object> values(Row row) {
    Map<String, Object> values = new TreeMap<>();
    for (int i = 0; i < row.getFieldCount(); i++) {
      values.put(row.getSchema().getField(i).getName(), comparable(row.getValue(i)));
    }
    return values;
  }

  private static Object comparable(Object value) {
    if (value instanceof Row row) {
      return values(row);
    }
    if (value instanceof byte[] bytes) {
      return "0x" + HexFormat.of().formatHex(bytes);
    }
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> converted = new java.util.HashMap<>();
      map.forEach((k, v) -> converted.put(comparable(k), comparable(v)));
      return converted;
    }
    if (value instanceof Iterable<?> list) {
      return StreamSupport.stream(list.spliterator(), false)
          .map(RowTable::comparable)
          .collect(Collectors.toCollection(ArrayList::new));
    }
    return value;
  }

  /** Prints a value so that text, null and numbers look different. */
  static String show(Object value) {
    String text = value instanceof String string ? "'" + string + "'" : Objects.toString(value);
    return text.length() <= WIDEST ? text : text.substring(0, WIDEST - 1) + "…";
  }

  /** Prints at most {@code limit} rows as a table, in the order given. */
  static String render(List<Row> rows, int limit) {
    Set<String> names = new LinkedHashSet<>();
    rows.forEach(row -> names.addAll(row.getSchema().getFieldNames()));
    List<String[]> lines = new ArrayList<>();
    lines.add(names.toArray(String[]::new));
    for (Row row : rows.subList(0, Math.min(limit, rows.size()))) {
      Map<String, Object> values = values(row);
      lines.add(
          names.stream()
              .map(name -> values.containsKey(name) ? show(values.get(name)) : "-")
              .toArray(String[]::new));
    }
    int[] widths = new int[names.size()];
    for (String[] line : lines) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], line[i].length());
      }
    }
    StringBuilder table = new StringBuilder();
    for (String[] line : lines) {
      table.append("  |");
      for (int i = 0; i < widths.length; i++) {
        char[] pad = new char[widths[i] - line[i].length()];
        Arrays.fill(pad, ' ');
        table.append(' ').append(line[i]).append(pad).append(" |");
      }
      table.append('\n');
    }
    if (rows.size() > limit) {
      table.append("  … and ").append(rows.size() - limit).append(" more\n");
    }
    return table.toString();
  }
}
