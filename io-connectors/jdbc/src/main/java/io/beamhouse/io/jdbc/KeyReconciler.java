package io.beamhouse.io.jdbc;

import io.beamhouse.core.error.GateRefusedException;
import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.core.error.StateRefusedException;
import io.beamhouse.core.error.StorageFailedException;
import io.beamhouse.core.step.DurableSteps;
import io.beamhouse.io.core.increment.EarlierRows;
import io.beamhouse.io.core.storage.Storage;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.hadoop.fs.Path;

/**
 * Compares all keys of the table with those of the last run: keys that vanished were deleted, and
 * new ones whose cursor no run will read any more are late and read by their keys.
 *
 * <p>What a lost state knew is taken from the rows that its runs captured. Keys that vanished are
 * remembered, so that a row that comes back with a cursor that was read before (a table restored to
 * an earlier time) is noticed; that list grows with every delete until the state is reset.
 *
 * <p>Memory: one fetch, and one bucket of about {@link #BUCKET_KEYS} keys. Files are in a new
 * directory of the plan, so an attempt that dies leaves nothing that another one reads.
 */
final class KeyReconciler {
  static final String LIVE = "live";
  static final String GONE = "gone";
  static final int BUCKET_KEYS = 200_000;
  private static final int MAX_BUCKETS = 1024;

  /** Fewer vanished keys than this never look like an accident, unless none is left. */
  private static final int FEW = 10;

  /**
   * What a run found.
   *
   * @param deletes file of keys that vanished
   * @param late file of keys whose rows are late
   */
  record Result(
      Optional<String> deletes,
      Optional<String> late,
      Position.KeyFiles files,
      Map<String, String> facts) {
    static Result none() {
      return new Result(Optional.empty(), Optional.empty(), null, Map.of());
    }
  }

  private final Shape shape;
  private final Path directory;
  private final KeyCodec codec;

  KeyReconciler(Shape shape, String workDirectory) {
    this.shape = shape;
    directory = new Path(Storage.path(workDirectory), "keys-" + UUID.randomUUID());
    codec = new KeyCodec(shape.keys());
  }

  /**
   * Reads and compares.
   *
   * @param previous null when no run of this state has read keys yet
   * @param from where this run begins to read; null for the beginning
   * @param to its upper bound
   */
  Result reconcile(
      Connection connection,
      Position.KeyFiles previous,
      EarlierRows earlier,
      String from,
      String to) {
    checkSame(previous);
    DurableSteps.before("jdbc.keys");
    boolean strict = previous != null && previous.format() == Position.KeyFiles.FORMAT;
    try {
      Position.KeyFiles before = strict ? previous : earlier(earlier);
      Position.KeyFiles now = write(connection, before == null ? 1 : before.buckets());
      Result result =
          before == null
              ? first(now)
              : compare(new KeyComparison(shape, before, now, from, to, strict), now, strict);
      DurableSteps.after("jdbc.keys");
      return result;
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private Result first(Position.KeyFiles now) throws IOException {
    KeyBuckets.create(new Path(now.directory()), GONE, now.buckets()).close();
    return new Result(
        Optional.empty(),
        Optional.empty(),
        now,
        Map.of("hard_deletes", "seen from the next run on"));
  }

  private Result compare(KeyComparison comparison, Position.KeyFiles now, boolean strict)
      throws IOException {
    Path deleted = new Path(directory, "deleted");
    Path late = new Path(directory, "late");
    comparison.compare(deleted, late);
    guard(comparison.live(), now.count(), comparison.vanished());
    refuseRestored(comparison);
    Map<String, String> facts = new TreeMap<>();
    facts.put(
        "hard_deletes",
        comparison.vanished()
            + " keys vanished"
            + (strict ? "" : " since an earlier state, by what it captured"));
    if (comparison.late() > 0) {
      checkLookUp(comparison.late());
      facts.put("late_rows", comparison.late() + " rows below the range were found by their keys");
    }
    return new Result(
        comparison.vanished() == 0 ? Optional.empty() : Optional.of(deleted.toString()),
        comparison.late() == 0 ? Optional.empty() : Optional.of(late.toString()),
        now,
        facts);
  }

  private void checkLookUp(long late) {
    if (!shape.keys().stream().allMatch(TypedText::canBeLookedUp)) {
      throw new SourceFailedException(
          late
              + " row(s) of "
              + shape.relation().label()
              + " were committed with a cursor that was read already, and keys "
              + names()
              + " cannot be looked up by their type. Give these rows a new cursor value, choose a"
              + " longer safety_delay or lag, or reset the state to read everything again.");
    }
  }

  /** The keys that another state captured; null when nothing is known. */
  private Position.KeyFiles earlier(EarlierRows rows) throws IOException {
    EarlierKeys keys = new EarlierKeys(shape, rows);
    if (!keys.known()) {
      return null;
    }
    int buckets = buckets(keys.count(), 1);
    Path path = new Path(directory, "earlier");
    try (KeyBuckets live = KeyBuckets.create(path, LIVE, buckets);
        KeyBuckets gone = KeyBuckets.create(path, GONE, buckets)) {
      keys.write(live, gone);
    }
    return new Position.KeyFiles(Position.KeyFiles.FORMAT, path.toString(), buckets, 0, names());
  }

  private List<String> names() {
    return shape.keys().stream().map(Column::name).toList();
  }

  private void refuseRestored(KeyComparison comparison) {
    if (comparison.backwards() + comparison.returned() == 0) {
      return;
    }
    throw ChangesPlan.StateCheck.refused(
        "cursor "
            + shape.cursor().name()
            + " of "
            + shape.relation().label()
            + " went backwards: "
            + comparison.backwards()
            + " row(s) have a smaller value than before, and "
            + comparison.returned()
            + " row(s) that were deleted are back with a value that was read already; the table was"
            + " restored, or cursors were set back. Rows that are right as they are can be given a"
            + " new cursor value");
  }

  private void checkSame(Position.KeyFiles previous) {
    List<String> names = names();
    if (previous != null && !previous.columns().equals(names)) {
      throw new StateRefusedException(
          "The keys of "
              + shape.relation().label()
              + " were "
              + previous.columns()
              + " and are "
              + names
              + ", so deleted rows cannot be found. Put the keys back, or reset the state.");
    }
  }

  private void guard(long before, long now, long vanished) {
    double share = shape.spec().maxDeleteShare();
    boolean many = vanished > share * before && (vanished > FEW || now == 0);
    if (many) {
      throw new GateRefusedException(
          vanished
              + " of "
              + before
              + " keys of "
              + shape.relation().label()
              + " vanished since the last run, more than max_delete_share "
              + share
              + " allows. If the table was emptied by mistake, restore it; if the deletes are"
              + " meant, raise deletes.max_delete_share for one run.");
    }
  }

  private Position.KeyFiles write(Connection connection, int atLeast) throws IOException {
    SqlConnection database = shape.spec().database();
    TableRead read = shape.read();
    Split all = Split.range(List.of(), List.of(), false);
    try {
      int buckets = buckets(ChangesPlan.count(connection, read, all), atLeast);
      Transactions.beginRead(connection, shape.dialect(), "");
      List<Column> columns = new ArrayList<>(shape.keys());
      columns.add(shape.cursor());
      Sql sql = new Sql(shape.dialect()).add("SELECT ").names(columns);
      long count;
      try (PreparedStatement statement = read.where(sql, all).prepare(connection, database)) {
        statement.setFetchSize(read.fetchSize());
        try (ResultSet rows = statement.executeQuery();
            KeyBuckets live = KeyBuckets.create(directory, LIVE, buckets)) {
          count = write(rows, live);
        }
      }
      connection.rollback();
      connection.setAutoCommit(true);
      return new Position.KeyFiles(
          Position.KeyFiles.FORMAT, directory.toString(), buckets, count, names());
    } catch (SQLException e) {
      throw SqlFailures.of(e, database, "reading the keys of " + shape.relation().label());
    }
  }

  private long write(ResultSet rows, KeyBuckets live) throws SQLException, IOException {
    RowMapper mapper =
        new RowMapper(
            shape.relation().label(), shape.keys(), rows, shape.dialect(), shape.spec().numeric());
    int cursor = shape.keys().size() + 1;
    long count = 0;
    while (rows.next()) {
      live.write(codec.encode(mapper.read(rows)), UpperBound.cursorText(rows, cursor, shape));
      count++;
    }
    return count;
  }

  private static int buckets(long keys, int atLeast) {
    int buckets = atLeast;
    while (buckets < MAX_BUCKETS && keys / buckets > BUCKET_KEYS) {
      buckets *= 2;
    }
    return buckets;
  }

  private StorageFailedException failed(IOException e) {
    return new StorageFailedException(
        "The key files of "
            + shape.relation().label()
            + " cannot be written to "
            + directory
            + " or read from where the state's position says. Repair access and space and run"
            + " again; if files of the last run are gone, reset the state.",
        e);
  }
}
