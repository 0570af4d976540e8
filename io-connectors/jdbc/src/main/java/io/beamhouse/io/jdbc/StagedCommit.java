package io.beamhouse.io.jdbc;

import io.beamhouse.core.error.CommitStateUnknownException;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.error.StateRefusedException;
import io.beamhouse.core.error.StorageFailedException;
import io.beamhouse.core.step.DurableSteps;
import io.beamhouse.io.core.increment.Committed;
import io.beamhouse.io.core.increment.SinkContext;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.apache.beam.sdk.values.KV;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The staging table of one attempt and the transaction that moves it into the target together with
 * a row of the control table, so that a run is in the target wholly and once.
 *
 * <p>The control table {@code beamhouse_runs} stands beside the target. Its primary key is the
 * arbiter: an attempt that finds the run there adopts it when the plan is the same.
 */
record StagedCommit(WriteTarget target, SinkContext context, Replaced replaced, String name)
    implements Serializable {
  static final String CONTROL = "beamhouse_runs";
  private static final Logger LOG = LoggerFactory.getLogger(StagedCommit.class);
  private static final String RUN_KEY = "state_id = ? AND sink_id = ? AND run = ? AND chunk = ?";

  /** Creates the control table and the staging table; called in the driver. */
  static StagedCommit prepare(
      WriteTarget target, SinkContext context, Map<String, String> replace) {
    List<String> problems = new ArrayList<>();
    Replaced replaced = Replaced.of(replace, target.columns().columns(), problems);
    if (!problems.isEmpty()) {
      throw new SpecException("replace", String.join("; ", problems));
    }
    String name =
        prefix(context) + context.run() + "_" + UUID.randomUUID().toString().substring(0, 8);
    StagedCommit commit = new StagedCommit(target, context, replaced, name);
    try (Connection connection = target.connection().open()) {
      createControl(connection, target);
      try (Statement statement = connection.createStatement()) {
        statement.execute(
            target.dialect().createStage(commit.stage(), target.table(), target.columns()));
      }
    } catch (SQLException e) {
      throw SqlFailures.ofWrite(e, target.connection(), "making a staging table");
    }
    return commit;
  }

  /** Names of one sink's staging tables begin with this; the run follows. */
  private static String prefix(SinkContext context) {
    byte[] id = context.applicationId().getBytes(StandardCharsets.UTF_8);
    return "bh_stage_" + UUID.nameUUIDFromBytes(id).toString().substring(0, 8) + "_";
  }

  private String stage() {
    return target.beside(name);
  }

  String insert() {
    WriteColumns columns = target.columns();
    Dialect dialect = target.dialect();
    return "INSERT INTO "
        + stage()
        + " ("
        + dialect.quote(Merges.PART)
        + ", "
        + columns.names(dialect)
        + ") VALUES (?, "
        + columns.marks()
        + ")";
  }

  /** Moves {@code parts} in one transaction; returns how many rows the run wrote. */
  long commit(Iterable<KV<String, Long>> parts) {
    SqlConnection database = target.connection();
    Connection connection = database.open();
    try {
      connection.setAutoCommit(false);
      Optional<Committed> earlier = find(connection, target, context);
      if (earlier.isPresent()) {
        long adopted = adopt(earlier.get());
        dropStages();
        return adopted;
      }
      replaced.delete(connection, target.dialect(), target.table());
      long rows = 0;
      for (KV<String, Long> part : parts) {
        if (part.getValue() > 0) {
          move(connection, part);
          rows += part.getValue();
        }
      }
      record(connection, rows);
      DurableSteps.before("jdbc.commit");
      commit(connection);
      DurableSteps.after("jdbc.commit");
      dropStages();
      return rows;
    } catch (SQLException e) {
      return adoptOrFail(e);
    } finally {
      Transactions.closeQuietly(connection);
    }
  }

  private static void commit(Connection connection) {
    try {
      connection.commit();
    } catch (SQLException e) {
      throw new CommitStateUnknownException(
          "It is unknown whether the run was committed (SQLSTATE "
              + e.getSQLState()
              + "). Run again: the control table "
              + CONTROL
              + " will tell.");
    }
  }

  /** Another attempt may have been faster by a moment. */
  private long adoptOrFail(SQLException e) {
    try (Connection connection = target.connection().open()) {
      Optional<Committed> earlier = find(connection, target, context);
      if (earlier.isPresent()) {
        return adopt(earlier.get());
      }
    } catch (SQLException again) {
      LOG.warn("could not look for run {} in the control table", context.run());
    }
    throw SqlFailures.ofWrite(e, target.connection(), "moving staged rows");
  }

  private long adopt(Committed earlier) {
    if (!earlier.planHash().equals(context.planHash())) {
      throw new StateRefusedException(
          "Run "
              + context.run()
              + " of this state is in "
              + target.relation().label()
              + " already, written by another plan. Restore the state that belongs to the table,"
              + " or reset the state.");
    }
    return earlier.counts().getOrDefault("written", 0L);
  }

  private void move(Connection connection, KV<String, Long> part) throws SQLException {
    Dialect dialect = target.dialect();
    WriteColumns columns = target.columns();
    String count =
        "SELECT COUNT(*) FROM " + stage() + " WHERE " + dialect.quote(Merges.PART) + " = ?";
    try (PreparedStatement statement = connection.prepareStatement(count)) {
      statement.setString(1, part.getKey());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        if (row.getLong(1) != part.getValue()) {
          throw new StorageFailedException(
              "The staging table "
                  + stage()
                  + " lost rows: a part has "
                  + row.getLong(1)
                  + " of "
                  + part.getValue()
                  + ". Nothing was written to the target. Run again.");
        }
      }
    }
    replaced.check(connection, dialect, stage(), part.getKey());
    String sql =
        columns.keys().isEmpty()
            ? "INSERT INTO "
                + target.table()
                + " ("
                + columns.names(dialect)
                + ") "
                + Merges.part(dialect, stage(), columns)
            : dialect.upsertFrom(stage(), target.table(), columns);
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, part.getKey());
      statement.executeUpdate();
    }
  }

  private void record(Connection connection, long rows) throws SQLException {
    String sql =
        "INSERT INTO "
            + target.beside(control(target))
            + " (state_id, sink_id, run, chunk, attempt, plan_hash, written, committed_at)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bindKey(statement, context);
      statement.setInt(5, context.attempt());
      statement.setString(6, context.planHash());
      statement.setLong(7, rows);
      statement.setObject(8, LocalDateTime.ofInstant(Instant.now(), ZoneOffset.UTC));
      statement.executeUpdate();
    }
  }

  /**
   * Drops the staging tables of this run and of earlier ones, which can no longer be committed. One
   * that stays behind is harmless.
   */
  private void dropStages() {
    List<String> parts = target.relation().parts();
    String schema = parts.size() > 1 ? parts.get(parts.size() - 2) : null;
    String prefix = prefix(context);
    try (Connection connection = target.connection().open()) {
      List<String> names = new ArrayList<>();
      try (ResultSet tables =
          connection.getMetaData().getTables(null, schema, prefix + "%", new String[] {"TABLE"})) {
        while (tables.next()) {
          String table = tables.getString("TABLE_NAME");
          String run = table.substring(prefix.length()).replaceFirst("_.*$", "");
          if (table.startsWith(prefix) && Long.parseLong(run) <= context.run()) {
            names.add(table);
          }
        }
      }
      for (String table : names) {
        try (Statement statement = connection.createStatement()) {
          statement.execute("DROP TABLE " + target.beside(table));
        }
      }
    } catch (SQLException | RuntimeException e) {
      LOG.warn("a staging table {}… stays behind; drop it by hand", prefix, e);
    }
  }

  static Optional<Committed> find(Connection connection, WriteTarget target, SinkContext context)
      throws SQLException {
    String sql =
        "SELECT plan_hash, written FROM " + target.beside(control(target)) + " WHERE " + RUN_KEY;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bindKey(statement, context);
      try (ResultSet row = statement.executeQuery()) {
        return row.next()
            ? Optional.of(
                new Committed(
                    "run " + context.run(), row.getString(1), Map.of("written", row.getLong(2))))
            : Optional.empty();
      }
    }
  }

  static OptionalLong newest(
      Connection connection, WriteTarget target, String stateId, String sinkId)
      throws SQLException {
    String sql =
        "SELECT MAX(run) FROM "
            + target.beside(control(target))
            + " WHERE state_id = ? AND sink_id = ?";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, stateId);
      statement.setString(2, sinkId);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        long run = row.getLong(1);
        return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(run);
      }
    }
  }

  /** Creates the control table unless it is there. */
  static void createControl(Connection connection, WriteTarget target) throws SQLException {
    if (exists(connection, target)) {
      return;
    }
    String bigint = target.dialect().bigint();
    String sql =
        "CREATE TABLE "
            + target.beside(control(target))
            + " (state_id VARCHAR(100) NOT NULL, sink_id VARCHAR(100) NOT NULL, run "
            + bigint
            + " NOT NULL, chunk INTEGER NOT NULL, attempt INTEGER NOT NULL,"
            + " plan_hash VARCHAR(200) NOT NULL, written "
            + bigint
            + " NOT NULL, committed_at "
            + target.dialect().localDateTime()
            + " NOT NULL, PRIMARY KEY (state_id, sink_id, run, chunk))";
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      // Somebody else may have made it in the meantime.
      if (!exists(connection, target)) {
        throw e;
      }
    }
  }

  static boolean exists(Connection connection, WriteTarget target) throws SQLException {
    String sql = "SELECT run FROM " + target.beside(control(target)) + " WHERE 1 = 0";
    try (PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet none = statement.executeQuery()) {
      return !none.next();
    } catch (SQLException e) {
      if (target.dialect().kind(e) == SqlFailures.Kind.NO_TABLE) {
        return false;
      }
      throw e;
    }
  }

  /** Unquoted in statements by people, so it is named as the database folds it. */
  private static String control(WriteTarget target) {
    return target.dialect().fold(CONTROL);
  }

  private static void bindKey(PreparedStatement statement, SinkContext context)
      throws SQLException {
    statement.setString(1, context.stateId());
    statement.setString(2, context.sinkId());
    statement.setLong(3, context.run());
    statement.setInt(4, context.chunk());
  }
}
