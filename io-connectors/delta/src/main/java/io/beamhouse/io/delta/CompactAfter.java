package io.beamhouse.io.delta;

import io.beamhouse.core.error.Problems;
import io.beamhouse.io.delta.compact.Compacted;
import io.beamhouse.io.delta.compact.DeltaCompact;
import io.beamhouse.io.parquet.ParquetWriteOptions.Compression;
import java.util.Optional;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * How many small files a sink lets come together before it compacts its table.
 *
 * <p>Looking costs a walk through the list of files, so it is done once in a while only: a run
 * seldom adds more than a file to a partition.
 *
 * @param files 0 for never
 */
record CompactAfter(int files) {
  /** A day of increments of 10 s then ends in a few files, and each row is written some 5 times. */
  static final CompactAfter DEFAULT = new CompactAfter(64);

  /** How often is looked while so many small files come together. */
  private static final int LOOKS = 8;

  /** Of a sink's {@code compact_after}. */
  static CompactAfter of(@Nullable Integer files, Problems problems) {
    if (files != null && files != 0 && files < 2) {
      problems.add("compact_after", "is " + files + "; allowed: 2 or more files, or 0 for never");
    }
    return files == null ? DEFAULT : new CompactAfter(files);
  }

  Optional<String> run(String table, Compression compression, long run) {
    if (files == 0 || run % Math.max(1, files / LOOKS) != 0) {
      return Optional.empty();
    }
    Compacted compacted =
        DeltaCompact.of(table).withMinFiles(files).withCompression(compression).sparingly().run();
    return compacted.version().isPresent() || compacted.filesBusy() > 0
        ? Optional.of("compacted " + compacted)
        : Optional.empty();
  }
}
