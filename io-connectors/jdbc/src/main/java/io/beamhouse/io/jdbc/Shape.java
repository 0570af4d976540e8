package io.beamhouse.io.jdbc;

import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.core.provider.Durations;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/**
 * A relation as it is now, matched with what was asked for.
 *
 * @param columns that rows have, as the database says
 * @param order the cursor, then the keys as far as bounds can be over them
 */
record Shape(
    SqlReadChanges spec,
    Relation relation,
    List<Column> columns,
    Column cursor,
    CursorKind kind,
    List<Column> keys,
    List<Column> order) {

  static Shape of(SqlReadChanges spec) {
    SqlConnection database = spec.database();
    Connection connection = database.open();
    try {
      connection.setReadOnly(true);
      return of(spec, connection);
    } catch (SQLException e) {
      throw SqlFailures.of(e, database, "looking at the source");
    } finally {
      Transactions.closeQuietly(connection);
    }
  }

  static Shape of(SqlReadChanges spec, Connection connection) {
    SqlConnection database = spec.database();
    Dialect dialect = database.dialect();
    Catalog catalog = Catalog.describe(connection, database, spec.candidates());
    List<String> needed = new ArrayList<>(List.of(spec.cursor()));
    needed.addAll(spec.keys());
    if (!spec.deleteFlag().isEmpty()) {
      needed.add(spec.deleteFlag());
    }
    List<Column> named = catalog.select(needed, dialect, spec.numeric());
    List<Column> columns = catalog.select(spec.columns(), dialect, spec.numeric());
    Column cursor = named.get(0);
    CursorKind kind = kind(spec, catalog.relation(), cursor);
    List<Column> keys = named.subList(1, 1 + spec.keys().size());
    List<Column> order = new ArrayList<>(List.of(cursor));
    for (Column key : keys) {
      // A key that may be NULL, or whose bounds cannot be written down, ends the order.
      if (key.nullable() || !TypedText.supports(key) || key.equals(cursor)) {
        break;
      }
      order.add(key);
    }
    return new Shape(spec, catalog.relation(), columns, cursor, kind, keys, order);
  }

  private static CursorKind kind(SqlReadChanges spec, Relation relation, Column cursor) {
    CursorKind kind =
        CursorKind.of(cursor)
            .orElseThrow(
                () ->
                    new SourceFailedException(
                        "Column "
                            + cursor.name()
                            + " of "
                            + relation.label()
                            + " has type "
                            + cursor.databaseType()
                            + ", which cannot be a cursor. Choose a column with a time, a day, an"
                            + " integer, an exact decimal or a rowversion."));
    if (kind.needsZone() && spec.zone().isEmpty()) {
      throw new SourceFailedException(
          "Cursor "
              + cursor.name()
              + " of "
              + relation.label()
              + " is a "
              + cursor.databaseType()
              + " without a zone. Say under cursor_zone: in which zone its values are, such as"
              + " UTC or Europe/Berlin.");
    }
    if (!spec.lag().isEmpty() && !kind.acceptsLag(spec.lag())) {
      throw new SourceFailedException(
          "lag '"
              + spec.lag()
              + "' does not fit cursor "
              + cursor.name()
              + " of type "
              + cursor.databaseType()
              + ". Times take "
              + Durations.FORM
              + ", numbers take a number, a rowversion none.");
    }
    return kind;
  }

  ZoneId zone() {
    return spec.zone().orElse(ZoneOffset.UTC);
  }

  /** The bound below which no cursor value of {@code instant} or later lies. */
  String at(Instant instant) {
    return kind.at(instant, zone(), cursor.secondDigits());
  }

  Dialect dialect() {
    return spec.database().dialect();
  }

  boolean isKeyOrCursor(Column column) {
    return column.name().equals(cursor.name())
        || keys.stream().anyMatch(key -> key.name().equals(column.name()));
  }

  /** For reading in the driver. */
  TableRead read() {
    return read("", Seen.NONE, 0);
  }

  /** How workers read; rows of vanished keys leave the other columns empty. */
  TableRead read(String upTo, Seen seen, long run) {
    List<Column> rows =
        spec.reconcileKeys()
            ? columns.stream().map(c -> isKeyOrCursor(c) ? c : c.asNullable()).toList()
            : columns;
    String flag = spec.deleteFlag();
    return new TableRead(
        spec.database(),
        relation,
        List.copyOf(rows),
        List.copyOf(order),
        spec.where(),
        spec.numeric(),
        spec.fetchSize(),
        true,
        columns.stream().map(Column::name).filter(flag::equalsIgnoreCase).findFirst().orElse(""),
        keys.stream().map(Column::name).toList(),
        upTo == null ? "" : upTo,
        seen,
        "",
        run);
  }

  /** Identifies what a position belongs to. */
  String source() {
    return spec.database()
        + " "
        + relation.label()
        + (relation.isTable() ? "" : relation.query())
        + " by "
        + cursor.name();
  }
}
