package io.beamhouse.io.delta.log;

import io.beamhouse.core.error.BeamhouseException;
import io.beamhouse.core.error.CommitConflictException;
import io.beamhouse.core.error.CommitStateUnknownException;
import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.error.StorageFailedException;
import io.beamhouse.core.step.DurableSteps;
import io.delta.kernel.TransactionCommitResult;
import io.delta.kernel.exceptions.ConcurrentWriteException;
import io.delta.kernel.exceptions.KernelException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries one commit through conflicts and unknown outcomes. */
final class Committer {
  private static final Logger LOG = LoggerFactory.getLogger(Committer.class);
  private static final long MAX_BACKOFF_MILLIS = 400;

  /** Kernel cleans at each checkpoint; what it leaves is little. */
  private static final int COMMITS_PER_SWEEP = 200;

  private final DeltaLog log;
  private final KernelTable table;

  Committer(DeltaLog log, KernelTable table) {
    this.log = log;
    this.table = table;
  }

  CommitResult commit(CommitRequest asked) {
    CommitRequest request = asked;
    Optional<LoggedCommit> earlier = replayed(request);
    if (earlier.isPresent()) {
      return new CommitResult(earlier.get().version(), true, earlier.get(), 0);
    }
    log.requireWritable(request.read());
    String token = UUID.randomUUID().toString();
    for (int attempt = 1; attempt <= request.maxAttempts(); attempt++) {
      Optional<LoggedCommit> committed = tryOnce(request, token);
      if (committed.isPresent()) {
        return new CommitResult(committed.get().version(), false, committed.get(), attempt);
      }
      backOff(attempt);
      TableSnapshot now = log.latest();
      Optional<LoggedCommit> other = replayed(request.withRead(now));
      if (other.isPresent()) {
        return new CommitResult(other.get().version(), true, other.get(), attempt);
      }
      request = resolved(request, now);
    }
    throw new CommitConflictException(
        "other writers were faster "
            + asked.maxAttempts()
            + " times in a row at Delta table "
            + log.path()
            + "; nothing was committed - run again, or let fewer writers commit at once");
  }

  private Optional<LoggedCommit> replayed(CommitRequest request) {
    return request.transaction().flatMap(t -> log.replayed(request.read(), t));
  }

  private CommitRequest resolved(CommitRequest request, TableSnapshot now) {
    requireSameTable(request, now);
    List<LoggedCommit> winners = log.after(request.read().version(), now.version());
    ConflictCheck.Resolution resolution = request.conflicts().resolve(request, now, winners);
    if (resolution instanceof ConflictCheck.Fail fail) {
      throw new CommitConflictException(
          "another writer committed version "
              + now.version()
              + " of Delta table "
              + log.path()
              + " while this commit was on its way: "
              + fail.why()
              + "; nothing was committed - run again");
    }
    return resolution instanceof ConflictCheck.Recomputed recomputed
        ? recomputed.request()
        : request.withRead(now);
  }

  private void requireSameTable(CommitRequest request, TableSnapshot now) {
    if (!now.tableId().equals(request.read().tableId())) {
      throw new CommitConflictException(
          "Delta table "
              + log.path()
              + " was replaced by another one (id "
              + now.tableId()
              + ", read was "
              + request.read().tableId()
              + "); nothing was committed - run again");
    }
  }

  /** Returns the commit, or nothing when another writer has the version. */
  private Optional<LoggedCommit> tryOnce(CommitRequest request, String token) {
    long version = request.read().version() + 1;
    TransactionCommitResult committed = null;
    DurableSteps.before("delta.commit");
    try {
      committed = table.commit(request, CommitInfoLine.of(request, token));
    } catch (ConcurrentWriteException e) {
      if (!isOurs(table, version, token, null)) {
        return Optional.empty();
      }
    } catch (KernelException e) {
      throw new DataRefusedException(
          "Delta table " + log.path() + " refused the commit: " + e.getMessage(), e);
    } catch (BeamhouseException e) {
      throw e;
    } catch (RuntimeException e) {
      if (!isOurs(table, version, token, e)) {
        return Optional.empty();
      }
    }
    DurableSteps.after("delta.commit");
    if (committed != null) {
      table.afterCommit(committed, this::guarded);
      if (version % COMMITS_PER_SWEEP == 0) {
        guarded("deleting old checksums", false, table::deleteChecksumsWithoutCommit);
      }
    }
    return Optional.of(
        log.commit(version)
            .orElseThrow(
                () ->
                    new CommitStateUnknownException(
                        "version "
                            + version
                            + " of Delta table "
                            + log.path()
                            + " was committed but cannot be read back")));
  }

  /**
   * Looks who committed {@code version}.
   *
   * @param failure what the put ended with; null when it said "exists"
   * @return false when it was another writer
   * @throws StorageFailedException when certainly nobody did
   * @throws CommitStateUnknownException when that is not certain
   */
  static boolean isOurs(
      KernelTable table, long version, String token, @Nullable RuntimeException failure) {
    if (failure != null && hasCause(failure, LogStore.NotPutException.class)) {
      throw nothingCommitted(table, failure);
    }
    Optional<LoggedCommit> there;
    try {
      there = new CommitFile(table.path(), version).read();
    } catch (BeamhouseException e) {
      throw unknown(table, version, failure == null ? e : failure);
    }
    if (there.isPresent()) {
      return there.get().token().equals(token);
    }
    // The put itself fails with an IOException; anything else broke before it.
    if (failure != null && !(failure instanceof UncheckedIOException)) {
      throw nothingCommitted(table, failure);
    }
    throw unknown(table, version, failure);
  }

  private static boolean hasCause(Throwable failure, Class<? extends Throwable> type) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (type.isInstance(t)) {
        return true;
      }
    }
    return false;
  }

  private static StorageFailedException nothingCommitted(
      KernelTable table, RuntimeException failure) {
    return new StorageFailedException(
        "nothing was committed to Delta table "
            + table.path()
            + ", writing its log failed: "
            + failure.getMessage()
            + " - repair access or space and run again",
        failure);
  }

  private static CommitStateUnknownException unknown(
      KernelTable table, long version, @Nullable RuntimeException failure) {
    return new CommitStateUnknownException(
        "it is unknown whether version "
            + version
            + " of Delta table "
            + table.path()
            + " was committed"
            + (failure == null ? "" : " (" + failure.getMessage() + ")")
            + " - look at its history before anything else; a replay under the same transaction id"
            + " is safe",
        failure);
  }

  private void guarded(String name, boolean checkpoint, KernelTable.Hook hook) {
    try {
      if (checkpoint) {
        DurableSteps.before("delta.checkpoint");
      }
      hook.run();
      if (checkpoint) {
        DurableSteps.after("delta.checkpoint");
      }
    } catch (Exception | LinkageError e) {
      LOG.warn(
          "{} after a commit to Delta table {} failed; the commit stands, and a later one tries"
              + " again",
          name,
          log.path(),
          e);
    }
  }

  private static void backOff(int attempt) {
    try {
      long bound = Math.min(MAX_BACKOFF_MILLIS, 5L << Math.min(attempt, 10));
      Thread.sleep(ThreadLocalRandom.current().nextLong(bound));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommitConflictException("interrupted while waiting for other writers", e);
    }
  }
}
