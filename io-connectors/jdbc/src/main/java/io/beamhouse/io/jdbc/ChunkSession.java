package io.beamhouse.io.jdbc;

import io.beamhouse.core.error.SourceChangedException;
import io.beamhouse.io.core.increment.Increment;
import io.beamhouse.io.core.increment.IncrementalSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;

/**
 * One reading of one chunk. On PostgreSQL the driver's transaction stays open meanwhile and lends
 * its snapshot to all splits; when that transaction dies, the reading fails and is done afresh.
 */
final class ChunkSession implements IncrementalSource.Session {
  private final TableRead read;
  private final Position.Chunk chunk;
  private final Connection snapshotHolder;

  private ChunkSession(TableRead read, Position.Chunk chunk, Connection snapshotHolder) {
    this.read = read;
    this.chunk = chunk;
    this.snapshotHolder = snapshotHolder;
  }

  static ChunkSession open(SqlReadChanges spec, Increment increment, int chunk, long run) {
    return open(withoutSnapshot(spec, increment, chunk, run));
  }

  /** Reads as planned, without a common snapshot. */
  static ChunkSession withoutSnapshot(TableRead read, Position.Chunk chunk) {
    return new ChunkSession(read, chunk, null);
  }

  /** Lets all splits read in one snapshot, where the database can. */
  static ChunkSession open(ChunkSession plain) {
    if (plain.chunk.splits().size() < 2 || plain.read.dialect() != PostgreSqlDialect.INSTANCE) {
      return plain;
    }
    Connection holder = plain.read.connection().open();
    try {
      Transactions.beginRead(holder, plain.read.dialect(), "");
      Optional<String> snapshot = export(holder);
      return new ChunkSession(plain.read.withSnapshot(snapshot), plain.chunk, holder);
    } catch (SQLException e) {
      Transactions.closeQuietly(holder);
      throw SqlFailures.of(e, plain.read.connection(), "taking a snapshot");
    }
  }

  static ChunkSession withoutSnapshot(
      SqlReadChanges spec, Increment increment, int index, long run) {
    Position.Chunk chunk = Position.chunk(increment.chunks().get(index));
    Shape shape = Shape.of(spec);
    TableRead read = shape.read(chunk.upTo(), chunk.seen(), run);
    checkUnchanged(read, increment.schema());
    return withoutSnapshot(read, chunk);
  }

  /** A server in recovery lends no snapshot. */
  private static Optional<String> export(Connection holder) throws SQLException {
    try (Statement statement = holder.createStatement()) {
      statement.execute("SET LOCAL idle_in_transaction_session_timeout = 0");
      try (ResultSet row =
          statement.executeQuery(
              "SELECT CASE WHEN pg_is_in_recovery() THEN NULL ELSE pg_export_snapshot() END")) {
        row.next();
        return Optional.ofNullable(row.getString(1));
      }
    }
  }

  static void checkUnchanged(TableRead read, Schema planned) {
    if (!read.schema().equals(planned)) {
      throw new SourceChangedException(
          "The columns of "
              + read.relation().label()
              + " changed between plan and read. Nothing was published; run again, and if that"
              + " repeats, undo the change of the table or reset the run.");
    }
  }

  @Override
  public PTransform<PBegin, PCollection<Row>> rows() {
    return new Rows(new SplitReads(read, chunk.splits(), chunk.first()), read.schema());
  }

  static final class Rows extends PTransform<PBegin, PCollection<Row>> {
    private final SplitReads splits;
    private final Schema schema;

    Rows(SplitReads splits, Schema schema) {
      this.splits = splits;
      this.schema = schema;
    }

    SplitReads splits() {
      return splits;
    }

    @Override
    public PCollection<Row> expand(PBegin input) {
      return input.apply("read", Read.from(splits)).setRowSchema(schema);
    }
  }

  @Override
  public void close() {
    if (snapshotHolder != null) {
      Transactions.closeQuietly(snapshotHolder);
    }
  }
}
