package io.beamhouse.transforms;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.row.Quarantined;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.display.DisplayData;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.PInput;
import org.apache.beam.sdk.values.POutput;
import org.apache.beam.sdk.values.PValue;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;

/**
 * Keeps the rows for which one comparison holds.
 *
 * <p>The comparison is Beam YAML's generic language: {@code a op b} with {@code == != < <= > >=},
 * where {@code a} and {@code b} are field names, numbers or texts in double quotes; or a boolean
 * field alone. A row whose order comparison meets null is refused with a {@link
 * DataRefusedException}, or quarantined {@link #withQuarantine if chosen}. A pure function of each
 * row: retries give the same result.
 */
@Evolving
public final class FilterRows extends PTransform<PCollection<Row>, FilterRows.Result> {
  private final String keep;
  private final boolean quarantine;

  private FilterRows(String keep, boolean quarantine) {
    this.keep = keep;
    this.quarantine = quarantine;
  }

  /** Keeps rows for which {@code comparison} holds, such as {@code status == "active"}. */
  public static FilterRows keeping(String comparison) {
    return new FilterRows(comparison, false);
  }

  /** Rows without an answer become {@link Quarantined} rows instead of failing the pipeline. */
  public FilterRows withQuarantine() {
    return new FilterRows(keep, true);
  }

  /**
   * The outputs.
   *
   * @param kept with the input's schema
   * @param quarantined present if chosen
   */
  @Evolving
  public record Result(PCollection<Row> kept, Optional<PCollection<Row>> quarantined)
      implements POutput {
    @Override
    public Pipeline getPipeline() {
      return kept.getPipeline();
    }

    @Override
    public Map<TupleTag<?>, PValue> expand() {
      return quarantined.isPresent()
          ? Map.of(FilterFn.KEPT, kept, FilterFn.FAILED, quarantined.get())
          : Map.of(FilterFn.KEPT, kept);
    }

    @Override
    public void finishSpecifyingOutput(
        String transformName, PInput input, PTransform<?, ?> transform) {}
  }

  @Override
  public Result expand(PCollection<Row> input) {
    Schema schema = input.getSchema();
    Schema failed = Quarantined.schema(FieldType.row(schema));
    PCollectionTuple outputs =
        input.apply(
            "Compare",
            ParDo.of(new FilterFn(comparison(schema), keep, quarantine ? failed : null))
                .withOutputTags(FilterFn.KEPT, TupleTagList.of(FilterFn.FAILED)));
    PCollection<Row> kept = outputs.get(FilterFn.KEPT).setRowSchema(schema);
    PCollection<Row> bad = outputs.get(FilterFn.FAILED).setCoder(RowCoder.of(failed));
    bad.setRowSchema(failed);
    return new Result(kept, quarantine ? Optional.of(bad) : Optional.empty());
  }

  private Comparison comparison(Schema schema) {
    try {
      return Comparison.parse(keep, schema);
    } catch (IllegalArgumentException e) {
      throw new SpecException("keep", e.getMessage());
    }
  }

  @Override
  public void populateDisplayData(DisplayData.Builder builder) {
    builder.add(DisplayData.item("keep", keep));
  }

  private static final class FilterFn extends DoFn<Row, Row> {
    static final TupleTag<Row> KEPT = new TupleTag<>("kept");
    static final TupleTag<Row> FAILED = new TupleTag<>("failed");

    private final Comparison comparison;
    private final String keep;
    private final Schema quarantine;

    FilterFn(Comparison comparison, String keep, Schema quarantine) {
      this.comparison = comparison;
      this.keep = keep;
      this.quarantine = quarantine;
    }

    @ProcessElement
    public void process(@Element Row row, MultiOutputReceiver out) {
      try {
        if (comparison.holds(row)) {
          out.get(KEPT).output(row);
        }
      } catch (Comparison.NoAnswerException e) {
        if (quarantine == null) {
          throw new DataRefusedException(
              "Filter '"
                  + keep
                  + "': "
                  + e.getMessage()
                  + ". Give error_handling to set such rows aside, or filter nulls first.",
              e);
        }
        out.get(FAILED)
            .output(
                Quarantined.row(
                    quarantine, row, e.getMessage(), "keep: " + keep, "Filter", null));
      }
    }
  }
}
