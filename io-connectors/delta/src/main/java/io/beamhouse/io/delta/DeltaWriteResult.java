package io.beamhouse.io.delta;

import io.beamhouse.core.Evolving;
import java.util.Map;
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
 * What a write did to a table.
 *
 * @param commits one row, once the commit is in the log, with {@link #COMMIT_SCHEMA}
 */
@Evolving
public record DeltaWriteResult(PCollection<Row> commits) implements POutput {
  /**
   * {@code replayed} says that the commit had been there already; its numbers are those of the
   * earlier one.
   */
  public static final Schema COMMIT_SCHEMA =
      Schema.builder()
          .addStringField("table")
          .addInt64Field("version")
          .addStringField("operation")
          .addBooleanField("replayed")
          .addInt64Field("files_added")
          .addInt64Field("files_removed")
          .addInt64Field("rows_written")
          .build();

  private static final TupleTag<Row> COMMITS = new TupleTag<>("output");

  @Override
  public Pipeline getPipeline() {
    return commits.getPipeline();
  }

  @Override
  public Map<TupleTag<?>, PValue> expand() {
    return Map.of(COMMITS, commits);
  }

  @Override
  public void finishSpecifyingOutput(
      String transformName, PInput input, PTransform<?, ?> transform) {}
}
