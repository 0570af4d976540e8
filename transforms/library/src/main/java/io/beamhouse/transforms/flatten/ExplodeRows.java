package io.beamhouse.transforms.flatten;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.rowwise.ApplyRowStep;
import io.beamhouse.core.rowwise.RowStep;
import java.util.List;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;

/**
 * Repeats each row for every element of an array, which takes the array's place.
 *
 * <p>Input: rows, bounded or not, in any windows. Output: the same fields, with the element's type
 * for the arrays. Several arrays explode in step, the shorter ones filled up with null, or {@link
 * #withCrossProduct} in every combination. A row whose arrays are all empty or null gives no row;
 * in a cross product one such array is enough. A pure function of each row; memory is the row and
 * its arrays.
 */
@Evolving
public final class ExplodeRows extends PTransform<PCollection<Row>, PCollection<Row>> {
  private final List<String> fields;
  private final boolean cross;

  private ExplodeRows(List<String> fields, boolean cross) {
    this.fields = fields;
    this.cross = cross;
  }

  /** Explodes the arrays of these names. */
  public static ExplodeRows of(String... fields) {
    if (fields.length == 0) {
      throw new SpecException("fields", "needs the name of one array at least");
    }
    return new ExplodeRows(List.of(fields), false);
  }

  /** Every combination of elements. */
  public ExplodeRows withCrossProduct() {
    return new ExplodeRows(fields, true);
  }

  /** Returns what works on one row. */
  public RowStep step() {
    return step(null);
  }

  RowStep step(String errorOutput) {
    return new ExplodeStep(fields, cross, errorOutput);
  }

  @Override
  public PCollection<Row> expand(PCollection<Row> input) {
    return input.apply("Explode", ApplyRowStep.of(step())).get(RowStep.OUTPUT);
  }
}
