package io.beamhouse.transforms;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.rowwise.ApplyRowStep;
import io.beamhouse.core.rowwise.RowStep;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.display.DisplayData;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;

/**
 * Makes rows of named expressions.
 *
 * <p>By default an expression is a field of the input or a literal, which is INT64, DOUBLE or, in
 * double quotes, STRING, and cannot fail on a row. {@link #withLanguage} takes SQL; a row for which
 * an expression has no answer (a division by zero) is refused with a {@link
 * io.beamhouse.core.error.DataRefusedException}, unless {@link #step} names an output for it. A
 * copied field keeps its type. A pure function of each row; what does not fit the input's schema is
 * a SpecException when the pipeline is built.
 */
@Evolving
public final class MapRows extends PTransform<PCollection<Row>, PCollection<Row>> {
  private final Map<String, String> fields;
  private final String language;
  private final boolean append;
  private final List<String> drop;

  private MapRows(Map<String, String> fields, String language, boolean append, List<String> drop) {
    this.fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    this.language = language;
    this.append = append;
    this.drop = List.copyOf(drop);
  }

  /** Rows of exactly these fields, in this order: new name to expression. */
  public static MapRows to(Map<String, String> fields) {
    return new MapRows(fields, Language.GENERIC, false, List.of());
  }

  /**
   * Reads the expressions in another language: {@code sql}, with beamhouse-sql on the class path.
   */
  public MapRows withLanguage(String name) {
    return new MapRows(fields, name, append, drop);
  }

  /** Keeps the input's fields and puts the new ones behind them. */
  public MapRows withAppend() {
    return new MapRows(fields, language, true, drop);
  }

  /** Keeps the input's fields without these; a dropped name may be given anew. */
  public MapRows withDrop(List<String> names) {
    return new MapRows(fields, language, append, names);
  }

  /**
   * Returns the same as a step for {@link ApplyRowStep}, which emits rows without an answer as
   * {@link io.beamhouse.core.row.Quarantined} rows.
   *
   * @param errorOutput tag of those rows; null when they fail the pipeline
   */
  public RowStep step(String errorOutput) {
    return new MapStep(fields, append, drop, language, errorOutput);
  }

  @Override
  public PCollection<Row> expand(PCollection<Row> input) {
    return input.apply("Map", ApplyRowStep.of(step(null))).get(RowStep.OUTPUT);
  }

  @Override
  public void populateDisplayData(DisplayData.Builder builder) {
    fields.forEach((name, e) -> builder.add(DisplayData.item("field:" + name, e)));
  }
}
