package io.beamhouse.io.jdbc;

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
 * What {@link SqlWrite} puts out.
 *
 * @param written rows of {@link #WRITTEN}, for each bundle or for the committed run; present once
 *     their rows are in the table
 * @param refused rows that the table cannot hold, as {@link io.beamhouse.core.row.Quarantined};
 *     empty without {@link SqlWrite#withQuarantine}
 */
@Evolving
public record SqlWriteResult(PCollection<Row> written, PCollection<Row> refused)
    implements POutput {
  /** {@code target STRING, rows INT64}. */
  public static final Schema WRITTEN =
      Schema.builder().addStringField("target").addInt64Field("rows").build();

  @Override
  public Pipeline getPipeline() {
    return written.getPipeline();
  }

  @Override
  public Map<TupleTag<?>, PValue> expand() {
    return Map.of(new TupleTag<Row>("written"), written, new TupleTag<Row>("refused"), refused);
  }

  @Override
  public void finishSpecifyingOutput(
      String transformName, PInput input, PTransform<?, ?> transform) {}
}
