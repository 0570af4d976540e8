package io.beamhouse.io.jdbc;

import com.google.auto.value.AutoValue;
import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.provider.Durations;
import io.beamhouse.io.core.increment.Increment;
import io.beamhouse.io.core.increment.IncrementalSource;
import io.beamhouse.io.core.increment.PlanRequest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.display.DisplayData;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Reads the rows of a table whose cursor column has moved since the last run.
 *
 * <p>Output: the selected columns, then {@code _deleted} BOOLEAN, {@code _run} INT64 and {@code
 * _source} STRING; bounded, global window. With {@code reconcileKeys} all columns but keys and
 * cursor are nullable, and a key that vanished comes as a row with its keys, the run's upper bound
 * as cursor and {@code _deleted} true.
 *
 * <p><b>What is read.</b> A range of cursor values with an upper bound that is fixed before
 * reading. On PostgreSQL the bound lies below everything that a transaction still open may write:
 * for times that the database sets ({@code now()}, {@code clock_timestamp()}) the start of the
 * oldest open transaction; for counts (a sequence without cache) the largest value that was seen
 * before that start. On SQL Server a {@code rowversion} is bounded by {@code
 * MIN_ACTIVE_ROWVERSION()}. All else is bounded by the database's time less the safety delay, and a
 * row is lost if its commit comes later than that after its cursor value was set, unless {@code
 * lag} covers it. Which rule held is in the increment's facts. Rows of the overlap that an earlier
 * run took are dropped by a hash of the whole row.
 *
 * <p><b>Chunks.</b> A long range is cut into chunks and those into splits with equally many rows,
 * by the cursor and then the keys. All splits of a chunk are read in one snapshot on PostgreSQL. No
 * row is lost without one: a row that moves between two reads gets a cursor beyond the bound and
 * comes with the next increment.
 *
 * <p>Not replayable: the increment protocol captures what is read. Outside the protocol ({@link
 * #expand}) everything up to the bound is read, every time.
 *
 * @see <a href="https://www.postgresql.org/docs/current/monitoring-stats.html">pg_stat_activity</a>
 */
@Evolving
@AutoValue
public abstract class SqlReadChanges extends PTransform<PBegin, PCollection<Row>>
    implements IncrementalSource {
  abstract @Nullable SqlConnection connection();

  abstract String table();

  abstract String query();

  abstract String cursor();

  abstract String cursorZone();

  abstract @Nullable Duration safetyDelay();

  abstract String lag();

  abstract String nullCursor();

  abstract List<String> keys();

  abstract List<String> columns();

  abstract String where();

  abstract String deleteFlag();

  abstract boolean reconcileKeys();

  abstract double maxDeleteShare();

  abstract int chunkRows();

  abstract int splits();

  abstract int fetchSize();

  abstract String startFrom();

  abstract @Nullable String numericAs();

  abstract String upperBound();

  abstract String onSchemaChange();

  abstract Builder toBuilder();

  @AutoValue.Builder
  abstract static class Builder {
    abstract Builder setConnection(@Nullable SqlConnection connection);

    abstract Builder setTable(String table);

    abstract Builder setQuery(String query);

    abstract Builder setCursor(String cursor);

    abstract Builder setCursorZone(String zone);

    abstract Builder setSafetyDelay(@Nullable Duration delay);

    abstract Builder setLag(String lag);

    abstract Builder setNullCursor(String policy);

    abstract Builder setKeys(List<String> keys);

    abstract Builder setColumns(List<String> columns);

    abstract Builder setWhere(String where);

    abstract Builder setDeleteFlag(String column);

    abstract Builder setReconcileKeys(boolean reconcile);

    abstract Builder setMaxDeleteShare(double share);

    abstract Builder setChunkRows(int rows);

    abstract Builder setSplits(int splits);

    abstract Builder setFetchSize(int rows);

    abstract Builder setStartFrom(String bound);

    abstract Builder setNumericAs(@Nullable String policy);

    abstract Builder setUpperBound(String rule);

    abstract Builder setOnSchemaChange(String policy);

    abstract SqlReadChanges build();
  }

  static SqlReadChanges create() {
    return new AutoValue_SqlReadChanges.Builder()
        .setTable("")
        .setQuery("")
        .setCursor("")
        .setCursorZone("")
        .setLag("")
        .setNullCursor("fail")
        .setKeys(List.of())
        .setColumns(List.of())
        .setWhere("")
        .setDeleteFlag("")
        .setReconcileKeys(false)
        .setMaxDeleteShare(0.5)
        .setChunkRows(500_000)
        .setSplits(4)
        .setFetchSize(5_000)
        .setStartFrom("")
        .setUpperBound("settled")
        .setOnSchemaChange("fail")
        .build();
  }

  public SqlReadChanges from(SqlConnection connection) {
    return toBuilder().setConnection(connection).build();
  }

  /** {@code table} or {@code schema.table}; a part in double quotes is taken as it stands. */
  public SqlReadChanges table(String name) {
    return toBuilder().setTable(name).build();
  }

  /** A SELECT instead of a table; trusted text, never from users of the data. */
  public SqlReadChanges query(String select) {
    return toBuilder().setQuery(select).build();
  }

  /** The column that grows with every change: a time, a day, an integer, a rowversion. */
  public SqlReadChanges withCursor(String column) {
    return toBuilder().setCursor(column).build();
  }

  /** The zone of a cursor without one, such as {@code Europe/Berlin}. */
  public SqlReadChanges withCursorZone(String zone) {
    return toBuilder().setCursorZone(zone).build();
  }

  /**
   * How far the upper bound stays behind for times; default none where the database names its
   * oldest open transaction, else 60 s. For counts how long the plan waits for transactions that
   * are open; default 5 s.
   */
  public SqlReadChanges withSafetyDelay(Duration delay) {
    return toBuilder().setSafetyDelay(delay).build();
  }

  /** How far each run reads again before its position: {@code 10m}, or a number for counts. */
  public SqlReadChanges withLag(String lag) {
    return toBuilder().setLag(lag).build();
  }

  /**
   * Rows without a cursor: {@code fail} (default), {@code include} in every run, {@code exclude}.
   */
  public SqlReadChanges withNullCursor(String policy) {
    return toBuilder().setNullCursor(policy).build();
  }

  /** The columns that identify a row. */
  public SqlReadChanges withKeys(String... columns) {
    return toBuilder().setKeys(List.of(columns)).build();
  }

  /** The columns to read, cursor and keys among them; default all. */
  public SqlReadChanges withColumns(String... columns) {
    return toBuilder().setColumns(List.of(columns)).build();
  }

  /** A condition in the database's SQL; trusted text. */
  public SqlReadChanges where(String condition) {
    return toBuilder().setWhere(condition).build();
  }

  /** A column that marks deleted rows: true, not zero, or a time that is set. */
  public SqlReadChanges withDeleteFlag(String column) {
    return toBuilder().setDeleteFlag(column).build();
  }

  /**
   * Finds hard deletes: each run reads all keys and compares them with the last run's.
   *
   * @param maxShare the share of keys that may vanish in one run; more is refused
   */
  public SqlReadChanges reconcileKeys(double maxShare) {
    return toBuilder().setReconcileKeys(true).setMaxDeleteShare(maxShare).build();
  }

  /** Rows in a chunk (default 500 000) and splits that read it at once (default 4). */
  public SqlReadChanges withChunks(int rows, int splits) {
    return toBuilder().setChunkRows(rows).setSplits(splits).build();
  }

  /** Rows held in memory by each split; default 5000. */
  public SqlReadChanges withFetchSize(int rows) {
    return toBuilder().setFetchSize(rows).build();
  }

  /** The first run begins here instead of at the beginning; inclusive. */
  public SqlReadChanges withStartFrom(String bound) {
    return toBuilder().setStartFrom(bound).build();
  }

  /** Decimals of no fixed precision: {@code string} or {@code decimal(p,s)}; refused otherwise. */
  public SqlReadChanges withNumericAs(String policy) {
    return toBuilder().setNumericAs(policy).build();
  }

  /**
   * {@code settled} (default): below what open transactions may still write; {@code newest}: up to
   * the newest value, and what commits late is only seen through {@code lag}.
   */
  public SqlReadChanges withUpperBound(String rule) {
    return toBuilder().setUpperBound(rule).build();
  }

  /** {@code fail} (default) or {@code evolve}, which accepts added columns. */
  public SqlReadChanges withOnSchemaChange(String policy) {
    return toBuilder().setOnSchemaChange(policy).build();
  }

  /** Adds everything that is wrong with the settings. */
  void check(Problems problems) {
    if (connection() == null) {
      problems.add("url", "is required");
    }
    if (table().isBlank() == query().isBlank()) {
      problems.add("table", "give exactly one of table and query");
    } else if (!table().isBlank()) {
      Relation.check(table(), problems);
    }
    if (cursor().isBlank()) {
      problems.add("cursor", "is required: the column that grows with every change");
    }
    if (!cursorZone().isEmpty() && zone().isEmpty()) {
      problems.add("cursor_zone", "found '" + cursorZone() + "'; allowed: UTC, Europe/Berlin …");
    }
    oneOf("null_cursor", nullCursor(), List.of("fail", "include", "exclude"), problems);
    oneOf("upper_bound", upperBound(), List.of("settled", "newest"), problems);
    oneOf("on_schema_change", onSchemaChange(), List.of("fail", "evolve"), problems);
    if (reconcileKeys() && keys().isEmpty()) {
      problems.add("keys", "are required for deletes.reconcile: keys");
    }
    if (!columns().isEmpty()) {
      for (String needed : needed()) {
        if (columns().stream().noneMatch(needed::equalsIgnoreCase)) {
          problems.add("columns", "must hold '" + needed + "' (cursor, keys and delete flag)");
        }
      }
    }
    if (!lag().isEmpty() && !lag().matches("\\d{1,18}") && !Durations.isDuration(lag())) {
      problems.add("lag", "found '" + lag() + "'; allowed: " + Durations.FORM + ", or a number");
    }
    if (numericAs() != null) {
      NumericPolicy.check(numericAs(), problems);
    }
    positive("chunk_rows", chunkRows(), problems);
    positive("splits", splits(), problems);
    positive("fetch_size", fetchSize(), problems);
    if (!(maxDeleteShare() >= 0 && maxDeleteShare() <= 1)) {
      problems.add("deletes.max_delete_share", "found " + maxDeleteShare() + "; allowed: 0 to 1");
    }
  }

  private List<String> needed() {
    List<String> needed = new java.util.ArrayList<>(keys());
    needed.add(cursor());
    if (!deleteFlag().isEmpty()) {
      needed.add(deleteFlag());
    }
    return needed;
  }

  static void oneOf(String where, String found, List<String> allowed, Problems problems) {
    if (!allowed.contains(found)) {
      problems.add(
          where,
          "found '"
              + found
              + "'; allowed: "
              + String.join(", ", allowed)
              + Problems.didYouMean(found, allowed));
    }
  }

  static void positive(String where, int found, Problems problems) {
    if (found < 1) {
      problems.add(where, "found " + found + "; allowed: 1 or more");
    }
  }

  /** The zone of the cursor; nothing when it is not given or unknown. */
  Optional<ZoneId> zone() {
    try {
      return cursorZone().isEmpty() ? Optional.empty() : Optional.of(ZoneId.of(cursorZone()));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  SqlConnection database() {
    Problems problems = new Problems();
    check(problems);
    problems.throwIfAny();
    return java.util.Objects.requireNonNull(connection());
  }

  NumericPolicy numeric() {
    return new NumericPolicy(numericAs());
  }

  List<Relation> candidates() {
    return table().isEmpty()
        ? List.of(Relation.query(query()))
        : Relation.tables(table(), database().dialect());
  }

  @Override
  public boolean replayable() {
    return false;
  }

  @Override
  public Increment plan(PlanRequest request) {
    return new ChangesPlan(this, request).plan();
  }

  @Override
  public Session open(Increment increment, int chunk, long run) {
    return ChunkSession.open(this, increment, chunk, run);
  }

  @Override
  public PCollection<Row> expand(PBegin input) {
    Increment all = plan(new PlanRequest(1, Optional.empty(), Instant.now(), Optional.empty(), ""));
    PCollectionList<Row> chunks = PCollectionList.empty(input.getPipeline());
    for (int chunk = 0; chunk < all.chunks().size(); chunk++) {
      chunks =
          chunks.and(
              input.apply(
                  "chunk " + chunk, ChunkSession.withoutSnapshot(this, all, chunk, 1).rows()));
    }
    return chunks.size() == 0
        ? input.apply(org.apache.beam.sdk.transforms.Create.empty(all.schema()))
        : chunks.apply(Flatten.pCollections());
  }

  @Override
  public void populateDisplayData(DisplayData.Builder builder) {
    builder
        .addIfNotNull(DisplayData.item("database", String.valueOf(connection())))
        .add(DisplayData.item("table", table()))
        .add(DisplayData.item("cursor", cursor()));
  }
}
