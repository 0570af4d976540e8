package io.beamhouse.io.jdbc;

import io.beamhouse.io.core.increment.Committed;
import io.beamhouse.io.core.increment.Delivery;
import io.beamhouse.io.core.increment.IncrementalSink;
import io.beamhouse.io.core.increment.SinkContext;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollectionRowTuple;

/** A write as a spec's transform, which the increment protocol can bind to a run. */
class IncrementalWrite extends SchemaTransform implements IncrementalSink {
  private final transient SqlWrite write;
  private final String errors;

  /**
   * @param errors name of the output for refused rows; empty for none
   */
  IncrementalWrite(SqlWrite write, String errors) {
    this.write = write;
    this.errors = errors;
  }

  /** The write as a sink; staged without keys it comes in two halves. */
  static IncrementalWrite of(SqlWrite write, String errors) {
    return write.mode() == SqlWrite.Mode.STAGED && write.keys().isEmpty()
        ? new StagedWrite(write, errors)
        : new IncrementalWrite(write, errors);
  }

  @Override
  public boolean replaces() {
    return !write.replace().isEmpty();
  }

  @Override
  public PCollectionRowTuple expand(PCollectionRowTuple input) {
    SqlWriteResult result = input.get("input").apply(write);
    PCollectionRowTuple output = PCollectionRowTuple.of("output", result.written());
    return errors.isEmpty() ? output : output.and(errors, result.refused());
  }

  @Override
  public Delivery delivery() {
    return write.delivery();
  }

  @Override
  public String target() {
    return "table " + write.table() + " at " + write.connection();
  }

  @Override
  public Optional<String> targetId() {
    WriteTarget target = table();
    if (target.dialect() != PostgreSqlDialect.INSTANCE) {
      return Optional.empty();
    }
    Connection connection = target.connection().open();
    try {
      return Optional.of(PostgreSqlBound.identity(connection, target.relation()));
    } catch (SQLException e) {
      throw SqlFailures.ofWrite(e, target.connection(), "looking at " + write.table());
    } finally {
      Transactions.closeQuietly(connection);
    }
  }

  @Override
  public PTransform<PCollectionRowTuple, PCollectionRowTuple> bind(SinkContext context) {
    return new IncrementalWrite(write.withContext(context), errors);
  }

  @Override
  public Optional<Committed> committed(SinkContext context) {
    if (write.delivery() != Delivery.TXN) {
      return Optional.empty();
    }
    return ask((connection, target) -> StagedCommit.find(connection, target, context))
        .orElse(Optional.empty());
  }

  @Override
  public OptionalLong newestRun(String stateId, String sinkId) {
    if (write.delivery() != Delivery.TXN) {
      return OptionalLong.empty();
    }
    return ask((connection, target) -> StagedCommit.newest(connection, target, stateId, sinkId))
        .orElse(OptionalLong.empty());
  }

  @FunctionalInterface
  private interface Question<T> {
    T ask(Connection connection, WriteTarget target) throws SQLException;
  }

  /** Asks the control table; nothing when there is none yet. */
  private <T> Optional<T> ask(Question<T> question) {
    WriteTarget target = table();
    Connection connection = target.connection().open();
    try {
      return StagedCommit.exists(connection, target)
          ? Optional.of(question.ask(connection, target))
          : Optional.empty();
    } catch (SQLException e) {
      throw SqlFailures.ofWrite(e, target.connection(), "reading the control table");
    } finally {
      Transactions.closeQuietly(connection);
    }
  }

  /** The table as far as it can be found without rows. */
  private WriteTarget table() {
    SqlConnection database = write.database();
    Connection connection = database.open();
    try {
      Catalog catalog =
          Catalog.describe(
              connection, database, Relation.tables(write.table(), database.dialect()));
      return new WriteTarget(
          database, catalog.relation(), new WriteColumns(List.of(), List.of(), ""));
    } finally {
      Transactions.closeQuietly(connection);
    }
  }
}
