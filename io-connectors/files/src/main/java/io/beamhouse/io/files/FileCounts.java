package io.beamhouse.io.files;

import io.beamhouse.core.rowwise.Tally;
import java.util.List;
import java.util.function.Consumer;
import org.apache.beam.sdk.values.Row;

/**
 * Makes tallies of the counts of files. The first {@link #LISTED} files by path are counted by
 * themselves, the others together, so that commits stay small however many files a run reads.
 *
 * @param last path that is counted by itself; null when all are
 */
record FileCounts(String last) implements java.io.Serializable {
  static final int LISTED = 1000;

  static FileCounts of(List<FileToRead> files) {
    return files.size() <= LISTED
        ? new FileCounts(null)
        : new FileCounts(
            files.stream().map(FileToRead::path).sorted().skip(LISTED - 1L).findFirst().get());
  }

  /** Gives the tallies of a row of {@link Outcome#COUNTS}. */
  void tally(String step, Row counts, Consumer<Row> out) {
    String path = counts.getString("file");
    boolean listed = last == null || path.compareTo(last) <= 0;
    String name = listed ? path : Tally.OTHER_FILES;
    out.accept(Tally.row(step, Tally.FILE + name, counts.getInt64("rows")));
    if (counts.getInt64("rejected") > 0) {
      out.accept(Tally.row(step, Tally.FILE_REJECTED + name, counts.getInt64("rejected")));
    }
    if (!listed) {
      out.accept(Tally.row(step, Tally.FILES, 1));
    }
  }
}
