package io.beamhouse.io.delta.merge;

import io.beamhouse.core.Internal;
import io.beamhouse.core.rowwise.Gate;
import io.beamhouse.io.core.staging.RowStaging;
import io.beamhouse.io.core.staging.StageRows;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The graph of a merge: changes are shuffled once, as bytes; after that only names of files and
 * sets of ordinals move.
 *
 * <p>Encode → bucket → store → plan → match and rewrite files → rest → commit, one after the other,
 * so that no collection is read twice. Every stage may run again: what it writes has a name of its
 * own, and only what came through the next shuffle counts.
 */
@Internal
public final class MergeRows extends PTransform<PCollectionRowTuple, PCollectionTuple> {
  /** The tag of the changes. */
  public static final String INPUT = "input";

  /** The tag of the parents of changes, in a merge per parent. */
  public static final String PARENTS = "parents";

  /** One element: what the merge did. */
  public static final TupleTag<MergeOutcome> OUTCOME = new TupleTag<>() {};

  /** Rows that cannot be merged, if {@code quarantine} is set. */
  public static final TupleTag<Row> REFUSED = new TupleTag<>() {};

  private final MergeSettings settings;
  private final boolean quarantine;

  public MergeRows(MergeSettings settings, boolean quarantine) {
    this.settings = settings;
    this.quarantine = quarantine;
  }

  @Override
  public PCollectionTuple expand(PCollectionRowTuple inputs) {
    for (PCollection<Row> rows : inputs.getAll().values()) {
      if (rows.isBounded() == PCollection.IsBounded.UNBOUNDED) {
        throw new IllegalArgumentException(
            "A merge per parent commits once, so its inputs must be bounded. Read a bounded range of"
                + " the source, as an increment does.");
      }
    }
    PCollection<Row> changes = inputs.get(INPUT);
    Schema rows = changes.getSchema();
    Schema parents = inputs.has(PARENTS) ? inputs.get(PARENTS).getSchema() : null;
    StageRows.Result encoded = changes.apply("Encode", StageRows.of(staging(rows, parents)));
    PCollection<KV<Integer, byte[]>> records = encoded.only();
    if (parents != null) {
      StageRows.Result encodedParents =
          inputs.get(PARENTS).apply("EncodeParents", StageRows.of(parentStaging(parents, rows)));
      records =
          PCollectionList.of(records)
              .and(encodedParents.only())
              .apply("WithParents", Flatten.pCollections());
    }
    PCollectionTuple result =
        PCollectionTuple.of(OUTCOME, records.apply("Merge", commit(rows, parents, Gate.OPEN)));
    return quarantine ? result.and(REFUSED, encoded.refused().values().iterator().next()) : result;
  }

  /**
   * How rows become changes, for a DoFn that makes the rows.
   *
   * @param parents null for a merge without, or where none come
   */
  public RowStaging staging(Schema rows, @Nullable Schema parents) {
    return new ChangeStaging(
        settings.shape(rows, parents),
        false,
        settings.target().buckets(),
        quarantine ? ChangeStaging.refusedSchema(rows) : null);
  }

  /**
   * How rows of {@code parents} become records beside the changes that {@code children} become; the
   * records of both go to the same {@link #commit}.
   */
  public RowStaging parentStaging(Schema parents, Schema children) {
    return new ChangeStaging(
        settings.parentShape(parents, children), true, settings.target().buckets(), null);
  }

  /**
   * Merges what was staged of {@code rows} if {@code gate} lets it.
   *
   * @param parents null for a merge without, or where none come
   */
  public PTransform<PCollection<KV<Integer, byte[]>>, PCollection<MergeOutcome>> commit(
      Schema rows, @Nullable Schema parents, Gate gate) {
    return new Merge(settings.target(), settings.shape(rows, parents), gate);
  }

  /** All that comes after the encoding. */
  private static final class Merge
      extends PTransform<PCollection<KV<Integer, byte[]>>, PCollection<MergeOutcome>> {
    private final Target target;
    private final MergeShape shape;
    private final Gate gate;

    Merge(Target target, MergeShape shape, Gate gate) {
      this.target = target;
      this.shape = shape;
      this.gate = gate;
    }

    @Override
    public PCollection<MergeOutcome> expand(PCollection<KV<Integer, byte[]>> changes) {
      return assign(store(changes, target, shape, gate), target, shape, gate)
          .apply("MatchFiles", ParDo.of(new MergeStages.MatchFn()))
          .setCoder(KvCoder.of(VarIntCoder.of(), RecordCoder.of(MergeStages.MatchedFile.class)))
          .apply("AllFiles", GroupByKey.create())
          .apply("Settle", ParDo.of(new MergeStages.SettleFn()))
          .setCoder(KvCoder.of(VarIntCoder.of(), RecordCoder.of(MergeStages.GroupTask.class)))
          .apply("Groups", GroupByKey.create())
          .apply("WriteInserts", ParDo.of(new MergeStages.RemainderFn()))
          .setCoder(KvCoder.of(VarIntCoder.of(), RecordCoder.of(MergeStages.WrittenGroup.class)))
          .apply("AllGroups", GroupByKey.create())
          .apply("Commit", ParDo.of(new MergeStages.CommitFn(gate)))
          .setCoder(RecordCoder.of(MergeOutcome.class));
    }
  }

  private static PCollection<StoredBucket> store(
      PCollection<KV<Integer, byte[]>> changes, Target target, MergeShape shape, Gate gate) {
    Coder<StoredBucket> coder = RecordCoder.of(StoredBucket.class);
    PCollection<StoredBucket> stored =
        changes
            .apply("Buckets", GroupByKey.create())
            .apply(
                "StoreChanges",
                ParDo.of(new MergeStages.StoreFn(shape, target.workDirectory(), gate)))
            .setCoder(coder);
    // An empty merge commits too, so there is always something to plan.
    PCollection<StoredBucket> always =
        changes.getPipeline().apply("Always", Create.of(StoredBucket.none()).withCoder(coder));
    return PCollectionList.of(stored).and(always).apply("Stored", Flatten.pCollections());
  }

  private static PCollection<KV<String, Iterable<MergeStages.FileTask>>> assign(
      PCollection<StoredBucket> stored, Target target, MergeShape shape, Gate gate) {
    return stored
        .apply("ToPlanner", ParDo.of(new MergeStages.ToOneFn()))
        .setCoder(KvCoder.of(VarIntCoder.of(), RecordCoder.of(StoredBucket.class)))
        .apply("AllBuckets", GroupByKey.create())
        .apply("Plan", ParDo.of(new MergeStages.PlanFn(target, shape, gate)))
        .setCoder(KvCoder.of(StringUtf8Coder.of(), RecordCoder.of(MergeStages.FileTask.class)))
        .apply("Files", GroupByKey.create());
  }
}
