package io.beamhouse.io.jdbc;

import com.google.auto.value.AutoValue;
import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.io.core.increment.Increment;
import io.beamhouse.io.core.increment.IncrementalSource;
import io.beamhouse.io.core.increment.PlanRequest;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.display.DisplayData;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Reads a whole table, or the result of a query.
 *
 * <p>Output: the columns; bounded, global window. With a partition column the rows are read in
 * parts of equally many rows at once; under the increment protocol on PostgreSQL all parts see one
 * snapshot, else each part sees its own. Not replayable: the increment protocol captures what is
 * read, whole in each run. Memory: {@code fetch size} rows a part.
 */
@Evolving
@AutoValue
public abstract class SqlRead extends PTransform<PBegin, PCollection<Row>>
    implements IncrementalSource {
  abstract @Nullable SqlConnection connection();

  abstract String table();

  abstract String query();

  abstract List<String> columns();

  abstract String where();

  abstract String partitionColumn();

  abstract int partitions();

  abstract int fetchSize();

  abstract @Nullable String numericAs();

  abstract Builder toBuilder();

  @AutoValue.Builder
  abstract static class Builder {
    abstract Builder setConnection(@Nullable SqlConnection connection);

    abstract Builder setTable(String table);

    abstract Builder setQuery(String query);

    abstract Builder setColumns(List<String> columns);

    abstract Builder setWhere(String where);

    abstract Builder setPartitionColumn(String column);

    abstract Builder setPartitions(int partitions);

    abstract Builder setFetchSize(int rows);

    abstract Builder setNumericAs(@Nullable String policy);

    abstract SqlRead build();
  }

  /** What to read and how, as the database describes it now. */
  private record Source(TableRead read, boolean nullable) {}

  static SqlRead create() {
    return new AutoValue_SqlRead.Builder()
        .setTable("")
        .setQuery("")
        .setColumns(List.of())
        .setWhere("")
        .setPartitionColumn("")
        .setPartitions(4)
        .setFetchSize(5_000)
        .build();
  }

  public SqlRead from(SqlConnection connection) {
    return toBuilder().setConnection(connection).build();
  }

  /** {@code table} or {@code schema.table}; a part in double quotes is taken as it stands. */
  public SqlRead table(String name) {
    return toBuilder().setTable(name).build();
  }

  /** A SELECT instead of a table; trusted text, never from users of the data. */
  public SqlRead query(String select) {
    return toBuilder().setQuery(select).build();
  }

  /** The columns to read; default all. */
  public SqlRead withColumns(String... columns) {
    return toBuilder().setColumns(List.of(columns)).build();
  }

  /** A condition in the database's SQL; trusted text. */
  public SqlRead where(String condition) {
    return toBuilder().setWhere(condition).build();
  }

  /** Reads in {@code count} parts at once, by the values of {@code column}. */
  public SqlRead withPartitions(String column, int count) {
    return toBuilder().setPartitionColumn(column).setPartitions(count).build();
  }

  /** Rows held in memory by each part; default 5000. */
  public SqlRead withFetchSize(int rows) {
    return toBuilder().setFetchSize(rows).build();
  }

  /** Decimals of no fixed precision: {@code string} or {@code decimal(p,s)}; refused otherwise. */
  public SqlRead withNumericAs(String policy) {
    return toBuilder().setNumericAs(policy).build();
  }

  void check(Problems problems) {
    if (connection() == null) {
      problems.add("url", "is required");
    }
    if (table().isBlank() == query().isBlank()) {
      problems.add("table", "give exactly one of table and query");
    } else if (!table().isBlank()) {
      Relation.check(table(), problems);
    }
    if (numericAs() != null) {
      NumericPolicy.check(numericAs(), problems);
    }
    SqlReadChanges.positive("num_partitions", partitions(), problems);
    SqlReadChanges.positive("fetch_size", fetchSize(), problems);
  }

  private SqlConnection database() {
    Problems problems = new Problems();
    check(problems);
    problems.throwIfAny();
    return java.util.Objects.requireNonNull(connection());
  }

  @Override
  public boolean replayable() {
    return false;
  }

  /** Plans the whole table as one chunk, whatever the position. */
  @Override
  public Increment plan(PlanRequest request) {
    if (request.backfill().isPresent()) {
      throw new io.beamhouse.core.error.SpecException(
          "from", "ReadFromJdbc reads the whole table; only ReadChangesFromJdbc has ranges");
    }
    SqlConnection database = database();
    Connection connection = database.open();
    try {
      connection.setReadOnly(true);
      Source source = source(connection, database);
      List<Split> splits = splits(connection, source);
      return new Increment(
          source.read().schema(),
          List.of(Position.json(new Position.Chunk(splits, 0, "", Seen.NONE))),
          "{}",
          Map.of("bound", "the whole table", "parts", String.valueOf(splits.size())));
    } catch (SQLException e) {
      throw SqlFailures.of(e, database, "planning " + table());
    } finally {
      Transactions.closeQuietly(connection);
    }
  }

  private List<Split> splits(Connection connection, Source source) throws SQLException {
    Split whole = Split.range(List.of(), List.of(), false);
    if (partitionColumn().isEmpty()) {
      return List.of(whole);
    }
    long rows = ChangesPlan.count(connection, source.read(), whole);
    int size = (int) Math.min(Integer.MAX_VALUE, Math.max(1, rows));
    List<Split> splits =
        new ArrayList<>(
            Quantiles.splits(connection, source.read(), whole, rows, size, partitions()));
    if (source.nullable() && splits.size() > 1) {
      splits.add(Split.nulls());
    }
    return splits;
  }

  private Source source(Connection connection, SqlConnection database) {
    Dialect dialect = database.dialect();
    List<Relation> candidates =
        table().isEmpty() ? List.of(Relation.query(query())) : Relation.tables(table(), dialect);
    Catalog catalog = Catalog.describe(connection, database, candidates);
    NumericPolicy numeric = new NumericPolicy(numericAs());
    List<Column> order =
        partitionColumn().isEmpty()
            ? List.of()
            : catalog.select(List.of(partitionColumn()), dialect, numeric);
    for (Column column : order) {
      if (!TypedText.supports(column)) {
        throw new SourceFailedException(
            "partition_column "
                + column.name()
                + " has type "
                + column.databaseType()
                + ", which has no ranges. Choose a number, a time or a text.");
      }
    }
    TableRead read =
        new TableRead(
            database,
            catalog.relation(),
            catalog.select(columns(), dialect, numeric),
            order,
            where(),
            numeric,
            fetchSize(),
            false,
            "",
            List.of(),
            "",
            Seen.NONE,
            "",
            0);
    return new Source(read, order.stream().anyMatch(Column::nullable));
  }

  @Override
  public Session open(Increment increment, int chunk, long run) {
    return ChunkSession.open(session(increment, chunk));
  }

  private ChunkSession session(Increment increment, int chunk) {
    SqlConnection database = database();
    Connection connection = database.open();
    try {
      TableRead read = source(connection, database).read();
      ChunkSession.checkUnchanged(read, increment.schema());
      return ChunkSession.withoutSnapshot(read, Position.chunk(increment.chunks().get(chunk)));
    } finally {
      Transactions.closeQuietly(connection);
    }
  }

  @Override
  public PCollection<Row> expand(PBegin input) {
    Increment all = plan(new PlanRequest(1, Optional.empty(), Instant.now(), Optional.empty(), ""));
    return input.apply(session(all, 0).rows());
  }

  @Override
  public void populateDisplayData(DisplayData.Builder builder) {
    builder
        .add(DisplayData.item("database", String.valueOf(connection())))
        .add(DisplayData.item("table", table()));
  }
}
