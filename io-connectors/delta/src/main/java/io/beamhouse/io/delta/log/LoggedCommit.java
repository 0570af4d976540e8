package io.beamhouse.io.delta.log;

import io.beamhouse.core.Internal;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * One commit as it stands in the log.
 *
 * @param timestamp in milliseconds since 1970
 * @param operation WRITE, MERGE, …; empty when the writer left none
 * @param info what Beamhouse wrote with it ({@link CommitRequest#withInfo}); empty for other
 *     writers
 * @param token of the commit call that wrote it; empty for other writers
 * @param transactions version by application id
 * @param adds files added; memory grows with their number
 * @param removes files removed, by {@link DataFile#logPath}
 * @param metadataChanged whether schema, partitioning or properties were set
 */
@Internal
public record LoggedCommit(
    long version,
    long timestamp,
    String operation,
    Map<String, String> operationParameters,
    Map<String, String> operationMetrics,
    Map<String, String> info,
    String token,
    Map<String, Long> transactions,
    List<DataFile> adds,
    List<String> removes,
    boolean metadataChanged,
    boolean protocolChanged)
    implements Serializable {

  /** Returns {@link #operationMetrics}' number {@code name}, or null. */
  public @Nullable Long metric(String name) {
    String value = operationMetrics.get(name);
    return value == null ? null : Long.valueOf(value);
  }
}
