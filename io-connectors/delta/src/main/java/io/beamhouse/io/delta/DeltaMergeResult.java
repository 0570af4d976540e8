package io.beamhouse.io.delta;

import io.beamhouse.core.Evolving;
import io.beamhouse.io.delta.merge.MergeOutcome;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PInput;
import org.apache.beam.sdk.values.POutput;
import org.apache.beam.sdk.values.PValue;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;

/**
 * What a merge gives on.
 *
 * @param commit one row of {@link #COMMIT}, which comes after the commit; of an unbounded input one
 *     for each pane
 * @param refused rows that could not be merged, in the shape of {@link
 *     io.beamhouse.core.row.Quarantined}, if they were asked for
 */
@Evolving
public record DeltaMergeResult(PCollection<Row> commit, Optional<PCollection<Row>> refused)
    implements POutput {
  private static final TupleTag<Row> COMMIT_TAG = new TupleTag<>("commit") {};
  private static final TupleTag<Row> REFUSED_TAG = new TupleTag<>("refused") {};

  /**
   * {@code version} of the table; {@code committed}: false when there was nothing to commit, {@code
   * replayed}: true when the commit had been there before; then {@code changes_in}, which is the
   * sum of {@code inserted}, {@code updated}, {@code deleted}, {@code unchanged} (equal content, or
   * a delete of what is not there) and {@code superseded} (older than another change, the stored
   * row or a remembered delete, or combined into another change of this merge); of a merge per
   * parent {@code removed}, stored rows that are not among the new children, and {@code parents}
   * that came in.
   */
  public static final Schema COMMIT =
      Schema.builder()
          .addInt64Field("version")
          .addBooleanField("committed")
          .addBooleanField("replayed")
          .addInt64Field("changes_in")
          .addInt64Field("inserted")
          .addInt64Field("updated")
          .addInt64Field("deleted")
          .addInt64Field("unchanged")
          .addInt64Field("superseded")
          .addInt64Field("removed")
          .addInt64Field("parents")
          .build();

  static Row row(MergeOutcome outcome) {
    return Row.withSchema(COMMIT)
        .addValues(
            outcome.version(),
            outcome.committed(),
            outcome.replayed(),
            outcome.changesIn(),
            outcome.inserted(),
            outcome.updated(),
            outcome.deleted(),
            outcome.unchanged(),
            outcome.superseded(),
            outcome.removed(),
            outcome.parents())
        .build();
  }

  @Override
  public Pipeline getPipeline() {
    return commit.getPipeline();
  }

  @Override
  public Map<TupleTag<?>, PValue> expand() {
    Map<TupleTag<?>, PValue> values = new LinkedHashMap<>();
    values.put(COMMIT_TAG, commit);
    refused.ifPresent(rows -> values.put(REFUSED_TAG, rows));
    return values;
  }

  @Override
  public void finishSpecifyingOutput(
      String transformName, PInput input, PTransform<?, ?> transform) {}
}
