package io.beamhouse.transforms;

import io.beamhouse.core.Internal;
import io.beamhouse.core.row.RowTypes;
import java.io.Serializable;
import java.math.BigDecimal;
import java.util.regex.Pattern;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;

/**
 * A field name or a literal: what Beam YAML's generic language has.
 *
 * @param field its name; null for a literal
 * @param literal Long, Double, BigDecimal or String; null for a field
 * @param type of the value
 */
@Internal
public record Atom(String field, Object literal, FieldType type) implements Serializable {
  private static final Pattern WHOLE = Pattern.compile("-?[0-9]{1,18}");
  private static final Pattern DECIMAL = Pattern.compile("-?[0-9]*\\.[0-9]+|-?[0-9]+\\.[0-9]*");
  private static final Pattern TEXT = Pattern.compile("\"[^\"\\\\]*\"");

  /** Parses {@code text}; throws IllegalArgumentException that says what is allowed. */
  static Atom parse(String text, Schema schema) {
    String trimmed = text.strip();
    if (schema.hasField(trimmed)) {
      return new Atom(trimmed, null, schema.getField(trimmed).getType());
    } else if (WHOLE.matcher(trimmed).matches()) {
      return new Atom(null, Long.valueOf(trimmed), FieldType.INT64);
    } else if (DECIMAL.matcher(trimmed).matches()) {
      return new Atom(null, Double.valueOf(trimmed), FieldType.DOUBLE);
    } else if (TEXT.matcher(trimmed).matches()) {
      return new Atom(null, trimmed.substring(1, trimmed.length() - 1), FieldType.STRING);
    }
    throw new IllegalArgumentException(
        "'"
            + trimmed
            + "' is neither a field ("
            + String.join(", ", schema.getFieldNames())
            + ") nor a number nor a \"text\" in double quotes; language: sql can do more");
  }

  Object value(Row row) {
    return field == null ? literal : row.getValue(field);
  }

  boolean isNumber() {
    return type.getTypeName().isNumericType() || RowTypes.isFixedDecimal(type);
  }

  /** Returns a number without loss; a float that is no number stays a Double. */
  static Object number(Object value) {
    if (value instanceof BigDecimal) {
      return value;
    }
    if (value instanceof Double || value instanceof Float) {
      double d = ((Number) value).doubleValue();
      return Double.isFinite(d) ? new BigDecimal(d) : (Object) d;
    }
    return BigDecimal.valueOf(((Number) value).longValue());
  }
}
