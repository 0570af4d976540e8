package io.beamhouse.io.delta;

import io.beamhouse.core.error.Problems;
import io.beamhouse.core.rowwise.Gate;
import io.beamhouse.io.core.increment.Committed;
import io.beamhouse.io.core.increment.Compacting;
import io.beamhouse.io.core.increment.Delivery;
import io.beamhouse.io.core.increment.JoiningSink;
import io.beamhouse.io.core.increment.SinkContext;
import io.beamhouse.io.core.staging.RowStaging;
import io.beamhouse.io.delta.merge.MergeRows;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;

/** A merge that the increment protocol binds to its runs; unbound it is a run of its own. */
final class RunBoundMerge extends SchemaTransform implements JoiningSink, MergingSink, Compacting {
  private final DeltaMerge merge;
  private final @Nullable String refusedOutput;
  private final CompactAfter compactAfter;

  /** {@code refusedOutput} names the output of rows that cannot be merged; null fails on them. */
  RunBoundMerge(DeltaMerge merge, @Nullable String refusedOutput, CompactAfter compactAfter) {
    this.merge = merge;
    this.refusedOutput = refusedOutput;
    this.compactAfter = compactAfter;
  }

  @Override
  public PCollectionRowTuple expand(PCollectionRowTuple input) {
    DeltaMerge applied = refusedOutput == null ? merge : merge.withRefusedRows();
    DeltaMergeResult result = input.apply("Merge", new DeltaMergeChildren(applied));
    PCollectionRowTuple output = PCollectionRowTuple.of("output", result.commit());
    return result.refused().isPresent()
        ? output.and(refusedOutput, result.refused().get())
        : output;
  }

  @Override
  public Delivery delivery() {
    return Delivery.TXN;
  }

  @Override
  public String target() {
    return "delta " + merge.table();
  }

  @Override
  public Optional<String> targetId() {
    return state().targetId();
  }

  @Override
  public PTransform<PCollectionRowTuple, PCollectionRowTuple> bind(SinkContext context) {
    return new RunBoundMerge(merge.withRun(context), refusedOutput, compactAfter);
  }

  private DeltaMerge inRun(SinkContext context) {
    DeltaMerge bound = merge.withRun(context);
    return refusedOutput == null ? bound : bound.withRefusedRows();
  }

  @Override
  public RowStaging staging(SinkContext context, Map<String, Schema> inputs, String input) {
    return inRun(context).staging(inputs, input);
  }

  @Override
  public PTransform<PCollection<KV<Integer, byte[]>>, PCollectionRowTuple> commit(
      SinkContext context, Map<String, Schema> inputs, Gate gate) {
    return new NamedOutput(inRun(context).commit(inputs, gate));
  }

  @Override
  public void checkInputs(Set<String> inputs) {
    Problems problems = new Problems();
    if (!inputs.contains(INPUT)) {
      problems.add("", "needs 'input', the rows to merge");
    }
    if (merge.perParent() && !inputs.contains(MergeRows.PARENTS)) {
      problems.add(
          "replace_per",
          "needs the input 'parents', which tells the parents whose rows are replaced: input:"
              + " {input: Titles.genres, parents: Titles}");
    }
    if (!merge.perParent() && inputs.contains(MergeRows.PARENTS)) {
      problems.add(
          "replace_per", "missing: the input 'parents' is for merges that say what names a parent");
    }
    problems.throwIfAny();
  }

  /** In a replay of refused children there are no parents. */
  @Override
  public boolean needs(String input) {
    return !input.equals(MergeRows.PARENTS);
  }

  @Override
  public KeyedTable table() {
    return new KeyedTable(merge.table());
  }

  @Override
  public List<String> keys() {
    return merge.settings().keys();
  }

  @Override
  public List<String> sequenceBy() {
    return merge.settings().sequenceBy();
  }

  @Override
  public boolean deletes(Row change) {
    return merge.settings().deletes(change);
  }

  @Override
  public boolean limitsDeletes() {
    return true;
  }

  @Override
  public @Nullable String refusedOutput() {
    return refusedOutput;
  }

  @Override
  public Optional<Committed> committed(SinkContext context) {
    return state().committed(context);
  }

  @Override
  public OptionalLong newestRun(String stateId, String sinkId) {
    return state().newestRun(stateId, sinkId);
  }

  @Override
  public Optional<String> compact(String stateId, String sinkId, long run) {
    return compactAfter.run(merge.table(), merge.settings().compression(), run);
  }

  private DeltaSinkState state() {
    return new DeltaSinkState(merge.table());
  }
}
