package io.beamhouse.io.delta;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.rowwise.Gate;
import io.beamhouse.io.core.pane.Pane;
import io.beamhouse.io.core.staging.RowStaging;
import io.beamhouse.io.core.staging.StageRows;
import io.beamhouse.io.delta.data.FileLayout;
import io.beamhouse.io.delta.data.PartitionValues;
import io.beamhouse.io.delta.data.TableProperties;
import io.beamhouse.io.delta.log.DeltaLog;
import io.beamhouse.io.delta.log.TableSnapshot;
import io.beamhouse.io.delta.log.WriterTransaction;
import io.beamhouse.io.parquet.ParquetWriteOptions;
import io.beamhouse.io.parquet.ParquetWriteOptions.Compression;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.display.DisplayData;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollection.IsBounded;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Appends rows to a Delta table, or replaces its rows, in one commit.
 *
 * <p>Input: rows whose fields are columns of the table, found by name; a nullable column that they
 * lack becomes null. Bounded, or unbounded {@link #withStreamToken with a stream token}. Output:
 * one row for each commit ({@link DeltaWriteResult#COMMIT_SCHEMA}); empty bounded input commits
 * too. Values stay as they are, except that TIME and UUID become text and millisecond timestamps
 * become instants (docs/types.md).
 *
 * <p>A table that does not exist is created by its first commit's writer, with the fields of the
 * rows, unless {@link #withoutCreation}.
 *
 * <p>Each bundle writes a file for each partition value. It holds at most 64 MiB of unfinished row
 * groups, beyond which the largest file is closed, and {@code maxOpenFiles} (default 64) files;
 * rows of further partitions wait in the JVM's temporary directory. A file is also closed at about
 * {@code targetFileBytes} (default 128 MiB). Records of files, never rows, are grouped under one
 * key: about 1 KB each. Retries and killed workers leave files that no commit names, which VACUUM
 * deletes.
 *
 * <p>Written once: the commit carries a transaction id, by default one of this very transform, so
 * that a retry, or running the same pipeline object twice, commits once. {@link #withTransaction}
 * and {@link #withRunToken} make that hold across processes.
 *
 * <p><b>Streams.</b> With a stream token each pane of each window is a commit of its own, late ones
 * too; panes without rows commit nothing. The input needs windows that end, or a trigger, and
 * discards fired panes. All rows of a pane are written by one worker, and until then the runner
 * keeps them. The transaction is that of (token, window, pane): a pane that comes again with the
 * same rows is passed over, and one with others is a StateRefusedException, since nobody could tell
 * what is new in it. So it is exactly once as far as the runner gives the same panes again: on one
 * with checkpoints always; on the direct runner, of which nothing survives a restart, when source
 * and watermark are the same again. Where they are not, merge by key. The table remembers a pane
 * for {@value io.beamhouse.io.delta.log.StreamTransactions#KEPT_DAYS} days at least, at about 100
 * bytes. Not together with an overwrite.
 *
 * <p>Durable steps: {@code delta.data} (each file closed), {@code delta.commit}, {@code
 * delta.checkpoint}. Errors: SpecException with every difference between rows and table;
 * DataRefusedException for a value or a table feature that cannot be written;
 * CommitConflictException, CommitStateUnknownException, StorageFailedException,
 * StateRefusedException.
 */
@Evolving
public final class DeltaWrite extends PTransform<PCollection<Row>, DeltaWriteResult> {
  private final WriteSettings settings;
  private final @Nullable String stream;

  private DeltaWrite(WriteSettings settings, @Nullable String stream) {
    this.settings = settings;
    this.stream = stream;
  }

  static DeltaWrite to(String path) {
    return new DeltaWrite(
        new WriteSettings(
            path,
            false,
            Map.of(),
            true,
            null,
            Map.of(),
            null,
            Compression.ZSTD,
            null,
            WriterTransaction.of("beamhouse/" + UUID.randomUUID(), 1),
            Map.of(),
            FileLayout.DEFAULT_TARGET_FILE_BYTES,
            FileLayout.DEFAULT_MAX_OPEN_FILES),
        null);
  }

  private DeltaWrite with(WriteSettings changed) {
    return new DeltaWrite(changed, stream);
  }

  /** Removes all rows that the table holds, in the same commit. */
  public DeltaWrite withOverwrite() {
    return with(settings.withOverwrite(true, Map.of()));
  }

  /**
   * Removes the rows that the table holds in one partition, in the same commit; all rows that come
   * must lie in it. Writers of different partitions do not disturb each other.
   *
   * @param partition by partition column its value as text: {@code 2024-01-31}, {@code 7}
   */
  public DeltaWrite withOverwriteOf(Map<String, String> partition) {
    return with(settings.withOverwrite(true, partition));
  }

  /** Adds the rows to those that the table holds; the default. */
  public DeltaWrite withAppend() {
    return with(settings.withOverwrite(false, Map.of()));
  }

  /** Fails when the table does not exist. */
  public DeltaWrite withoutCreation() {
    return with(settings.withCreate(false));
  }

  /**
   * The partitioning of a table that is created; an existing one must have the same. Without this,
   * a new table has no partitions and an existing one keeps what it has.
   */
  public DeltaWrite withPartitionColumns(String... columns) {
    return withPartitionColumns(Arrays.asList(columns));
  }

  /** See {@link #withPartitionColumns(String...)}. */
  public DeltaWrite withPartitionColumns(List<String> columns) {
    return with(settings.withPartitionColumns(columns));
  }

  /** Properties of a table that is created, such as {@code delta.checkpointInterval}. */
  public DeltaWrite withTableProperties(Map<String, String> properties) {
    return with(settings.withProperties(properties));
  }

  /** The description of a table that is created. */
  public DeltaWrite withComment(String comment) {
    return with(settings.withComment(comment));
  }

  /** Compression of data files; default zstd. */
  public DeltaWrite withCompression(Compression compression) {
    return with(settings.withCompression(compression));
  }

  /**
   * What fields of type DECIMAL, which have no precision, are stored as, such as {@code
   * RowTypes.decimal(38, 18)}; refused without this.
   */
  public DeltaWrite withPlainDecimalsAs(FieldType decimal) {
    return with(settings.withPlainDecimal(decimal));
  }

  /** Commits once as transaction {@code version} of {@code appId}; versions grow. */
  public DeltaWrite withTransaction(String appId, long version) {
    return withTransaction(WriterTransaction.of(appId, version), Map.of());
  }

  /** Commits once for {@code token}, which names one run of a job. */
  public DeltaWrite withRunToken(String token) {
    return withTransaction("beamhouse-run/" + token, 1);
  }

  /**
   * Commits each pane of its input by itself, once; required for unbounded input.
   *
   * @param token names the stream among all that write the table, the same whenever the pipeline is
   *     started again; 1 to 100 letters, digits, {@code . _ -}
   */
  public DeltaWrite withStreamToken(String token) {
    return new DeltaWrite(settings, Pane.checkedStream(token));
  }

  DeltaWrite withTransaction(WriterTransaction transaction, Map<String, String> info) {
    return with(settings.withTransaction(transaction, info));
  }

  /** A file is closed when it is about so long. */
  public DeltaWrite withTargetFileBytes(long bytes) {
    return with(settings.withFiles(bytes, settings.maxOpenFiles()));
  }

  /** How many files, one for each partition value, a bundle may have open at once. */
  public DeltaWrite withMaxOpenFiles(int files) {
    return with(settings.withFiles(settings.targetFileBytes(), files));
  }

  WriteSettings settings() {
    return settings;
  }

  @Override
  public DeltaWriteResult expand(PCollection<Row> rows) {
    if (stream != null) {
      return new DeltaWriteResult(WritePanes.commit(rows, this, stream));
    }
    if (rows.isBounded() == IsBounded.UNBOUNDED) {
      throw new SpecException(
          "rows",
          "are unbounded and would be committed when they end, which is never - name the stream by"
              + " withStreamToken, so that each pane is a commit, or run the source in increments");
    }
    Plan plan = plan(rows.getSchema());
    return new DeltaWriteResult(
        rows.apply("Stage", StageRows.of(plan.staging()))
            .only()
            .apply("Write", plan.commit(Gate.OPEN)));
  }

  /**
   * How rows of one schema are written.
   *
   * @param staging writes files, inside a DoFn that makes the rows
   * @param write at the end
   */
  record Plan(RowStaging staging, WriteCommit write) {
    /** Commits what was staged if {@code gate} lets it. */
    PTransform<PCollection<KV<Integer, byte[]>>, PCollection<Row>> commit(Gate gate) {
      return new CommitStaged(write, gate);
    }
  }

  Plan plan(Schema rows) {
    DeltaLog log = DeltaLog.at(settings.path());
    Optional<TableSnapshot> table = log.find();
    boolean skip = false;
    if (table.isPresent()) {
      log.requireWritable(table.get());
      skip = log.replayed(table.get(), settings.transaction()).isPresent();
    }
    FileLayout layout = layout(log, rows, table);
    return new Plan(new TableStaging(layout, skip), new WriteCommit(settings, layout, skip));
  }

  private FileLayout layout(DeltaLog log, Schema rows, Optional<TableSnapshot> table) {
    Schema storable = DeltaLog.storable(rows, settings.plainDecimal());
    Problems problems = new Problems();
    Schema columns = storable;
    List<String> partitions = settings.partitionColumnsOrNone();
    if (table.isPresent()) {
      columns = table.get().schema();
      partitions = table.get().partitionColumns();
      WriteCommit.checkFits(storable, settings, table.get(), problems);
    } else {
      settings.checkMayCreate(problems);
      PartitionValues.check(columns, partitions, problems);
    }
    if (problems.isEmpty()) {
      ReplacedPartition.of(settings.replace(), columns, partitions, problems);
    }
    problems.throwIfAny();
    return new FileLayout(
        log.path(),
        rows,
        columns,
        partitions,
        ParquetWriteOptions.defaults()
            .withCompression(settings.compression())
            .withStatisticsColumns(
                TableProperties.statisticsColumns(
                    table.map(TableSnapshot::properties).orElse(settings.properties()))),
        settings.targetFileBytes(),
        settings.maxOpenFiles(),
        FileLayout.DEFAULT_MAX_BUFFERED_BYTES);
  }

  @Override
  public void populateDisplayData(DisplayData.Builder builder) {
    builder
        .add(DisplayData.item("path", settings.path()).withLabel("Table"))
        .add(DisplayData.item("overwrite", settings.overwrite()).withLabel("Overwrite"))
        .add(
            DisplayData.item("compression", settings.compression().name())
                .withLabel("Compression"));
  }
}
