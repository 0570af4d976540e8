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

  /** Up to here every whole number is a double. */
  private static final long EXACT = 1L << 53;

  private final Side left;
  private final String operator;
  private final Side right;
  private final boolean whole;
  private final boolean number;
  private final boolean decimal;

  Pair(String column, String message, Side left, String operator, Side right) {
    super(column, message);
    this.left = left;
    this.operator = operator;
    this.right = right;
    this.whole = left.kind() == ColumnKind.WHOLE && right.kind() == ColumnKind.WHOLE;
    this.number = left.kind().isNumber();
    this.decimal = left.kind() == ColumnKind.DECIMAL || right.kind() == ColumnKind.DECIMAL;
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
    if (!decimal && isDouble(a) && isDouble(b)) {
      double one = ((Number) a).doubleValue();
      double other = ((Number) b).doubleValue();
      // NaN is neither equal nor ordered, as IEEE 754 has it; 0.0 and -0.0 are equal.
      return Double.isNaN(one) || Double.isNaN(other)
          ? !operator.equals("!=")
          : !holds(one < other ? -1 : one > other ? 1 : 0);
    }
    BigDecimal x = Order.exact(a);
    BigDecimal y = Order.exact(b);
    if (x != null && y != null) {
      return !holds(x.compareTo(y));
    }
    double one = ((Number) a).doubleValue();
    double other = ((Number) b).doubleValue();
    return Double.isNaN(one) || Double.isNaN(other)
        ? !operator.equals("!=")
        : !holds(Double.compare(one, other));
  }

  /** Whether a double is this number exactly. */
  private static boolean isDouble(Object number) {
    if (number instanceof BigDecimal) {
      return false;
    }
    return number instanceof Double
        || number instanceof Float
        || Math.abs(((Number) number).longValue()) <= EXACT;
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
