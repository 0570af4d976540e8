package io.beamhouse.io.delta.log;

import io.beamhouse.core.Internal;
import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A data file of a snapshot ({@code add} action of the protocol).
 *
 * @param path absolute, decoded, with scheme; ready to be opened
 * @param logPath as it stands in the log (URL-encoded); with {@code deletionVector} its identity
 * @param partitionValues by partition column (its physical name); values as the log writes them,
 *     null for null
 * @param statsJson statistics of the file, {@code {"numRecords", "minValues", …}}
 */
@Internal
public record DataFile(
    String path,
    String logPath,
    Map<String, @Nullable String> partitionValues,
    long bytes,
    long modificationTime,
    @Nullable String statsJson,
    @Nullable DeletionVector deletionVector)
    implements Serializable {
  public DataFile {
    partitionValues = Collections.unmodifiableMap(new LinkedHashMap<>(partitionValues));
  }

  /** Where the rows are named that are deleted in a file, in the protocol's own terms. */
  @Internal
  public record DeletionVector(
      String storageType,
      String pathOrInlineDv,
      @Nullable Integer offset,
      int sizeInBytes,
      long cardinality)
      implements Serializable {}
}
