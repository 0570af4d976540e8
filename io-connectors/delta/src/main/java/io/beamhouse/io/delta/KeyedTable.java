package io.beamhouse.io.delta;

import io.beamhouse.core.Internal;
import io.beamhouse.core.row.RowKey;
import io.beamhouse.io.delta.data.TableFileReader;
import io.beamhouse.io.delta.log.DataFile;
import io.beamhouse.io.delta.log.DataFiles;
import io.beamhouse.io.delta.log.DeltaLog;
import io.beamhouse.io.delta.log.LoggedCommit;
import io.beamhouse.io.delta.log.TableSnapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;

/**
 * The rows of a key in a Delta table, read without a pipeline, and what the log says of them.
 *
 * <p>The whole table is read, with one row group in memory; of the log, at most {@link
 * #MOST_COMMITS} commits back from the newest.
 */
@Internal
public final class KeyedTable {
  private static final int MOST_COMMITS = 10_000;

  private final String path;

  KeyedTable(String path) {
    this.path = path;
  }

  /**
   * A row as it is stored.
   *
   * @param file that holds it, as in the log
   * @param added the commit that added the file, which may have rewritten it for other rows; empty
   *     when it is no longer in the log
   */
  public record Stored(Row row, String file, Optional<Writer> added) {}

  /**
   * A commit.
   *
   * @param info what Beamhouse left with it: sink, run, attempt and counts; empty for other writers
   */
  public record Writer(long version, Instant at, String operation, Map<String, String> info) {
    public Writer {
      info = new TreeMap<>(info);
    }
  }

  /**
   * What was found.
   *
   * @param rows looked at
   */
  public record Found(long version, long rows, List<Stored> stored) {}

  public String path() {
    return path;
  }

  /** The columns of the newest version; nothing when there is no table. */
  public Optional<Schema> schema() {
    return DeltaLog.at(path).find().map(TableSnapshot::schema);
  }

  /** Looks for {@code key} in the newest version; nothing when there is no table. */
  public Optional<Found> find(RowKey key) {
    DeltaLog log = DeltaLog.at(path);
    Optional<TableSnapshot> newest = log.find();
    if (newest.isEmpty()) {
      return Optional.empty();
    }
    TableSnapshot snapshot = newest.get();
    TableFileReader reader = new TableFileReader(snapshot, snapshot.schema().getFieldNames());
    long[] rows = {0};
    List<Stored> stored = new ArrayList<>();
    try (DataFiles files = snapshot.files()) {
      while (files.hasNext()) {
        DataFile file = files.next();
        reader.read(
            file,
            row -> {
              rows[0]++;
              if (key.matches(row)) {
                stored.add(new Stored(row, file.logPath(), Optional.empty()));
              }
            });
      }
    }
    return Optional.of(
        new Found(
            snapshot.version(),
            rows[0],
            stored.stream()
                .map(s -> new Stored(s.row(), s.file(), added(log, snapshot.version(), s.file())))
                .toList()));
  }

  private static Optional<Writer> added(DeltaLog log, long newest, String file) {
    for (long version = newest; version >= Math.max(0, newest - MOST_COMMITS); version--) {
      Optional<LoggedCommit> commit = log.commit(version);
      if (commit.isEmpty()) {
        return Optional.empty();
      }
      if (commit.get().adds().stream().anyMatch(add -> add.logPath().equals(file))) {
        LoggedCommit found = commit.get();
        return Optional.of(
            new Writer(
                found.version(),
                Instant.ofEpochMilli(found.timestamp()),
                found.operation(),
                found.info()));
      }
    }
    return Optional.empty();
  }
}
