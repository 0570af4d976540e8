package io.beamhouse.sql;

import io.beamhouse.core.rowwise.RowExpression.NoAnswerException;
import java.io.Serializable;
import java.util.List;
import org.apache.beam.sdk.extensions.sql.impl.utils.CalciteUtils;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rex.RexInputRef;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rex.RexNode;

/**
 * How one value of a result is had.
 *
 * @param type of the value
 * @param copied position of the row's field that it is, or -1 when it is computed
 * @param code which of the generated code's values it is, when it is computed
 * @param sql makes the value that Beam SQL has of generated code's
 * @param out makes our value of Beam SQL's; null when both are the same
 */
record RowValue(
    FieldType type,
    int copied,
    int code,
    SerializableFunction<Object, Object> sql,
    SerializableFunction<Object, Object> out)
    implements Serializable {

  /** Returns how {@code expression} is had; {@code code} is its place among what is computed. */
  static RowValue of(RexNode expression, Columns columns, int code)
      throws Carrier.NoCarrierException {
    List<FieldType> types = columns.original().getFields().stream().map(f -> f.getType()).toList();
    FieldType origin = Origins.of(expression, types);
    boolean nullable = expression.getType().isNullable();
    if (expression instanceof RexInputRef ref) {
      return new RowValue(origin, columns.positions().get(ref.getIndex()), -1, null, null);
    }
    FieldType sql = CalciteUtils.toFieldType(expression.getType());
    return new RowValue(
        (origin == null ? sql : origin).withNullable(nullable),
        -1,
        code,
        CalciteValues.out(sql),
        origin == null ? null : Carrier.of(origin).out());
  }

  boolean isComputed() {
    return copied < 0;
  }

  /** Returns the value of what the generated code computed. */
  Object of(Object[] computed) throws NoAnswerException {
    try {
      return Carrier.apply(out, Carrier.apply(sql, computed[code]));
    } catch (RuntimeException e) {
      throw RowCode.noAnswer(e);
    }
  }
}
