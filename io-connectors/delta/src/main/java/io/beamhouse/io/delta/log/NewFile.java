package io.beamhouse.io.delta.log;

import io.beamhouse.core.Internal;
import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A closed data file to be added by a commit.
 *
 * @param path relative to the table's root, decoded
 * @param partitionValues for every partition column, as the protocol serialises them ("Partition
 *     Value Serialization"); null for null
 * @param bytes its length
 * @param modificationTime in milliseconds since 1970
 * @param statsJson statistics as the protocol wants them ("Per-file Statistics")
 */
@Internal
public record NewFile(
    String path,
    Map<String, @Nullable String> partitionValues,
    long bytes,
    long modificationTime,
    @Nullable String statsJson)
    implements Serializable {
  public NewFile {
    partitionValues = Collections.unmodifiableMap(new LinkedHashMap<>(partitionValues));
  }
}
