package io.beamhouse.quality;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;

/**
 * What is measured over all rows.
 *
 * @param columns none for the row count
 * @param table for EXISTS_IN the input that is the table; else null
 * @param keys for EXISTS_IN the table's columns
 */
record Metric(Kind kind, List<String> columns, String table, List<String> keys)
    implements Serializable {
  enum Kind {
    ROW_COUNT,
    NULL_SHARE,
    /** Rows whose key another row has, beside the first of each key. */
    UNIQUE,
    DISTINCT,
    /** Seconds since the latest value. */
    FRESHNESS,
    SUM,
    MEAN,
    /** Rows whose key the table does not have. */
    EXISTS_IN;

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  Metric {
    columns = List.copyOf(columns);
    keys = List.copyOf(keys);
  }

  static Metric of(Kind kind, String... columns) {
    return new Metric(kind, List.of(columns), null, List.of());
  }

  /** The name under which its values are kept from run to run: {@code null_share(email)}. */
  String name() {
    return kind == Kind.ROW_COUNT
        ? kind.text()
        : kind.text() + "(" + String.join(",", columns) + (table == null ? "" : "->" + table) + ")";
  }

  /** Parses {@link #name}; throws IllegalArgumentException for what is none. */
  static Metric parse(String name) {
    int open = name.indexOf('(');
    String kind = open < 0 ? name : name.substring(0, open);
    for (Kind each : Kind.values()) {
      boolean columns = each != Kind.ROW_COUNT;
      if (each.text().equals(kind)
          && each != Kind.EXISTS_IN
          && columns == (open > 0 && name.endsWith(")"))) {
        return columns
            ? of(each, name.substring(open + 1, name.length() - 1).split("\\s*,\\s*"))
            : of(each);
      }
    }
    throw new IllegalArgumentException(
        "'"
            + name
            + "' is no measure; write row_count, null_share(COLUMN), unique(COLUMN, ...),"
            + " distinct(COLUMN), freshness(COLUMN), sum(COLUMN) or mean(COLUMN)");
  }

  ObjectNode canonical() {
    ObjectNode json = Condition.json().put("measure", kind.text());
    json.set("of", Condition.json(columns));
    if (table != null) {
      json.put("input", table).set("columns", Condition.json(keys));
    }
    return json;
  }
}
