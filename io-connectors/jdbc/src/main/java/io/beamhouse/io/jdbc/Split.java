package io.beamhouse.io.jdbc;

import java.io.Serializable;
import java.util.List;

/**
 * A part of a chunk that one worker reads: rows between two bounds over the leading columns of the
 * order, rows without a cursor, or the rows of a file of keys.
 *
 * @param from bound values as text; empty for none
 * @param to bound values as text; empty for none
 * @param kind what is read
 * @param file of keys that were deleted, or whose rows are late
 */
record Split(Kind kind, List<String> from, List<String> to, boolean toInclusive, String file)
    implements Serializable {
  enum Kind {
    RANGE,
    NULLS,
    DELETED,
    LATE
  }

  Split {
    from = List.copyOf(from);
    to = List.copyOf(to);
  }

  static Split range(List<String> from, List<String> to, boolean toInclusive) {
    return new Split(Kind.RANGE, from, to, toInclusive, "");
  }

  static Split nulls() {
    return new Split(Kind.NULLS, List.of(), List.of(), false, "");
  }

  static Split deleted(String file) {
    return new Split(Kind.DELETED, List.of(), List.of(), false, file);
  }

  static Split late(String file) {
    return new Split(Kind.LATE, List.of(), List.of(), false, file);
  }

  /** Adds the condition over {@code order}; true for an unbounded range. */
  Sql condition(Sql sql, List<Column> order) {
    if (kind == Kind.NULLS) {
      return sql.names(order.subList(0, 1)).add(" IS NULL");
    }
    if (!from.isEmpty()) {
      sql.compare(order, ">=", from);
    }
    if (!to.isEmpty()) {
      sql.add(from.isEmpty() ? "" : " AND ").compare(order, toInclusive ? "<=" : "<", to);
    }
    return from.isEmpty() && to.isEmpty() ? sql.add("1 = 1") : sql;
  }
}
