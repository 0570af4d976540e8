package io.beamhouse.io.delta;

import io.beamhouse.core.error.Problems;
import io.beamhouse.core.error.StateRefusedException;
import io.beamhouse.core.rowwise.Tally;
import io.beamhouse.io.delta.data.FileLayout;
import io.beamhouse.io.delta.data.WrittenFile;
import io.beamhouse.io.delta.log.CommitRequest;
import io.beamhouse.io.delta.log.CommitResult;
import io.beamhouse.io.delta.log.ConflictCheck;
import io.beamhouse.io.delta.log.ConflictCheck.Resolution;
import io.beamhouse.io.delta.log.DeltaLog;
import io.beamhouse.io.delta.log.LoggedCommit;
import io.beamhouse.io.delta.log.TableSnapshot;
import io.beamhouse.io.delta.log.TallyInfo;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The commit at the end of a write. */
final class WriteCommit implements Serializable {
  private static final Logger LOG = LoggerFactory.getLogger(WriteCommit.class);
  private static final String OPERATION = "WRITE";

  private final WriteSettings settings;
  private final FileLayout layout;
  private final boolean skip;

  /**
   * @param skip whether no file was written since the rows are in the table already
   */
  WriteCommit(WriteSettings settings, FileLayout layout, boolean skip) {
    this.settings = settings;
    this.layout = layout;
    this.skip = skip;
  }

  /** Adds a problem for each difference between rows and table. */
  static void checkFits(
      Schema storable, WriteSettings settings, TableSnapshot table, Problems problems) {
    table.differences(storable, problems);
    if (settings.partitionColumns() != null
        && !settings.partitionColumns().equals(table.partitionColumns())) {
      problems.add(
          "partition_by",
          "asked for "
              + settings.partitionColumns()
              + ", Delta table "
              + table.path()
              + " is partitioned by "
              + table.partitionColumns()
              + " - leave it out to keep that");
    }
  }

  Row commit(List<WrittenFile> files, Tally tally) {
    DeltaLog log = DeltaLog.at(settings.path());
    TableSnapshot table = table(log);
    CommitResult result = log.commit(request(table, files, tally));
    if (skip && !result.replayed()) {
      throw new IllegalStateException("unreachable: a skipped write commits nothing");
    }
    if (result.replayed()) {
      LOG.info(
          "transaction {} of {} is in Delta table {} already, as version {}; nothing was written",
          settings.transaction().version(),
          settings.transaction().appId(),
          log.path(),
          result.version());
    }
    return row(log.path(), result);
  }

  private TableSnapshot table(DeltaLog log) {
    TableSnapshot table =
        log.find().orElseGet(() -> log.create(settings.definition(layout.rows())));
    requireFits(table);
    if (skip && log.replayed(table, settings.transaction()).isEmpty()) {
      throw new StateRefusedException(
          "Delta table "
              + log.path()
              + " held transaction "
              + settings.transaction().version()
              + " of "
              + settings.transaction().appId()
              + " when the run began and no longer does: it was restored or replaced meanwhile -"
              + " run again");
    }
    return table;
  }

  private void requireFits(TableSnapshot table) {
    Problems problems = new Problems();
    checkFits(DeltaLog.storable(layout.rows(), settings.plainDecimal()), settings, table, problems);
    if (!table.partitionColumns().equals(layout.partitionColumns())) {
      problems.add(
          "table",
          "the files were written for partitions "
              + layout.partitionColumns()
              + ", Delta table "
              + table.path()
              + " was meanwhile created with "
              + table.partitionColumns());
    }
    problems.throwIfAny();
  }

  private CommitRequest request(TableSnapshot table, List<WrittenFile> files, Tally tally) {
    long rows = files.stream().mapToLong(WrittenFile::rows).sum();
    long bytes = files.stream().mapToLong(f -> f.file().bytes()).sum();
    Map<String, String> info = new TreeMap<>(settings.info());
    info.put(DeltaSinkState.COUNT + "written", String.valueOf(rows));
    TallyInfo.put(tally, info);
    CommitRequest request =
        CommitRequest.on(table, OPERATION)
            .withAdds(files.stream().map(WrittenFile::file).toList())
            .withTransaction(settings.transaction())
            .withConflicts(conflicts())
            .withOperationParameters(
                Map.of(
                    "mode",
                    settings.overwrite() ? "Overwrite" : "Append",
                    "partitionBy",
                    table.partitionColumns().stream()
                        .map(c -> "\"" + c + "\"")
                        .toList()
                        .toString()))
            .withOperationMetrics(
                Map.of(
                    "numFiles",
                    String.valueOf(files.size()),
                    "numOutputRows",
                    String.valueOf(rows),
                    "numOutputBytes",
                    String.valueOf(bytes)))
            .withInfo(info);
    if (!settings.overwrite()) {
      return request.withBlindAppend();
    }
    ReplacedPartition replaced =
        ReplacedPartition.of(
            settings.replace(), layout.columns(), layout.partitionColumns(), new Problems());
    files.forEach(file -> replaced.require(file.file(), table.path()));
    return request.withRemovesWhere(replaced.values());
  }

  /**
   * Rows were written without looking at the table's, so they are right on any later version that
   * has the same columns; an overwrite then removes what the winners added too.
   */
  private ConflictCheck conflicts() {
    return (mine, now, winners) -> {
      if (winners.stream().anyMatch(LoggedCommit::metadataChanged)) {
        requireFits(now);
      }
      return Resolution.retrySameActions();
    };
  }

  private static Row row(String table, CommitResult result) {
    LoggedCommit commit = result.commit();
    Long rows = commit.metric("numOutputRows");
    return Row.withSchema(DeltaWriteResult.COMMIT_SCHEMA)
        .addValues(
            table,
            result.version(),
            commit.operation(),
            result.replayed(),
            (long) commit.adds().size(),
            (long) commit.removes().size(),
            rows == null ? 0L : rows)
        .build();
  }
}
