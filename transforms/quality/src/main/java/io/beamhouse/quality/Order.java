package io.beamhouse.quality;

import java.math.BigDecimal;

/** The order of two values of one kind. */
final class Order {
  private Order() {}

  @SuppressWarnings("unchecked") // both come from ColumnKind.comparable of the same kind
  static int compare(Comparable<?> one, Comparable<?> other) {
    return ((Comparable<Object>) one).compareTo(other);
  }

  /** Returns a number without loss; null for a double that is none. */
  static BigDecimal exact(Object number) {
    if (number instanceof BigDecimal decimal) {
      return decimal;
    } else if (number instanceof Double || number instanceof Float) {
      double value = ((Number) number).doubleValue();
      return Double.isFinite(value) ? new BigDecimal(value) : null;
    }
    return BigDecimal.valueOf(((Number) number).longValue());
  }
}
