package io.beamhouse.quality;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamhouse.core.row.RowTypes;
import io.beamhouse.core.row.SchemaJson;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;

/**
 * A text that reads as a type without loss, or a number that fits a narrower type.
 *
 * @param type a name as in schemas (INT64, DECIMAL(12,2), DATE ...) or SQL's (int, bigint ...)
 */
record Castable(String column, String type) implements Condition {
  private static final Map<String, String> SQL_NAMES =
      Map.ofEntries(
          Map.entry("TINYINT", "BYTE"),
          Map.entry("SMALLINT", "INT16"),
          Map.entry("INT", "INT32"),
          Map.entry("INTEGER", "INT32"),
          Map.entry("BIGINT", "INT64"),
          Map.entry("LONG", "INT64"),
          Map.entry("REAL", "FLOAT"),
          Map.entry("BOOL", "BOOLEAN"));

  /** Returns the type's name as in schemas. */
  static String typeName(String given) {
    String upper = given.strip().toUpperCase(Locale.ROOT);
    return SQL_NAMES.getOrDefault(upper, upper);
  }

  /** Returns the type; throws IllegalArgumentException when texts cannot be read as it. */
  static FieldType typeOf(String given) {
    FieldType type = SchemaJson.typeOf(typeName(given));
    ColumnKind kind = ColumnKind.of(type);
    if (kind == ColumnKind.TEXT || kind == ColumnKind.BYTES || kind == ColumnKind.OTHER) {
      throw new IllegalArgumentException("every text is castable to " + typeName(given));
    }
    return type;
  }

  @Override
  public ObjectNode canonical() {
    return Condition.json().put("column", column).put("castable", typeName(type));
  }

  @Override
  public String words() {
    return "castable(" + column + ")";
  }

  @Override
  public List<Check> compile(RuleSchema schema) {
    int index =
        schema.index(
            column,
            "column",
            kind -> kind == ColumnKind.TEXT || kind.isNumber(),
            "castable is for texts and numbers");
    FieldType target;
    try {
      target = typeOf(type);
    } catch (IllegalArgumentException e) {
      schema.problem("castable", e.getMessage());
      return List.of();
    }
    if (index < 0) {
      return List.of();
    }
    String message = column + " is not castable to " + typeName(type);
    if (schema.kind(index) == ColumnKind.TEXT) {
      return List.of(new NoText(index, column, message, target));
    }
    if (!ColumnKind.of(target).isNumber()) {
      schema.problem("castable", "a number is castable to a number, not to " + typeName(type));
      return List.of();
    }
    return List.of(new NoNumber(index, column, message, target));
  }

  private static final class NoText extends Check {
    private final int index;
    private final FieldType target;

    NoText(int index, String column, String message, FieldType target) {
      super(column, message);
      this.index = index;
      this.target = target;
    }

    @Override
    boolean fails(Row row) {
      String text = row.getValue(index);
      return text != null && !TextForms.reads(text, target);
    }
  }

  private static final class NoNumber extends Check {
    private final int index;
    private final FieldType target;

    NoNumber(int index, String column, String message, FieldType target) {
      super(column, message);
      this.index = index;
      this.target = target;
    }

    @Override
    boolean fails(Row row) {
      Object value = row.getValue(index);
      if (value == null) {
        return false;
      }
      ColumnKind kind = ColumnKind.of(target);
      BigDecimal number = Order.exact(value);
      if (number == null) {
        return kind != ColumnKind.FLOATING;
      }
      return switch (kind) {
        case WHOLE -> !TextForms.fits(number, target);
        case DECIMAL -> RowTypes.isFixedDecimal(target) && !TextForms.fitsDecimal(number, target);
        default -> false;
      };
    }
  }
}
