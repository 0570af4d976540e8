package io.beamhouse.io.delta;

import io.beamhouse.core.error.Problems;
import io.beamhouse.core.row.Quarantined;
import io.beamhouse.io.core.pane.CommitPanes;
import io.beamhouse.io.core.pane.Pane;
import io.beamhouse.io.core.pane.PaneSink;
import io.beamhouse.io.delta.merge.MergeSettings;
import io.beamhouse.io.delta.merge.PaneMerge;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Merges each pane of a stream in a commit of its own. */
final class MergePanes implements PaneSink {
  private static final String NO_STREAM = "";

  private final MergeSettings settings;
  private final boolean quarantine;
  private final Schema schema;

  private MergePanes(MergeSettings settings, boolean quarantine, Schema schema) {
    this.settings = settings;
    this.quarantine = quarantine;
    this.schema = schema;
  }

  static DeltaMergeResult merge(
      PCollection<Row> changes, MergeSettings settings, boolean quarantine) {
    Schema schema = changes.getSchema();
    check(settings, schema);
    // What does not fit is found before anything runs.
    PaneMerge.check(settings, schema);
    PCollectionTuple merged =
        changes.apply(
            "Panes", CommitPanes.of(NO_STREAM, new MergePanes(settings, quarantine, schema)));
    return new DeltaMergeResult(
        merged.get(CommitPanes.RESULTS),
        quarantine ? Optional.of(merged.get(CommitPanes.REFUSED)) : Optional.empty());
  }

  private static void check(MergeSettings settings, Schema schema) {
    Problems problems = new Problems();
    List<String> last = new ArrayList<>(schema.getFieldNames());
    last.removeAll(settings.keys());
    last.removeAll(settings.dropped());
    last.removeAll(settings.combine().keySet());
    if (settings.sequenceBy().isEmpty() && !last.isEmpty()) {
      problems.add(
          "sequence_by",
          "is required for unbounded changes: panes are committed in any order, and of "
              + String.join(", ", last)
              + " the last commit would win - name the columns that tell which change is newer, or"
              + " combine all columns");
    }
    if (settings.transaction() != null) {
      problems.add(
          "transaction",
          "a transaction or run token names one commit, and unbounded changes have one for each"
              + " pane - leave it out, a pane that is merged again changes nothing");
    }
    problems.throwIfAny();
  }

  @Override
  public Schema results() {
    return DeltaMergeResult.COMMIT;
  }

  @Override
  public @Nullable Schema refused() {
    return quarantine ? Quarantined.schema(Schema.FieldType.row(schema)) : null;
  }

  @Override
  public void commit(Pane pane, Iterable<Row> rows, Consumer<Row> results, Consumer<Row> refused) {
    results.accept(
        DeltaMergeResult.row(new PaneMerge(settings, quarantine, schema, pane).run(rows, refused)));
  }
}
