package io.beamhouse.io.delta;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.rowwise.Gate;
import io.beamhouse.io.core.increment.SinkContext;
import io.beamhouse.io.core.staging.RowStaging;
import io.beamhouse.io.delta.log.WriterTransaction;
import io.beamhouse.io.delta.merge.Combine;
import io.beamhouse.io.delta.merge.MergeOutcome;
import io.beamhouse.io.delta.merge.MergeRows;
import io.beamhouse.io.delta.merge.MergeSettings;
import io.beamhouse.io.parquet.ParquetWriteOptions.Compression;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.display.DisplayData;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollection.IsBounded;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;

/**
 * Merges changes into a Delta table by key: inserts, updates and deletes in one commit.
 *
 * <p>Input: flat rows, bounded or unbounded. Output: {@link DeltaMergeResult}. The table has the
 * same columns, by name and type; it is created if it does not exist.
 *
 * <p><b>Order.</b> Of several changes of a key the last one counts, by {@link #withSequenceBy
 * sequence columns}, then by the columns {@code _run} and {@code _source} if the changes have them,
 * then by a hash of the row. With sequence columns the stored row takes part, and deletes are
 * remembered below {@code <table>/_beamhouse/tombstones}: whatever comes late changes nothing. So
 * the result does not depend on the runner or on the order of the input. Without sequence columns
 * changes win over stored rows.
 *
 * <p><b>Equal rows.</b> A change that differs from the stored row in no column, or only in {@code
 * _run}, {@code _source}, {@code _attempt}, the column of {@link #withDeleteWhen} or an {@link
 * #withIgnoredColumns ignored} one, changes nothing and counts as unchanged.
 *
 * <p><b>Combined columns.</b> A column of {@link #withCombine} holds the least (greatest) value
 * that is not null, of all changes of its key and the stored row, late ones too; the other columns
 * are those of the last change, as ever. So with sequence columns that order all changes of a key,
 * the table is a function of the <em>set</em> of all changes that were ever merged: it does not
 * depend on their order, on how they were split into merges, or on how often one came. This holds
 * because least and greatest are associative, commutative and idempotent, and it is why there are
 * no others: a sum or a count would count a change twice that comes twice, a first or last would
 * depend on the order. Of changes of a key in one merge one is inserted or updates, and the others
 * count as superseded, although all had their part; a late change that adds something to the stored
 * row counts as updated. Not together with {@link #withDeleteWhen} or {@link #replacingPer}; a
 * combined column is no key, sequence, partition, ignored, dropped or lineage column and no
 * floating number.
 *
 * <p><b>On retry.</b> All of it is one commit; every stage may run again or in parallel. With a
 * {@link #withTransaction transaction} or {@link #withRunToken run token} a second run of the same
 * merge finds the first one's commit and changes nothing. Abandoned data files are orphans that
 * VACUUM removes.
 *
 * <p><b>Streams.</b> Of an unbounded input each pane of each window is a merge of its own, late
 * ones too, and one that changes nothing commits nothing. Since they end in any order, they need an
 * order that is not that of commits: {@link #withSequenceBy}, or that all columns but keys are
 * {@link #withCombine combined}. Then nothing depends on panes: a pane that comes again changes
 * nothing, and one that was cut otherwise comes to the same table, on every runner, so no token is
 * needed. One worker merges a pane; it holds 64 MB of its changes.
 *
 * <p><b>Other writers.</b> When one was faster, the merge is worked out again for that writer's
 * files only, up to ten times.
 *
 * <p><b>Memory.</b> A bucket of changes (all changes / {@link #withBuckets buckets}; keep it below
 * 64 MB), 64 MB of inserts, a row group of the table, and an index of 17 bytes a change for at most
 * 4 million changes at once. The committing worker holds about 1 KB a touched file and two bytes a
 * matched change. A merge takes at most 2<sup>31</sup> keys.
 *
 * <p>Errors: SpecException for wrong columns, all at once; DataRefusedException for a null key,
 * when nothing else was chosen, or a key that the table has twice; CommitConflictException.
 */
@Evolving
public final class DeltaMerge extends PTransform<PCollection<Row>, DeltaMergeResult> {
  private final MergeSettings settings;
  private final boolean quarantine;

  private DeltaMerge(MergeSettings settings, boolean quarantine) {
    this.settings = settings;
    this.quarantine = quarantine;
  }

  static DeltaMerge into(String table) {
    return new DeltaMerge(MergeSettings.into(table), false);
  }

  /** The columns that name a row; required. Any type but floats and doubles; never null. */
  public DeltaMerge withKeys(String... columns) {
    return withKeys(Arrays.asList(columns));
  }

  /** See {@link #withKeys(String...)}. */
  public DeltaMerge withKeys(List<String> columns) {
    return with(settings.toBuilder().keys(List.copyOf(columns)));
  }

  /**
   * Replaces all rows of a parent at once; {@code columns} name the parent, in the changes and in
   * the parents.
   */
  public DeltaMergeChildren replacingPer(String... columns) {
    return replacingPer(Arrays.asList(columns));
  }

  /** See {@link #replacingPer(String...)}. */
  public DeltaMergeChildren replacingPer(List<String> columns) {
    return new DeltaMergeChildren(perParent(columns));
  }

  DeltaMerge perParent(List<String> columns) {
    return with(settings.toBuilder().replacePer(List.copyOf(columns)));
  }

  /** The columns that order the changes of a key, the first one most; null comes first. */
  public DeltaMerge withSequenceBy(String... columns) {
    return withSequenceBy(Arrays.asList(columns));
  }

  /** See {@link #withSequenceBy(String...)}. */
  public DeltaMerge withSequenceBy(List<String> columns) {
    return with(settings.toBuilder().sequenceBy(List.copyOf(columns)));
  }

  /**
   * When a change deletes its key: the name of a BOOLEAN column, or {@code column = literal} with a
   * {@code 'text'}, a whole number, {@code true} or {@code false}.
   */
  public DeltaMerge withDeleteWhen(String condition) {
    return with(settings.toBuilder().deleteWhen(condition));
  }

  /** Columns whose difference alone does not make a row changed. */
  public DeltaMerge withIgnoredColumns(String... columns) {
    return withIgnoredColumns(Arrays.asList(columns));
  }

  /** See {@link #withIgnoredColumns(String...)}. */
  public DeltaMerge withIgnoredColumns(List<String> columns) {
    return with(settings.toBuilder().ignored(List.copyOf(columns)));
  }

  /** Columns of the changes that are not stored; {@code _deleted} by default. */
  public DeltaMerge withDroppedColumns(String... columns) {
    return withDroppedColumns(Arrays.asList(columns));
  }

  /** See {@link #withDroppedColumns(String...)}. */
  public DeltaMerge withDroppedColumns(List<String> columns) {
    return with(settings.toBuilder().dropped(List.copyOf(columns)));
  }

  /**
   * Lets {@code column} hold the least or the greatest value of all changes of a key and the stored
   * row, nulls aside; see the class. Several columns are named one after the other.
   */
  public DeltaMerge withCombine(String column, Combine function) {
    Map<String, Combine> combine = new TreeMap<>(settings.combine());
    combine.put(column, function);
    return with(settings.toBuilder().combine(combine));
  }

  /**
   * Commits with transaction id ({@code appId}, {@code version}): a merge whose version is not
   * above the newest of the application is skipped.
   */
  public DeltaMerge withTransaction(String appId, long version) {
    return with(settings.toBuilder().transaction(WriterTransaction.of(appId, version)));
  }

  /** Binds the merge to a run of the increment protocol. */
  DeltaMerge withRun(SinkContext context) {
    WriterTransaction transaction = DeltaSinkState.transaction(context);
    String attempt = transaction.appId() + "/" + context.run() + "/" + context.attempt();
    return with(
        settings.toBuilder()
            .transaction(transaction)
            .token(token(attempt))
            .info(DeltaSinkState.info(context)));
  }

  private DeltaMerge with(MergeSettings.Builder changed) {
    return new DeltaMerge(changed.build(), quarantine);
  }

  private static String token(String name) {
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
  }

  /** Names this merge, so that running it again under the same token changes nothing. */
  public DeltaMerge withRunToken(String token) {
    return with(settings.toBuilder().token(token(token)))
        .withTransaction("beamhouse-run/" + token, 1);
  }

  /** Into how many buckets the changes are split, 64 by default; a bucket is held in memory. */
  public DeltaMerge withBuckets(int buckets) {
    return with(settings.toBuilder().buckets(buckets));
  }

  /** Compression of data files; default zstd. */
  public DeltaMerge withCompression(Compression compression) {
    return with(settings.toBuilder().compression(compression));
  }

  /** Partition columns of a table that is created. */
  public DeltaMerge withPartitionColumns(String... columns) {
    return withPartitionColumns(Arrays.asList(columns));
  }

  /** See {@link #withPartitionColumns(String...)}. */
  public DeltaMerge withPartitionColumns(List<String> columns) {
    return with(settings.toBuilder().partitionColumns(List.copyOf(columns)));
  }

  /** Properties of a table that is created, such as {@code delta.checkpointInterval}. */
  public DeltaMerge withTableProperties(Map<String, String> properties) {
    return with(settings.toBuilder().properties(properties));
  }

  /** Comment of a table that is created. */
  public DeltaMerge withComment(String comment) {
    return with(settings.toBuilder().comment(comment));
  }

  /**
   * What fields of type DECIMAL, which have no precision, are stored as, such as {@code
   * RowTypes.decimal(38, 18)}; refused without this.
   */
  public DeltaMerge withPlainDecimalsAs(FieldType decimal) {
    return with(settings.toBuilder().plainDecimal(decimal));
  }

  /** Puts rows that cannot be merged into {@link DeltaMergeResult#refused} instead of failing. */
  public DeltaMerge withRefusedRows() {
    return new DeltaMerge(settings, true);
  }

  MergeSettings settings() {
    return settings;
  }

  String table() {
    return settings.table();
  }

  @Override
  public DeltaMergeResult expand(PCollection<Row> changes) {
    return changes.isBounded() == IsBounded.UNBOUNDED
        ? MergePanes.merge(changes, settings, quarantine)
        : merged(PCollectionRowTuple.of(MergeRows.INPUT, changes));
  }

  DeltaMergeResult merged(PCollectionRowTuple inputs) {
    PCollectionTuple merged = inputs.apply("Merge", new MergeRows(settings, quarantine));
    return new DeltaMergeResult(
        merged.get(MergeRows.OUTCOME).apply("Commit", new CommitRows()),
        quarantine ? Optional.of(merged.get(MergeRows.REFUSED)) : Optional.empty());
  }

  /** What stages one of {@code inputs}, which are known by their tags. */
  RowStaging staging(Map<String, Schema> inputs, String input) {
    Schema rows = inputs.get(MergeRows.INPUT);
    Schema parents = inputs.get(MergeRows.PARENTS);
    MergeRows merge = new MergeRows(settings, quarantine);
    return input.equals(MergeRows.PARENTS)
        ? merge.parentStaging(parents, rows)
        : merge.staging(rows, parents);
  }

  PTransform<PCollection<KV<Integer, byte[]>>, PCollection<Row>> commit(
      Map<String, Schema> inputs, Gate gate) {
    return new MergeStaged(
        new MergeRows(settings, quarantine)
            .commit(inputs.get(MergeRows.INPUT), inputs.get(MergeRows.PARENTS), gate));
  }

  boolean perParent() {
    return !settings.replacePer().isEmpty();
  }

  private static final class MergeStaged
      extends PTransform<PCollection<KV<Integer, byte[]>>, PCollection<Row>> {
    private final PTransform<PCollection<KV<Integer, byte[]>>, PCollection<MergeOutcome>> merge;

    MergeStaged(PTransform<PCollection<KV<Integer, byte[]>>, PCollection<MergeOutcome>> merge) {
      this.merge = merge;
    }

    @Override
    public PCollection<Row> expand(PCollection<KV<Integer, byte[]>> records) {
      return records.apply("Merge", merge).apply("Commit", new CommitRows());
    }
  }

  private static final class CommitRows
      extends PTransform<PCollection<MergeOutcome>, PCollection<Row>> {
    @Override
    public PCollection<Row> expand(PCollection<MergeOutcome> outcome) {
      return outcome
          .apply("Row", ParDo.of(new CommitRowFn()))
          .setRowSchema(DeltaMergeResult.COMMIT);
    }
  }

  @Override
  public void populateDisplayData(DisplayData.Builder builder) {
    builder
        .add(DisplayData.item("table", settings.table()).withLabel("Table"))
        .add(DisplayData.item("keys", String.join(", ", settings.keys())).withLabel("Keys"))
        .add(DisplayData.item("buckets", settings.buckets()).withLabel("Buckets"));
  }

  private static final class CommitRowFn extends DoFn<MergeOutcome, Row> {
    @ProcessElement
    public void process(@Element MergeOutcome outcome, OutputReceiver<Row> out) {
      out.output(DeltaMergeResult.row(outcome));
    }
  }
}
