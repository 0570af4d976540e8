package io.beamhouse.io.delta.compact;

import io.beamhouse.core.Evolving;
import io.beamhouse.io.delta.data.FileLayout;
import io.beamhouse.io.delta.log.CommitResult;
import io.beamhouse.io.delta.log.DeltaLog;
import io.beamhouse.io.delta.log.TableSnapshot;
import io.beamhouse.io.parquet.ParquetWriteOptions.Compression;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Puts small files of a Delta table together; the table's rows stay the same.
 *
 * <p>A file is small when it holds less than a quarter of the target size, counted without the rows
 * that a deletion vector takes away. Small files of a partition become files of up to the target
 * size, in the order of the column whose ranges overlap least, so that keys that grow with time
 * stay prunable; the rows of a file stay together and in order. One commit (OPTIMIZE, without data
 * change) replaces up to 10,000 files; more take several. Older versions stay readable until VACUUM
 * deletes the old files.
 *
 * <p>Runs where it is called, without a pipeline, one file after the other. Memory: a row group
 * read and one written, and about 2 KB for each small file of a commit.
 *
 * <p>Other writers are never in its way: they commit as if it was not there, and a merge that meets
 * its commit merges into the new files. Where another writer removed one of the files meanwhile,
 * that group of files is left as it is. Killed anywhere, it leaves the table as it was or
 * compacted, and at most files that VACUUM deletes.
 *
 * <p>Durable steps: {@code delta.data}, {@code delta.commit}, {@code delta.checkpoint}. Errors:
 * DataRefusedException for a table that cannot be written, StorageFailedException,
 * CommitStateUnknownException, SourceFailedException when there is no table.
 */
@Evolving
public final class DeltaCompact {
  private final String path;
  private final CompactSettings settings;

  private DeltaCompact(String path, CompactSettings settings) {
    this.path = path;
    this.settings = settings;
  }

  /** Compacts the table at {@code path}: files of 128 MiB, partitions with two small files. */
  public static DeltaCompact of(String path) {
    return new DeltaCompact(
        path,
        new CompactSettings(
            FileLayout.DEFAULT_TARGET_FILE_BYTES,
            2,
            Duration.ZERO,
            Compression.ZSTD,
            false,
            Long.MAX_VALUE));
  }

  /** About how long the new files are; default 128 MiB. */
  public DeltaCompact withTargetFileBytes(long bytes) {
    return new DeltaCompact(path, settings.withTarget(bytes));
  }

  /** Leaves partitions alone that have fewer small files; default 2. */
  public DeltaCompact withMinFiles(int files) {
    return new DeltaCompact(path, settings.withMinFiles(files));
  }

  /** Leaves files alone that are younger; default zero. */
  public DeltaCompact withOlderThan(Duration age) {
    return new DeltaCompact(path, settings.withOlderThan(age));
  }

  /** Compression of the new files; default zstd. */
  public DeltaCompact withCompression(Compression compression) {
    return new DeltaCompact(path, settings.withCompression(compression));
  }

  /**
   * For a table that grows by little files all the time: takes only files that together are about
   * as long as the longest of them, so that each row is rewritten a few times on its way to the
   * target size, and at most two targets' worth at once. The newest quarter of them is left, since
   * late changes still meet its rows.
   */
  public DeltaCompact sparingly() {
    return new DeltaCompact(path, settings.sparingly());
  }

  /** Compacts, and says what became of it. */
  public Compacted run() {
    DeltaLog log = DeltaLog.at(path);
    Compacted total = Compacted.nothing(log.path());
    boolean more = true;
    while (more) {
      TableSnapshot table = log.latest();
      log.requireWritable(table);
      SmallFiles.Plan plan = SmallFiles.plan(table, settings, System.currentTimeMillis());
      if (plan.groups().isEmpty()) {
        break;
      }
      Compacted pass = pass(log, table, plan.groups());
      total = total.plus(pass);
      more = plan.more() && pass.version().isPresent() && !settings.sparing();
    }
    return total;
  }

  private Compacted pass(DeltaLog log, TableSnapshot table, List<FileGroup> groups) {
    GroupRewrite rewrite = new GroupRewrite(table, settings);
    List<FileGroup.Rewritten> rewritten = new ArrayList<>();
    boolean done = false;
    try {
      for (FileGroup group : groups) {
        rewritten.add(rewrite.run(group));
      }
      done = true;
    } finally {
      if (!done) {
        rewritten.forEach(rewrite::delete);
      }
    }
    CompactCommit commit = new CompactCommit(log, settings, rewritten, rewrite::delete);
    Optional<CommitResult> result = commit.run(table);
    return Compacted.of(
        log.path(),
        result.map(r -> OptionalLong.of(r.version())).orElseGet(OptionalLong::empty),
        result.isPresent() ? commit.groups() : List.of(),
        groups);
  }
}
