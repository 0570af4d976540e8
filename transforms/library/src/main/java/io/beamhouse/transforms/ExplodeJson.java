package io.beamhouse.transforms;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.row.JsonPath;
import io.beamhouse.core.rowwise.ApplyRowStep;
import io.beamhouse.core.rowwise.RowStep;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;

/**
 * Repeats each row for every element of an array in a column of JSON, and gives the element as the
 * text that it has there.
 *
 * <p>Input: rows, bounded or not, in any windows. Output: the same fields without the column, then
 * a STRING with the element, no character of it changed. A text column {@code _source} gets the
 * number of the element, {@code popular/000001:000012}, from 1. An empty array gives no row. A text
 * that is null, no JSON, or has no array there fails the pipeline; as a step of a spec it may set
 * the row aside. A pure function of each row; memory is the row and where its elements stand.
 */
@Evolving
public final class ExplodeJson extends PTransform<PCollection<Row>, PCollection<Row>> {
  /** Where a name for the elements is not given. */
  static final String INTO = "record";

  private final String column;
  private final JsonPath path;
  private final String into;

  private ExplodeJson(String column, JsonPath path, String into) {
    this.column = column;
    this.path = path;
    this.into = into;
  }

  /**
   * Explodes the array at {@code path} in {@code column}.
   *
   * @throws io.beamhouse.core.error.SpecException when {@code path} is no {@link JsonPath}
   */
  public static ExplodeJson of(String column, String path) {
    Problems problems = new Problems();
    JsonPath parsed = path(path, problems);
    problems.throwIfAny();
    return new ExplodeJson(column, parsed, INTO);
  }

  /** Names the column of the elements; default {@code record}. */
  public ExplodeJson into(String name) {
    return new ExplodeJson(column, path, name);
  }

  static JsonPath path(String text, Problems problems) {
    return JsonPath.parse(text)
        .orElseGet(
            () -> {
              problems.add("path", "is '" + text + "'; allowed: " + JsonPath.FORM);
              return null;
            });
  }

  /** Returns what works on one row. */
  RowStep step(String errorOutput) {
    return new ExplodeJsonStep(column, path, into, errorOutput);
  }

  @Override
  public PCollection<Row> expand(PCollection<Row> input) {
    return input.apply("Explode", ApplyRowStep.of(step(null))).get(RowStep.OUTPUT);
  }
}
