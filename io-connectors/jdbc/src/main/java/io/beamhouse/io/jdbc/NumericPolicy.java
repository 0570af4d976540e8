package io.beamhouse.io.jdbc;

import io.beamhouse.core.error.Problems;
import io.beamhouse.core.row.RowTypes;
import java.io.Serializable;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.beam.sdk.schemas.Schema.FieldType;

/**
 * What becomes of decimals whose precision the database does not fix (PostgreSQL {@code numeric},
 * Oracle {@code NUMBER}): text or a decimal, as the user says; refused otherwise.
 */
record NumericPolicy(String text) implements Serializable {
  private static final Pattern DECIMAL = Pattern.compile("decimal\\((\\d+),\\s*(\\d+)\\)");

  static void check(String text, Problems problems) {
    Matcher decimal = DECIMAL.matcher(text);
    boolean fits =
        decimal.matches()
            && decimal.group(1).length() < 3
            && decimal.group(2).length() < 3
            && Integer.parseInt(decimal.group(1)) >= 1
            && Integer.parseInt(decimal.group(1)) <= 38
            && Integer.parseInt(decimal.group(2)) <= Integer.parseInt(decimal.group(1));
    if (!text.equals("string") && !fits) {
      problems.add(
          "numeric_as",
          "found '" + text + "'; allowed: string, or decimal(precision,scale) up to 38 digits");
    }
  }

  /** Nothing when the user has not chosen. */
  Optional<ColumnType> columnType() {
    if (text == null) {
      return Optional.empty();
    }
    Matcher decimal = DECIMAL.matcher(text);
    return Optional.of(
        decimal.matches()
            ? ColumnType.decimal(
                Integer.parseInt(decimal.group(1)), Integer.parseInt(decimal.group(2)))
            : new ColumnType(
                FieldType.STRING,
                (r, i) -> {
                  Object value = r.getObject(i);
                  return value instanceof java.math.BigDecimal number
                      ? number.toPlainString()
                      : value == null ? null : value.toString();
                }));
  }

  /** The type of a decimal of fixed precision and scale, which may lie beyond ours. */
  Optional<ColumnType> fixed(int precision, int scale) {
    int digits = scale < 0 ? precision - scale : Math.max(precision, scale);
    if (precision < 1 || digits > 38) {
      return columnType();
    }
    return Optional.of(ColumnType.decimal(digits, Math.max(scale, 0)));
  }

  static boolean isDecimal(FieldType type) {
    return RowTypes.isFixedDecimal(type);
  }
}
