package io.beamhouse.io.delta.log;

import io.beamhouse.core.Internal;
import io.beamhouse.core.error.CommitConflictException;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.error.StateRefusedException;
import io.beamhouse.core.error.StorageFailedException;
import io.delta.kernel.exceptions.ConcurrentWriteException;
import io.delta.kernel.exceptions.KernelException;
import io.delta.kernel.exceptions.TableAlreadyExistsException;
import io.delta.kernel.internal.SnapshotImpl;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.LongStream;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The transaction log of one Delta table.
 *
 * <p>Stateless apart from the path: safe in many threads and processes at once. The only arbiter
 * between writers is {@link LogStore#putIfAbsent}.
 */
@Internal
public final class DeltaLog {
  /** How far {@link #find} walks back. */
  private static final int SEARCHED_COMMITS = 10_000;

  private final KernelTable table;

  private DeltaLog(KernelTable table) {
    this.table = table;
  }

  /**
   * Returns the log of a table that need not exist.
   *
   * @param tablePath the table's root; a path without scheme is a local one
   * @throws SpecException when no log store can commit safely on its scheme
   */
  public static DeltaLog at(String tablePath) {
    return new DeltaLog(KernelTable.at(tablePath));
  }

  /** The table's root, with scheme. */
  public String path() {
    return table.path().toString();
  }

  public boolean exists() {
    return table.latest().isPresent();
  }

  /** The newest snapshot, or nothing when there is no table. */
  public Optional<TableSnapshot> find() {
    return table.latest().map(table::snapshot);
  }

  /** The newest snapshot; throws SourceFailedException when there is no table. */
  public TableSnapshot latest() {
    Optional<SnapshotImpl> latest = table.latest();
    return table.snapshot(
        latest.orElseThrow(
            () -> new SourceFailedException("there is no Delta table at " + table.path())));
  }

  public TableSnapshot at(long version) {
    return table.snapshot(table.at(version));
  }

  /** The newest snapshot not younger than {@code instant}. */
  public TableSnapshot at(Instant instant) {
    return table.snapshot(table.atTimestamp(instant.toEpochMilli()));
  }

  /** Returns the positions of the rows deleted in {@code file}, ascending; empty for none. */
  public long[] deletedRows(DataFile file) {
    return file.deletionVector() == null ? new long[0] : table.deletedRows(file.deletionVector());
  }

  /** Returns commit {@code version}, or nothing when its file is not there (any more). */
  public Optional<LoggedCommit> commit(long version) {
    return new CommitFile(table.path(), version).read();
  }

  /**
   * Returns {@code schema} as a table holds it: TIME and UUID as STRING, millisecond timestamps as
   * TIMESTAMP, decimals without a precision as {@code plainDecimal}.
   *
   * @param plainDecimal null to refuse decimals without precision
   * @throws SpecException naming every field that a table cannot hold
   */
  public static Schema storable(Schema schema, @Nullable FieldType plainDecimal) {
    Problems problems = new Problems();
    Schema storable = DeltaTypes.storable(schema, plainDecimal, problems);
    problems.throwIfAny();
    return storable;
  }

  /**
   * Creates the table. A table that another writer created first is adopted when its columns and
   * partitioning are the same.
   *
   * @return the snapshot of version 0, or the newest one of the adopted table
   * @throws SpecException when the definition is wrong, or the other's table differs; every
   *     difference is named
   */
  public TableSnapshot create(TableDefinition definition) {
    Schema schema = storable(definition.schema(), definition.plainDecimal());
    String token = UUID.randomUUID().toString();
    try {
      table.create(
          DeltaTypes.toDelta(schema),
          definition,
          CommitInfoLine.ofCreation(definition.comment(), token));
      return at(0);
    } catch (TableAlreadyExistsException | ConcurrentWriteException e) {
      return adopted(definition, schema);
    } catch (KernelException e) {
      throw new SpecException(
          "table", "Delta table " + path() + " cannot be created: " + e.getMessage());
    } catch (UncheckedIOException e) {
      return Committer.isOurs(table, 0, token, e) ? at(0) : adopted(definition, schema);
    }
  }

  private TableSnapshot adopted(TableDefinition definition, Schema schema) {
    TableSnapshot there = latest();
    Problems problems = new Problems();
    SchemaDifferences.of(schema, there.schema(), path(), problems);
    if (!there.partitionColumns().equals(definition.partitionColumns())) {
      problems.add(
          "partition_by",
          "Delta table "
              + path()
              + " exists and is partitioned by "
              + there.partitionColumns()
              + ", asked for "
              + definition.partitionColumns()
              + " - leave it out, or write to another path");
    }
    problems.throwIfAny();
    return there;
  }

  /**
   * Throws DataRefusedException, naming the table's feature and the way out, when rows cannot be
   * written to {@code snapshot} with what its protocol demands.
   */
  public void requireWritable(TableSnapshot snapshot) {
    WritableFeatures.check(table, snapshot);
  }

  /**
   * Returns the commit that carried {@code transaction} if it is in the log: a skip is legal.
   *
   * @throws StateRefusedException when the table is ahead of the transaction, or its commit has
   *     another state or plan, or is no longer in the log
   */
  public Optional<LoggedCommit> replayed(TableSnapshot snapshot, WriterTransaction transaction) {
    Optional<LoggedCommit> commit = carried(snapshot, transaction);
    if (commit.isPresent() && !transaction.isThatOf(commit.get())) {
      throw otherRun(transaction, commit.get());
    }
    return commit;
  }

  /**
   * As {@link #replayed}, whatever state and plan the commit has: the caller compares them.
   *
   * @throws StateRefusedException when the table is ahead of the transaction and its commit is no
   *     longer in the log
   */
  public Optional<LoggedCommit> carried(TableSnapshot snapshot, WriterTransaction transaction) {
    OptionalLong newest = snapshot.transactionVersion(transaction.appId());
    if (newest.isEmpty() || newest.getAsLong() < transaction.version()) {
      return Optional.empty();
    }
    Optional<LoggedCommit> commit = find(snapshot, transaction.appId(), transaction.version());
    if (commit.isEmpty()) {
      throw new StateRefusedException(
          "Delta table "
              + path()
              + " holds transaction "
              + newest.getAsLong()
              + " of "
              + transaction.appId()
              + ", this run is "
              + transaction.version()
              + " and its commit is not in the log: the state is older than the table - restore the"
              + " state, or reset it and load anew");
    }
    return commit;
  }

  private StateRefusedException otherRun(WriterTransaction transaction, LoggedCommit commit) {
    return new StateRefusedException(
        "Delta table "
            + path()
            + " holds transaction "
            + transaction.version()
            + " of "
            + transaction.appId()
            + " (version "
            + commit.version()
            + ") with state '"
            + commit.info().getOrDefault(WriterTransaction.STATE, "")
            + "' and plan '"
            + WriterTransaction.planHash(commit)
            + "', this run has state '"
            + transaction.stateId()
            + "' and plan '"
            + transaction.planHash()
            + "': another run was committed under this number - restore the state it came from, or"
            + " reset the state and load anew");
  }

  /**
   * Returns the commit that set {@code appId} to {@code txnVersion}, looking back from {@code
   * snapshot} over at most 10 000 commits; nothing when it is not (any more) in the log.
   */
  public Optional<LoggedCommit> find(TableSnapshot snapshot, String appId, long txnVersion) {
    long oldest = Math.max(0, snapshot.version() - SEARCHED_COMMITS);
    for (long version = snapshot.version(); version >= oldest; version--) {
      CommitFile file = new CommitFile(table.path(), version);
      Optional<Boolean> carries = file.carries(appId, txnVersion);
      if (carries.isEmpty()) {
        return Optional.empty();
      }
      if (carries.get()) {
        return file.read();
      }
    }
    return Optional.empty();
  }

  /**
   * Commits against exactly the snapshot that was read.
   *
   * <p>Durable steps: {@code delta.commit}, {@code delta.checkpoint}. What follows a commit
   * (checkpoint, checksum) never fails it.
   *
   * @return the commit, or the earlier one when its transaction is in the log already
   * @throws CommitConflictException when {@link CommitRequest#conflicts} says so, or other writers
   *     were faster too often
   * @throws StateRefusedException see {@link #replayed}
   * @throws StorageFailedException when nothing was committed
   * @throws io.beamhouse.core.error.CommitStateUnknownException when that could not be found out
   * @throws io.beamhouse.core.error.DataRefusedException when the table refuses the commit
   */
  public CommitResult commit(CommitRequest request) {
    return new Committer(this, table).commit(request);
  }

  /** Commits of other writers after {@code version}, up to {@code newest}, in order. */
  List<LoggedCommit> after(long version, long newest) {
    return LongStream.rangeClosed(version + 1, newest)
        .mapToObj(
            v ->
                commit(v)
                    .orElseThrow(
                        () ->
                            new CommitConflictException(
                                "commit "
                                    + v
                                    + " of Delta table "
                                    + path()
                                    + " was cleaned up while this one was tried - run again")))
        .toList();
  }
}
