package io.beamhouse.io.parquet;

import io.beamhouse.core.Internal;
import java.io.Serializable;

/**
 * A closed Parquet file.
 *
 * @param rows in it
 * @param bytes its length
 * @param statsJson its statistics as the Delta protocol wants them ("Per-file Statistics")
 */
@Internal
public record WrittenParquet(long rows, long bytes, String statsJson) implements Serializable {}
