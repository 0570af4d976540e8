package io.beamhouse.io.jdbc;

import com.google.auto.value.AutoValue;
import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.row.Quarantined;
import io.beamhouse.io.core.increment.Delivery;
import io.beamhouse.io.core.increment.SinkContext;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Values;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.transforms.display.DisplayData;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTagList;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Writes rows to a table, so that writing them again changes nothing.
 *
 * <p>Fields are matched with columns by name; every field must have a column that holds its type
 * without loss. Bounded input in the global window.
 *
 * <ul>
 *   <li>{@link #upsert}: inserts or updates by key, in batches; of several rows of one key the one
 *       with the highest sequence value (then the highest bytes) is written, and with a sequence a
 *       stored row that is newer stays. Idempotent.
 *   <li>{@link #staged}: first into a staging table, then in one transaction into the target with a
 *       row of the control table {@code beamhouse_runs} beside it. Transactional; needs the
 *       increment protocol or {@link #withContext}.
 *   <li>{@link #appendAtLeastOnce}: plain inserts; retries write rows twice.
 * </ul>
 *
 * <p>Durable steps: {@code jdbc.stage} (a batch of staged rows), {@code jdbc.commit}. Memory: a
 * batch of rows for each bundle; one key's rows are combined before they are shuffled.
 */
@Evolving
@AutoValue
public abstract class SqlWrite extends PTransform<PCollection<Row>, SqlWriteResult> {
  enum Mode {
    UPSERT,
    STAGED,
    APPEND
  }

  abstract @Nullable SqlConnection connection();

  abstract String table();

  abstract @Nullable Mode mode();

  abstract List<String> keys();

  abstract String sequence();

  abstract Map<String, String> replace();

  abstract int batchSize();

  abstract boolean quarantine();

  abstract @Nullable SinkContext context();

  abstract Builder toBuilder();

  @AutoValue.Builder
  abstract static class Builder {
    abstract Builder setConnection(@Nullable SqlConnection connection);

    abstract Builder setTable(String table);

    abstract Builder setMode(@Nullable Mode mode);

    abstract Builder setKeys(List<String> keys);

    abstract Builder setSequence(String column);

    abstract Builder setReplace(Map<String, String> replace);

    abstract Builder setBatchSize(int rows);

    abstract Builder setQuarantine(boolean quarantine);

    abstract Builder setContext(@Nullable SinkContext context);

    abstract SqlWrite build();
  }

  static SqlWrite create() {
    return new AutoValue_SqlWrite.Builder()
        .setTable("")
        .setKeys(List.of())
        .setSequence("")
        .setReplace(Map.of())
        .setBatchSize(1_000)
        .setQuarantine(false)
        .build();
  }

  public SqlWrite to(SqlConnection connection) {
    return toBuilder().setConnection(connection).build();
  }

  /** {@code table} or {@code schema.table}, which must exist. */
  public SqlWrite table(String name) {
    return toBuilder().setTable(name).build();
  }

  /** Inserts or updates by these columns, which have a unique index. */
  public SqlWrite upsert(String... keys) {
    return toBuilder().setMode(Mode.UPSERT).setKeys(List.of(keys)).build();
  }

  /** Writes a run in one transaction; by key when {@code keys} are given, else appended. */
  public SqlWrite staged(String... keys) {
    return toBuilder().setMode(Mode.STAGED).setKeys(List.of(keys)).build();
  }

  /** Plain inserts; a retry writes rows twice. */
  public SqlWrite appendAtLeastOnce() {
    return toBuilder().setMode(Mode.APPEND).build();
  }

  /** The column that says which of two rows of a key is newer. */
  public SqlWrite withSequence(String column) {
    return toBuilder().setSequence(column).build();
  }

  /**
   * With {@link #staged}: the run's transaction first removes the rows that have these values; all
   * rows that come must have them.
   *
   * @param values by column, as text
   */
  public SqlWrite replacing(Map<String, String> values) {
    return toBuilder().setReplace(Map.copyOf(values)).build();
  }

  /** Rows in one statement batch and transaction; default 1000. */
  public SqlWrite withBatchSize(int rows) {
    return toBuilder().setBatchSize(rows).build();
  }

  /** Rows that the table cannot hold are put out instead of failing the pipeline. */
  public SqlWrite withQuarantine() {
    return toBuilder().setQuarantine(true).build();
  }

  /** Says which run this is; {@link #staged} needs it. */
  public SqlWrite withContext(SinkContext context) {
    return toBuilder().setContext(context).build();
  }

  Delivery delivery() {
    return mode() == Mode.STAGED
        ? Delivery.TXN
        : mode() == Mode.UPSERT ? Delivery.IDEMPOTENT : Delivery.AT_LEAST_ONCE;
  }

  void check(Problems problems) {
    if (connection() == null) {
      problems.add("url", "is required");
    }
    if (table().isBlank()) {
      problems.add("table", "is required");
    } else {
      Relation.check(table(), problems);
    }
    if (mode() == null) {
      problems.add("mode", "is required: upsert, staged or append");
    }
    if (mode() == Mode.UPSERT && keys().isEmpty()) {
      problems.add("keys", "are required for mode upsert");
    }
    if (!sequence().isEmpty() && keys().isEmpty()) {
      problems.add("sequence_by", "needs keys");
    }
    if (!replace().isEmpty() && (mode() != Mode.STAGED || !keys().isEmpty())) {
      problems.add("replace", "only for mode staged without keys");
    }
    SqlReadChanges.positive("batch_size", batchSize(), problems);
  }

  SqlConnection database() {
    Problems problems = new Problems();
    check(problems);
    problems.throwIfAny();
    return java.util.Objects.requireNonNull(connection());
  }

  @Override
  public SqlWriteResult expand(PCollection<Row> input) {
    if (input.isBounded() == PCollection.IsBounded.UNBOUNDED) {
      throw new io.beamhouse.core.error.SpecException(
          "rows",
          "are unbounded, and the last row of a key is known at their end only - run the source in"
              + " increments");
    }
    WriteTarget target = WriteTarget.of(this, database(), input.getSchema());
    if (mode() != Mode.STAGED) {
      WriteColumns columns = target.columns();
      String sql =
          mode() == Mode.UPSERT
              ? target.dialect().upsert(target.table(), columns)
              : columns.insert(target.dialect(), target.table());
      PCollectionTuple written = write(input, target, sql, false);
      return result(
          input,
          written,
          written.get(WriteBatches.WriteFn.PARTS).apply("rows of a bundle", Values.create()));
    }
    SinkContext context = context();
    if (context == null) {
      throw new io.beamhouse.core.error.SpecException(
          "mode", "staged needs a run; use it under the increment protocol, or withContext");
    }
    StagedCommit commit = StagedCommit.prepare(target, context, replace());
    PCollectionTuple staged = write(input, target, commit.insert(), true);
    PCollection<Long> rows =
        PCollectionList.of(staged.get(WriteBatches.WriteFn.PARTS))
            // An empty run is committed too.
            .and(
                input
                    .getPipeline()
                    .apply("no part", Create.of(KV.of("", 0L)).withCoder(partCoder())))
            .apply(Flatten.pCollections())
            .apply(
                "one committer",
                WithKeys.<String, KV<String, Long>>of("")
                    .withKeyType(org.apache.beam.sdk.values.TypeDescriptors.strings()))
            .setCoder(KvCoder.of(StringUtf8Coder.of(), partCoder()))
            .apply(GroupByKey.create())
            .apply("commit", ParDo.of(new CommitFn(commit)));
    return result(input, staged, rows);
  }

  private PCollectionTuple write(
      PCollection<Row> input, WriteTarget target, String sql, boolean staged) {
    WriteBatches.Plan plan =
        new WriteBatches.Plan(target, sql, staged, batchSize(), quarantine(), getName());
    PCollectionTuple written =
        latest(input)
            .apply(
                staged ? "stage" : "write",
                ParDo.of(new WriteBatches.WriteFn(plan, input.getSchema()))
                    .withOutputTags(
                        WriteBatches.WriteFn.PARTS, TupleTagList.of(WriteBatches.WriteFn.REFUSED)));
    written.get(WriteBatches.WriteFn.PARTS).setCoder(partCoder());
    return written;
  }

  private static KvCoder<String, Long> partCoder() {
    return KvCoder.of(StringUtf8Coder.of(), VarLongCoder.of());
  }

  /** One row a key, so that the order of writing does not matter. */
  private PCollection<Row> latest(PCollection<Row> input) {
    if (keys().isEmpty()) {
      return input;
    }
    Schema schema = input.getSchema();
    List<Integer> indexes = keys().stream().map(key -> index(schema, key)).toList();
    int order = sequence().isEmpty() ? -1 : index(schema, sequence());
    return input
        .apply("by key", ParDo.of(new LatestRow.KeyFn(schema, indexes)))
        .setCoder(KvCoder.of(ByteArrayCoder.of(), RowCoder.of(schema)))
        .apply("latest", Combine.perKey(new LatestRow.HighestFn(schema, order)))
        .apply("without key", Values.create())
        .setRowSchema(schema);
  }

  private static int index(Schema schema, String name) {
    for (int i = 0; i < schema.getFieldCount(); i++) {
      if (schema.getField(i).getName().equalsIgnoreCase(name)) {
        return i;
      }
    }
    throw new IllegalStateException("no field " + name);
  }

  private SqlWriteResult result(
      PCollection<Row> input, PCollectionTuple written, PCollection<Long> rows) {
    Schema quarantined = Quarantined.schema(Schema.FieldType.row(input.getSchema()));
    PCollection<Row> counts =
        rows.apply("count", ParDo.of(new CountFn(table()))).setRowSchema(SqlWriteResult.WRITTEN);
    return new SqlWriteResult(
        counts, written.get(WriteBatches.WriteFn.REFUSED).setRowSchema(quarantined));
  }

  /** Commits a staged run; safe to run again. */
  private static final class CommitFn extends DoFn<KV<String, Iterable<KV<String, Long>>>, Long> {
    private final StagedCommit commit;

    CommitFn(StagedCommit commit) {
      this.commit = commit;
    }

    @ProcessElement
    public void process(
        @Element KV<String, Iterable<KV<String, Long>>> parts, OutputReceiver<Long> out) {
      out.output(commit.commit(parts.getValue()));
    }
  }

  private static final class CountFn extends DoFn<Long, Row> {
    private final String table;

    CountFn(String table) {
      this.table = table;
    }

    @ProcessElement
    public void process(@Element Long rows, OutputReceiver<Row> out) {
      out.output(Row.withSchema(SqlWriteResult.WRITTEN).addValues(table, rows).build());
    }
  }

  @Override
  public void populateDisplayData(DisplayData.Builder builder) {
    builder
        .add(DisplayData.item("database", String.valueOf(connection())))
        .add(DisplayData.item("table", table()))
        .add(DisplayData.item("mode", String.valueOf(mode())));
  }
}
