package io.beamhouse.io.files;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.StorageFailedException;
import io.beamhouse.io.core.manifest.CompactedRuns;
import io.beamhouse.io.core.manifest.Compactions;
import io.beamhouse.io.core.manifest.ManifestName;
import io.beamhouse.io.core.manifest.Manifests;
import io.beamhouse.io.core.storage.Storage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.apache.hadoop.fs.Path;

/**
 * Puts small published files together: those of old runs, directory by directory.
 *
 * <p>Takes the runs of each publisher in order, up to the first that is younger than {@code
 * olderThan} (default an hour), never the newest; files below a quarter of the target size (default
 * 128 MiB) become one in their directory, rows in the order of the runs. Followers ({@code
 * ReadNewFiles}) have each row once, whatever they have read before. Replaced files and their
 * manifests stay in {@code _replaced} for followers that are behind, and are deleted after {@code
 * keepReplaced} (default seven days). See {@link Compactions} for what a plain pattern sees.
 *
 * <p>Runs where it is called, without a pipeline. Memory: a row group or record, and the list of
 * the files of {@value #MAX_RUNS} manifests. May be killed anywhere and run any number of times, at
 * once too: the next one finishes it.
 *
 * <p>Durable steps: those of {@link Compactions}. Errors: StorageFailedException,
 * SourceFailedException for a published file that is broken, StateRefusedException.
 */
@Evolving
public final class FilesCompact {
  /** How many manifests are put together at once; more take several rounds. */
  static final int MAX_RUNS = 5_000;

  private static final int MAX_FILES = 50_000;

  private final String directory;
  private final long targetBytes;
  private final int minFiles;
  private final Duration olderThan;
  private final Duration keepReplaced;
  private final boolean oneRound;

  private FilesCompact(
      String directory,
      long targetBytes,
      int minFiles,
      Duration olderThan,
      Duration keepReplaced,
      boolean oneRound) {
    this.oneRound = oneRound;
    this.directory = directory;
    this.targetBytes = targetBytes;
    this.minFiles = minFiles;
    this.olderThan = olderThan;
    this.keepReplaced = keepReplaced;
  }

  static FilesCompact of(String directory) {
    return new FilesCompact(
        directory, 128L << 20, 2, Duration.ofHours(1), Duration.ofDays(7), false);
  }

  /** About how long the new files are; default 128 MiB. */
  public FilesCompact withTargetFileBytes(long bytes) {
    return new FilesCompact(directory, bytes, minFiles, olderThan, keepReplaced, oneRound);
  }

  /** Does nothing while fewer files would go; default 2. */
  public FilesCompact withMinFiles(int files) {
    return new FilesCompact(directory, targetBytes, files, olderThan, keepReplaced, oneRound);
  }

  /** Leaves runs alone that are younger, and all after them; default an hour. */
  public FilesCompact withOlderThan(Duration age) {
    return new FilesCompact(directory, targetBytes, minFiles, age, keepReplaced, oneRound);
  }

  /** How long files are kept that were replaced, for followers that are behind; default 7 days. */
  public FilesCompact withKeepReplaced(Duration time) {
    return new FilesCompact(directory, targetBytes, minFiles, olderThan, time, oneRound);
  }

  /** Leaves what does not fit into one compaction to the next call, so that none takes long. */
  FilesCompact oneRound() {
    return new FilesCompact(directory, targetBytes, minFiles, olderThan, keepReplaced, true);
  }

  /**
   * What was done.
   *
   * @param runs how many runs' manifests were put together
   * @param filesBefore how many files were replaced
   * @param filesAfter by how many
   * @param purged how many files were deleted that had been replaced long ago
   */
  @Evolving
  public record Result(
      String directory, long runs, long filesBefore, long filesAfter, long purged) {
    private Result plus(Result more) {
      return new Result(
          directory,
          runs + more.runs,
          filesBefore + more.filesBefore,
          filesAfter + more.filesAfter,
          purged + more.purged);
    }

    /** One line for people. */
    @Override
    public String toString() {
      String deleted = purged == 0 ? "" : "; " + purged + " files replaced long ago were deleted";
      return directory
          + (filesBefore == 0
              ? ": nothing to compact"
              : ": " + filesBefore + " files of " + runs + " runs became " + filesAfter)
          + deleted;
    }
  }

  /** Compacts, and says what became of it. */
  public Result run() {
    try {
      Result total = new Result(directory, 0, 0, 0, 0);
      TreeSet<String> publishers = new TreeSet<>();
      Manifests.at(directory).list().forEach(name -> publishers.add(name.publisher()));
      for (String publisher : publishers) {
        total = total.plus(run(publisher));
      }
      return total;
    } catch (IOException e) {
      throw new StorageFailedException(
          "Could not put the files of "
              + directory
              + " together: "
              + e.getMessage()
              + ". No row was lost. Check access and space, and run again.",
          e);
    }
  }

  /** Compacts the runs of one publisher, {@code <state8>-<sink>}. */
  Result run(String publisher) throws IOException {
    Compactions compactions = Compactions.at(directory);
    Result total = new Result(directory, 0, 0, 0, 0);
    Optional<CompactedRuns> last = compactions.newest(publisher);
    if (last.isPresent()) {
      // Somebody may have been killed before he could.
      compactions.finish(last.get());
    }
    for (boolean more = true; more; more = !oneRound) {
      Optional<RunsToCompact> runs = next(publisher, last);
      if (runs.isEmpty() || !runs.get().isWorthIt(Math.max(2, minFiles))) {
        break;
      }
      CompactedRuns mine = runs.get().write(compactions, System.currentTimeMillis());
      CompactedRuns winner = compactions.put(mine);
      deleteStaging(publisher, winner.from());
      last = Optional.of(winner);
      if (winner.equals(mine)) {
        total =
            total.plus(
                new Result(
                    directory,
                    winner.inputs().size(),
                    winner.replaced().size(),
                    runs.get().newFiles(),
                    0));
      }
    }
    long purged =
        compactions.purge(publisher, System.currentTimeMillis() - keepReplaced.toMillis());
    return total.plus(new Result(directory, 0, 0, 0, purged));
  }

  private Optional<RunsToCompact> next(String publisher, Optional<CompactedRuns> last)
      throws IOException {
    Manifests manifests = Manifests.at(directory);
    long from = last.map(runs -> runs.to() + 1).orElse(0L);
    List<ManifestName> names =
        manifests.listAfter(Map.of(publisher, from)).stream()
            .filter(name -> name.publisher().equals(publisher))
            .toList();
    if (names.isEmpty()) {
      return Optional.empty();
    }
    // Chunks of the newest run may still come.
    long newest = names.get(names.size() - 1).run();
    long youngest = System.currentTimeMillis() - olderThan.toMillis();
    RunsToCompact runs = new RunsToCompact(directory, publisher, from, targetBytes);
    List<ManifestName> oneRun = new ArrayList<>();
    for (ManifestName name : names) {
      if (name.run() < from) {
        continue;
      }
      if (!oneRun.isEmpty() && oneRun.get(0).run() != name.run()) {
        if (!runs.add(manifests, oneRun)
            || runs.manifests() >= MAX_RUNS
            || runs.files() >= MAX_FILES) {
          return Optional.of(runs.closed());
        }
        oneRun.clear();
      }
      OptionalLong put = manifests.putAt(name);
      if (name.run() == newest || put.isEmpty() || put.getAsLong() > youngest) {
        return Optional.of(runs);
      }
      oneRun.add(name);
    }
    return Optional.of(runs);
  }

  /** What attempts at a compaction that is put have left. */
  private void deleteStaging(String publisher, long from) throws IOException {
    Path staging = new Path(Storage.path(directory), RunsToCompact.staging(publisher, from));
    Storage.of(staging).delete(staging, true);
  }
}
