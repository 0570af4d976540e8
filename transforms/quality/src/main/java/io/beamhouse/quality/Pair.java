package io.beamhouse.quality;

import java.math.BigDecimal;
import org.apache.beam.sdk.values.Row;

/** Fails where two values do not stand to each other as an operator says; null passes. */
final class Pair extends Check {
  /**
   * One side.
   *
   * @param index of its column; -1 for a constant
   * @param constant Long, Double, BigDecimal or String
   */
  record Side(int index, ColumnKind kind, Object constant) {
    Object value(Row row) {
      return index < 0 ? constant : row.getValue(index);
    }
  }

  private final Side left;
  private final String operator;
  private final Side right;
  private final boolean whole;
  private final boolean number;

  Pair(String column, String message, Side left, String operator, Side right) {
    super(column, message);
    this.left = left;
    this.operator = operator;
    this.right = right;
    this.whole = left.kind() == ColumnKind.WHOLE && right.kind() == ColumnKind.WHOLE;
    this.number = left.kind().isNumber();
  }

  @Override
  boolean fails(Row row) {
    Object a = left.value(row);
    Object b = right.value(row);
    if (a == null || b == null) {
      return false;
    }
    if (whole) {
      return !holds(Long.compare(((Number) a).longValue(), ((Number) b).longValue()));
    } else if (number) {
      return numbersFail(a, b);
    } else if (left.kind() == ColumnKind.BYTES || left.kind() == ColumnKind.OTHER) {
      throw new IllegalStateException("compared " + left.kind());
    }
    return !holds(Order.compare(left.kind().comparable(a), right.kind().comparable(b)));
  }

  private boolean numbersFail(Object a, Object b) {
    BigDecimal x = Order.exact(a);
    BigDecimal y = Order.exact(b);
    if (x != null && y != null) {
      return !holds(x.compareTo(y));
    }
    double one = ((Number) a).doubleValue();
    double other = ((Number) b).doubleValue();
    // NaN is neither equal nor ordered, as IEEE 754 has it.
    return Double.isNaN(one) || Double.isNaN(other)
        ? !operator.equals("!=")
        : !holds(Double.compare(one, other));
  }

  private boolean holds(int order) {
    return switch (operator) {
      case "==" -> order == 0;
      case "!=" -> order != 0;
      case "<" -> order < 0;
      case "<=" -> order <= 0;
      case ">" -> order > 0;
      default -> order >= 0;
    };
  }
}
