package io.beamhouse.io.jdbc;

import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.error.StateRefusedException;
import io.beamhouse.io.core.increment.Increment;
import io.beamhouse.io.core.increment.PlanRequest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Fixes one increment of a table. */
final class ChangesPlan {
  private final SqlReadChanges spec;
  private final PlanRequest request;
  private final Map<String, String> facts = new TreeMap<>();

  /** The range of one run: {@code to} is null while nothing can be read. */
  private record Range(String from, String to, boolean toIncluded) {
    boolean isEmpty(CursorKind kind) {
      return to == null || (from != null && kind.compare(from, to) >= (toIncluded ? 1 : 0));
    }

    Split split() {
      return Split.range(from == null ? List.of() : List.of(from), List.of(to), toIncluded);
    }
  }

  ChangesPlan(SqlReadChanges spec, PlanRequest request) {
    this.spec = spec;
    this.request = request;
  }

  Increment plan() {
    SqlConnection database = spec.database();
    Connection connection = database.open();
    try {
      connection.setReadOnly(true);
      return plan(connection);
    } catch (SQLException e) {
      throw SqlFailures.of(e, database, "planning " + spec.table());
    } finally {
      Transactions.closeQuietly(connection);
    }
  }

  private Increment plan(Connection connection) throws SQLException {
    Shape shape = Shape.of(spec, connection);
    Position previous =
        request.position().filter(p -> !p.isBlank()).map(Position::parse).orElse(null);
    String tableId =
        shape.dialect() == PostgreSqlDialect.INSTANCE
            ? PostgreSqlBound.identity(connection, shape.relation())
            : "";
    Newest newest = Newest.of(connection, shape);
    if (previous != null && request.backfill().isEmpty()) {
      StateCheck check = new StateCheck(shape, previous);
      check.sameSource();
      check.sameTable(tableId);
      check.sameColumns();
      check.notBackwards(connection, newest);
    }
    long nulls = nulls(connection, shape);
    UpperBound bound = UpperBound.find(connection, shape, previous);
    facts.putAll(bound.facts());
    facts.put("cursor", shape.cursor().name());
    if (request.backfill().isPresent()) {
      return backfill(connection, shape, bound, request.backfill().get());
    }
    String to = advanced(shape.kind(), previous, bound.to());
    Range range = new Range(from(shape, previous), to, shape.kind().boundIncluded());
    if (newest.value() != null && to != null && shape.kind().compare(newest.value(), to) > 0) {
      facts.put("ahead", "the table holds cursor values beyond the bound; later runs take them");
    }
    Seen seen = previous == null ? Seen.NONE : previous.seen();
    Overlap overlap = new Overlap(connection, shape);
    long rows = range.isEmpty(shape.kind()) ? 0 : count(connection, shape.read(), range.split());
    long fresh = rows - taken(shape, previous, range, overlap, rows);
    KeyReconciler.Result keys =
        to == null ? KeyReconciler.Result.none() : reconcile(connection, shape, previous, range);
    List<Split> splits = fresh == 0 ? List.of() : splits(connection, shape, range, rows);
    List<Split> extra = new ArrayList<>();
    if (nulls > 0) {
      extra.add(Split.nulls());
    }
    keys.deletes().ifPresent(file -> extra.add(Split.deleted(file)));
    keys.late().ifPresent(file -> extra.add(Split.late(file)));
    facts.putAll(keys.facts());
    facts.put("rows_planned", String.valueOf(fresh + nulls));
    Position position =
        new Position(
            Position.VERSION,
            shape.source(),
            tableId,
            Position.Stored.of(shape.columns()),
            to,
            newest.value(),
            newest.floor(),
            newest.witnesses(),
            bound.observed(),
            nextSeen(shape, to, overlap),
            keys.files());
    return increment(shape, chunks(splits, extra, to, seen), Position.json(position));
  }

  private Increment increment(Shape shape, List<String> chunks, String position) {
    facts.putIfAbsent("hard_deletes", "not seen");
    return new Increment(
        shape.read("", Seen.NONE, request.run()).schema(), chunks, position, facts);
  }

  private Increment backfill(
      Connection connection, Shape shape, UpperBound bound, PlanRequest.Backfill asked)
      throws SQLException {
    String from = parse(shape, "from", asked.from());
    String to = bound.to();
    boolean included = shape.kind().boundIncluded();
    if (asked.to().isPresent()) {
      String wanted = parse(shape, "to", asked.to().get());
      if (to == null || shape.kind().compare(wanted, to) <= 0) {
        to = wanted;
        included = false;
      } else {
        facts.put("note", "the range ends at the bound, before the end that was asked for");
      }
    }
    Range range = new Range(from, to, included);
    long rows = range.isEmpty(shape.kind()) ? 0 : count(connection, shape.read(), range.split());
    List<Split> splits = rows == 0 ? List.of() : splits(connection, shape, range, rows);
    return increment(
        shape, chunks(splits, List.of(), to, Seen.NONE), request.position().orElse(""));
  }

  private static String parse(Shape shape, String where, String text) {
    try {
      return shape.kind().parse(text, shape.zone());
    } catch (IllegalArgumentException e) {
      throw new SpecException(where, e.getMessage());
    }
  }

  /** The bound never goes back. */
  private static String advanced(CursorKind kind, Position previous, String to) {
    if (previous == null || previous.to() == null) {
      return to;
    }
    return to == null || kind.compare(to, previous.to()) < 0 ? previous.to() : to;
  }

  private String from(Shape shape, Position previous) {
    if (previous == null || previous.to() == null) {
      return spec.startFrom().isEmpty() ? null : parse(shape, "start_from", spec.startFrom());
    }
    return spec.lag().isEmpty() ? previous.to() : shape.kind().minus(previous.to(), spec.lag());
  }

  /** How many rows of the range an earlier run took. */
  private static long taken(
      Shape shape, Position previous, Range range, Overlap overlap, long rows) {
    if (rows == 0 || previous == null || previous.to() == null) {
      return 0;
    }
    Range again = new Range(range.from(), previous.to(), range.toIncluded());
    return again.isEmpty(shape.kind())
        ? 0
        : overlap.scan(again.split(), previous.seen().load()).taken();
  }

  private Seen nextSeen(Shape shape, String to, Overlap overlap) {
    if (to == null || request.workDirectory().isEmpty()) {
      return Seen.NONE;
    }
    String from = spec.lag().isEmpty() ? to : shape.kind().minus(to, spec.lag());
    Range again = new Range(from, to, shape.kind().boundIncluded());
    if (again.isEmpty(shape.kind())) {
      return Seen.NONE;
    }
    return Seen.of(overlap.scan(again.split(), new String[0]).hashes(), request.workDirectory());
  }

  private KeyReconciler.Result reconcile(
      Connection connection, Shape shape, Position previous, Range range) {
    if (!spec.reconcileKeys() || request.workDirectory().isEmpty()) {
      return KeyReconciler.Result.none();
    }
    return new KeyReconciler(shape, request.workDirectory())
        .reconcile(
            connection,
            previous == null ? null : previous.keys(),
            request.earlier(),
            range.from(),
            range.to());
  }

  private List<Split> splits(Connection connection, Shape shape, Range range, long rows)
      throws SQLException {
    return Quantiles.splits(
        connection, shape.read(), range.split(), rows, spec.chunkRows(), spec.splits());
  }

  private List<String> chunks(List<Split> ranges, List<Split> extra, String to, Seen seen) {
    List<String> chunks = new ArrayList<>();
    int size = spec.splits();
    for (int first = 0; first < ranges.size(); first += size) {
      boolean last = first + size >= ranges.size();
      List<Split> splits =
          new ArrayList<>(ranges.subList(first, Math.min(first + size, ranges.size())));
      if (last) {
        splits.addAll(extra);
      }
      chunks.add(Position.json(new Position.Chunk(splits, first, to, seen)));
    }
    if (ranges.isEmpty() && !extra.isEmpty()) {
      chunks.add(Position.json(new Position.Chunk(extra, 0, to, seen)));
    }
    return chunks;
  }

  private long nulls(Connection connection, Shape shape) throws SQLException {
    if (!shape.cursor().nullable() || spec.nullCursor().equals("exclude")) {
      return 0;
    }
    long nulls = count(connection, shape.read(), Split.nulls());
    if (nulls > 0 && spec.nullCursor().equals("fail")) {
      throw new SourceFailedException(
          nulls
              + " row(s) of "
              + shape.relation().label()
              + " have no value in cursor "
              + shape.cursor().name()
              + ", so they would never be read. Fill it, or choose null_cursor: include (read in"
              + " every run) or exclude.");
    }
    return nulls;
  }

  static long count(Connection connection, TableRead read, Split split) throws SQLException {
    Sql sql = read.where(new Sql(read.dialect()).add("SELECT COUNT(*)"), split);
    try (PreparedStatement statement = sql.prepare(connection, read.connection());
        ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  /** The largest cursor values of the table and whose they are. */
  record Newest(String value, String floor, List<Position.Witness> witnesses) {
    private static final int ROWS = 10;

    static Newest of(Connection connection, Shape shape) throws SQLException {
      Sql sql = new Sql(shape.dialect()).add("SELECT ").names(shape.order()).add(" FROM ");
      sql.add(shape.relation().sql(shape.dialect())).add(" WHERE ");
      sql.names(List.of(shape.cursor())).add(" IS NOT NULL ORDER BY ");
      sql.names(List.of(shape.cursor())).add(" DESC").limited(ROWS);
      boolean keyed = !shape.keys().isEmpty() && shape.order().size() == shape.keys().size() + 1;
      try (PreparedStatement statement = sql.prepare(connection, shape.spec().database());
          ResultSet row = statement.executeQuery()) {
        String value = null;
        String floor = null;
        List<Position.Witness> witnesses = new ArrayList<>();
        while (row.next()) {
          floor = UpperBound.cursorText(row, 1, shape);
          value = value == null ? floor : value;
          if (keyed) {
            witnesses.add(new Position.Witness(Quantiles.texts(row, 2, shape.read()), floor));
          }
        }
        return new Newest(value, floor, witnesses);
      }
    }
  }

  /** Refuses to go on from a position that does not fit the table any more. */
  record StateCheck(Shape shape, Position previous) {
    void sameSource() {
      if (!previous.source().equals(shape.source())) {
        throw refused("the state belongs to " + previous.source() + ", not to " + shape.source());
      }
    }

    void sameTable(String tableId) {
      boolean both = !previous.tableId().isEmpty() && !tableId.isEmpty();
      if (both && !previous.tableId().equals(tableId)) {
        throw refused(
            shape.relation().label()
                + " is not the table that earlier runs read: it was dropped and made again, or the"
                + " database was loaded afresh (identity "
                + previous.tableId()
                + ", now "
                + tableId
                + ")");
      }
    }

    void sameColumns() {
      Map<String, String> before = new TreeMap<>();
      previous.columns().forEach(c -> before.put(c.name(), c.type()));
      List<String> changes = new ArrayList<>();
      List<String> added = new ArrayList<>();
      for (Column column : shape.columns()) {
        String type = before.remove(column.name());
        if (type == null) {
          added.add(column.name());
        } else if (!type.equals(column.databaseType())) {
          changes.add(column.name() + " was " + type + " and is " + column.databaseType());
        }
      }
      before.keySet().forEach(name -> changes.add(name + " is gone"));
      boolean evolve = shape.spec().onSchemaChange().equals("evolve");
      if (!evolve) {
        added.forEach(name -> changes.add(name + " is new"));
      }
      if (!changes.isEmpty()) {
        throw new SourceFailedException(
            "The columns of "
                + shape.relation().label()
                + " changed since the last run: "
                + String.join("; ", changes)
                + ". Undo it, pin the columns to read with columns:, accept new columns with"
                + " on_schema_change: evolve, or reset the state to read everything again.");
      }
    }

    void notBackwards(Connection connection, Newest now) throws SQLException {
      if (previous.newest() == null || now.value() == null) {
        return;
      }
      CursorKind kind = shape.kind();
      boolean back = kind.compare(now.value(), previous.newest()) < 0;
      if (back
          && (kind.compare(now.value(), previous.floor()) < 0 || aWitnessWentBack(connection))) {
        throw refused(
            "cursor "
                + shape.cursor().name()
                + " of "
                + shape.relation().label()
                + " went backwards: its largest value was "
                + previous.newest()
                + " and is "
                + now.value()
                + "; the table was restored, re-created or its cursor set back");
      }
    }

    /**
     * Whether a row that held one of the largest values has a smaller one now; deleted rows are no
     * sign. If all of them are gone, the restored table ends below the smallest of them.
     */
    private boolean aWitnessWentBack(Connection connection) throws SQLException {
      for (Position.Witness witness : previous.witnesses()) {
        if (witness.keys().size() == shape.keys().size() && wentBack(connection, witness)) {
          return true;
        }
      }
      return false;
    }

    private boolean wentBack(Connection connection, Position.Witness witness) throws SQLException {
      Sql sql = new Sql(shape.dialect()).add("SELECT COUNT(*) FROM ");
      sql.add(shape.relation().sql(shape.dialect())).add(" WHERE ");
      for (int i = 0; i < shape.keys().size(); i++) {
        Column key = shape.keys().get(i);
        sql.add(i == 0 ? "" : " AND ").names(List.of(key)).add(" = ");
        sql.parameter(witness.keys().get(i), key);
      }
      sql.add(" AND ").compare(List.of(shape.cursor()), "<", List.of(witness.cursor()));
      try (PreparedStatement statement = sql.prepare(connection, shape.spec().database());
          ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getLong(1) > 0;
      }
    }

    static StateRefusedException refused(String what) {
      return new StateRefusedException(
          "Going on could lose rows: "
              + what
              + ". Restore the state or the table that belong together, or reset the state to read"
              + " everything again. If rows were taken back, delete what was made of them too,"
              + " and reset its state: a merge keeps what is newer.");
    }
  }
}
