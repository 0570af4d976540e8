package io.beamhouse.quality;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamhouse.core.row.RowTypes;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;

/**
 * @param min the smallest value that passes; null for any
 * @param max the largest value that passes; null for any
 */
record InRange(String column, Literal min, Literal max) implements Condition {
  private static final BigDecimal LEAST = BigDecimal.valueOf(Long.MIN_VALUE);
  private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);

  @Override
  public ObjectNode canonical() {
    ObjectNode bounds = Condition.json();
    if (min != null) {
      bounds.set("min", min.json());
    }
    if (max != null) {
      bounds.set("max", max.json());
    }
    return Condition.json().put("column", column).set("range", bounds);
  }

  @Override
  public String words() {
    return "range(" + column + ")";
  }

  @Override
  public List<Check> compile(RuleSchema schema) {
    int index =
        schema.index(
            column, "column", ColumnKind::isOrdered, "range is for numbers, texts and times");
    if (index < 0) {
      return List.of();
    }
    ColumnKind kind = schema.kind(index);
    if (kind == ColumnKind.TEXT && (isNumber(min) || isNumber(max))) {
      schema.problem(
          "range",
          "column '"
              + column
              + "' is STRING: cast it before, or quote the bounds to compare as texts do");
      return List.of();
    }
    Comparable<?> low = min == null ? null : schema.value(min, index, "range.min");
    Comparable<?> high = max == null ? null : schema.value(max, index, "range.max");
    if ((min != null && low == null) || (max != null && high == null)) {
      return List.of();
    }
    if (low != null && high != null && Order.compare(low, high) > 0) {
      schema.problem("range", "min is greater than max");
      return List.of();
    }
    String message = column + " is out of range " + bounds();
    return List.of(
        switch (kind) {
          case WHOLE -> new Whole(index, column, message, (BigDecimal) low, (BigDecimal) high);
          case FLOATING ->
              new Floating(index, column, message, (BigDecimal) low, (BigDecimal) high);
          default ->
              new Ordered(
                  index,
                  column,
                  message,
                  kind,
                  scaled(low, schema.type(index)),
                  scaled(high, schema.type(index)));
        });
  }

  /** Decimals of one scale compare several times as fast. */
  private static Comparable<?> scaled(Comparable<?> bound, FieldType type) {
    return RowTypes.isFixedDecimal(type)
            && bound instanceof BigDecimal number
            && number.scale() < RowTypes.scale(type)
        ? number.setScale(RowTypes.scale(type))
        : bound;
  }

  private static boolean isNumber(Literal literal) {
    return literal != null && literal.number();
  }

  private String bounds() {
    return "["
        + (min == null ? "any" : min.text())
        + ", "
        + (max == null ? "any" : max.text())
        + "]";
  }

  private static final class Whole extends Check {
    private final int index;
    private final long min;
    private final long max;

    Whole(int index, String column, String message, BigDecimal min, BigDecimal max) {
      super(column, message);
      this.index = index;
      this.min = min == null ? Long.MIN_VALUE : clamped(min.setScale(0, RoundingMode.CEILING));
      this.max = max == null ? Long.MAX_VALUE : clamped(max.setScale(0, RoundingMode.FLOOR));
    }

    private static long clamped(BigDecimal bound) {
      return bound.max(LEAST).min(MOST).longValue();
    }

    @Override
    boolean fails(Row row) {
      Object value = row.getValue(index);
      if (value == null) {
        return false;
      }
      long number = ((Number) value).longValue();
      return number < min || number > max;
    }
  }

  /** NaN is in no range. */
  private static final class Floating extends Check {
    private final int index;
    private final double min;
    private final double max;

    Floating(int index, String column, String message, BigDecimal min, BigDecimal max) {
      super(column, message);
      this.index = index;
      this.min = min == null ? Double.NEGATIVE_INFINITY : min.doubleValue();
      this.max = max == null ? Double.POSITIVE_INFINITY : max.doubleValue();
    }

    @Override
    boolean fails(Row row) {
      Object value = row.getValue(index);
      if (value == null) {
        return false;
      }
      double number = ((Number) value).doubleValue();
      return !(number >= min && number <= max);
    }
  }

  private static final class Ordered extends Check {
    private final int index;
    private final ColumnKind kind;
    private final Comparable<?> min;
    private final Comparable<?> max;

    Ordered(
        int index,
        String column,
        String message,
        ColumnKind kind,
        Comparable<?> min,
        Comparable<?> max) {
      super(column, message);
      this.index = index;
      this.kind = kind;
      this.min = min;
      this.max = max;
    }

    @Override
    boolean fails(Row row) {
      Object value = row.getValue(index);
      if (value == null) {
        return false;
      }
      Comparable<?> comparable = kind.comparable(value);
      return (min != null && Order.compare(comparable, min) < 0)
          || (max != null && Order.compare(comparable, max) > 0);
    }
  }
}
