package io.beamhouse.transforms;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.row.Quarantined;
import io.beamhouse.core.rowwise.ApplyRowStep;
import io.beamhouse.core.rowwise.RowStep;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.display.DisplayData;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.PInput;
import org.apache.beam.sdk.values.POutput;
import org.apache.beam.sdk.values.PValue;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;

/**
 * Keeps the rows for which an expression is true.
 *
 * <p>By default the expression is one comparison in Beam YAML's generic language: {@code a op b}
 * with {@code == != < <= > >=}, where {@code a} and {@code b} are field names, numbers or texts in
 * double quotes; or a boolean field alone. {@link #withLanguage} takes SQL. A row for which it has
 * no answer (an order with null; in SQL a division by zero) is refused with a {@link
 * DataRefusedException}, or quarantined {@link #withQuarantine if chosen}. In SQL a comparison with
 * null is unknown, which is not true. A pure function of each row: retries give the same result.
 */
@Evolving
public final class FilterRows extends PTransform<PCollection<Row>, FilterRows.Result> {
  private static final String QUARANTINED = "quarantined";

  private final String keep;
  private final String language;
  private final boolean quarantine;

  private FilterRows(String keep, String language, boolean quarantine) {
    this.keep = keep;
    this.language = language;
    this.quarantine = quarantine;
  }

  /** Keeps rows for which {@code expression} is true, such as {@code status == "active"}. */
  public static FilterRows keeping(String expression) {
    return new FilterRows(expression, Language.GENERIC, false);
  }

  /**
   * Reads the expression in another language: {@code sql}, with beamhouse-sql on the class path.
   */
  public FilterRows withLanguage(String name) {
    return new FilterRows(keep, name, quarantine);
  }

  /** Rows without an answer become {@link Quarantined} rows instead of failing the pipeline. */
  public FilterRows withQuarantine() {
    return new FilterRows(keep, language, true);
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
      PCollectionRowTuple outputs = PCollectionRowTuple.of(RowStep.OUTPUT, kept);
      return quarantined.map(bad -> outputs.and(QUARANTINED, bad)).orElse(outputs).expand();
    }

    @Override
    public void finishSpecifyingOutput(
        String transformName, PInput input, PTransform<?, ?> transform) {}
  }

  @Override
  public Result expand(PCollection<Row> input) {
    PCollectionRowTuple outputs =
        input.apply("Keep", ApplyRowStep.of(step(quarantine ? QUARANTINED : null)));
    return new Result(
        outputs.get(RowStep.OUTPUT),
        quarantine ? Optional.of(outputs.get(QUARANTINED)) : Optional.empty());
  }

  /**
   * Returns the same as a step for {@link ApplyRowStep}.
   *
   * @param errorOutput tag of the {@link Quarantined} rows; null when rows without an answer fail
   *     the pipeline
   */
  public RowStep step(String errorOutput) {
    return new FilterStep(keep, language, errorOutput);
  }

  @Override
  public void populateDisplayData(DisplayData.Builder builder) {
    builder.add(DisplayData.item("keep", keep));
  }
}
