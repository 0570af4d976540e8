package io.beamhouse.io.delta.log;

import io.beamhouse.core.Internal;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is to be committed on a snapshot; immutable.
 *
 * @param read the snapshot that the actions were worked out on
 * @param operation for the history: WRITE, MERGE, …
 * @param adds files to add; held in memory, about 1 KB each
 * @param removes files to remove
 * @param removesWhere partition values of further files of {@code read} that go, all when empty;
 *     streamed rather than held
 * @param transaction makes the commit happen once
 * @param operationParameters for the history
 * @param operationMetrics for the history
 * @param info our own facts for the history: run, sink, …
 * @param blindAppend whether no row of the table was looked at
 * @param dataChange false when the table's rows are the same after it, so that readers of changes
 *     pass over it
 * @param conflicts asked when another writer was faster
 * @param maxAttempts after so many tries the commit fails with CommitConflictException
 */
@Internal
public record CommitRequest(
    TableSnapshot read,
    String operation,
    List<NewFile> adds,
    List<DataFile> removes,
    Optional<Map<String, String>> removesWhere,
    Optional<WriterTransaction> transaction,
    Map<String, String> operationParameters,
    Map<String, String> operationMetrics,
    Map<String, String> info,
    boolean blindAppend,
    boolean dataChange,
    ConflictCheck conflicts,
    int maxAttempts) {
  private static final int DEFAULT_ATTEMPTS = 100;

  public CommitRequest {
    adds = List.copyOf(adds);
    removes = List.copyOf(removes);
    operationParameters = sorted(operationParameters);
    operationMetrics = sorted(operationMetrics);
    info = sorted(info);
  }

  /** An empty commit on {@code read} that retries as an append does. */
  public static CommitRequest on(TableSnapshot read, String operation) {
    return new CommitRequest(
        read,
        operation,
        List.of(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        Map.of(),
        Map.of(),
        false,
        true,
        ConflictCheck.append(),
        DEFAULT_ATTEMPTS);
  }

  public CommitRequest withRead(TableSnapshot snapshot) {
    return copy(snapshot, adds, removes, removesWhere, transaction, conflicts, maxAttempts);
  }

  public CommitRequest withAdds(List<NewFile> files) {
    return copy(read, files, removes, removesWhere, transaction, conflicts, maxAttempts);
  }

  public CommitRequest withRemoves(List<DataFile> files) {
    return copy(read, adds, files, removesWhere, transaction, conflicts, maxAttempts);
  }

  /**
   * Removes every file of the snapshot that is read, as far as its partition has these values.
   *
   * @param partition by partition column, as the log writes them; empty for all files
   */
  public CommitRequest withRemovesWhere(Map<String, String> partition) {
    Optional<Map<String, String>> where = Optional.of(Map.copyOf(partition));
    return copy(read, adds, removes, where, transaction, conflicts, maxAttempts);
  }

  public CommitRequest withTransaction(WriterTransaction id) {
    return copy(read, adds, removes, removesWhere, Optional.of(id), conflicts, maxAttempts);
  }

  public CommitRequest withConflicts(ConflictCheck check) {
    return copy(read, adds, removes, removesWhere, transaction, check, maxAttempts);
  }

  public CommitRequest withMaxAttempts(int attempts) {
    return copy(read, adds, removes, removesWhere, transaction, conflicts, attempts);
  }

  public CommitRequest withOperationParameters(Map<String, String> parameters) {
    return history(parameters, operationMetrics, info, blindAppend, dataChange);
  }

  public CommitRequest withOperationMetrics(Map<String, String> metrics) {
    return history(operationParameters, metrics, info, blindAppend, dataChange);
  }

  /** Adds {@code facts}; the transaction's state id and plan hash are added by the commit. */
  public CommitRequest withInfo(Map<String, String> facts) {
    return history(operationParameters, operationMetrics, facts, blindAppend, dataChange);
  }

  public CommitRequest withBlindAppend() {
    return history(operationParameters, operationMetrics, info, true, dataChange);
  }

  /** The same rows in other files. */
  public CommitRequest withoutDataChange() {
    return history(operationParameters, operationMetrics, info, blindAppend, false);
  }

  private CommitRequest history(
      Map<String, String> parameters,
      Map<String, String> metrics,
      Map<String, String> facts,
      boolean blind,
      boolean change) {
    return new CommitRequest(
        read,
        operation,
        adds,
        removes,
        removesWhere,
        transaction,
        parameters,
        metrics,
        facts,
        blind,
        change,
        conflicts,
        maxAttempts);
  }

  private CommitRequest copy(
      TableSnapshot snapshot,
      List<NewFile> files,
      List<DataFile> gone,
      Optional<Map<String, String>> where,
      Optional<WriterTransaction> id,
      ConflictCheck check,
      int attempts) {
    return new CommitRequest(
        snapshot,
        operation,
        files,
        gone,
        where,
        id,
        operationParameters,
        operationMetrics,
        info,
        blindAppend,
        dataChange,
        check,
        attempts);
  }

  private static Map<String, String> sorted(Map<String, String> map) {
    return Collections.unmodifiableMap(new TreeMap<>(map));
  }
}
