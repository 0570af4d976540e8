package io.beamhouse.transforms;

import io.beamhouse.core.Internal;
import java.io.Serializable;
import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.TypeName;
import org.apache.beam.sdk.values.Row;

/**
 * One comparison of two atoms, or a boolean field alone; Beam YAML's generic {@code keep}.
 *
 * <p>{@code ==} and {@code !=} treat null as a value; an order with null has no answer and is an
 * error, as upstream. Numbers of different types are compared exactly.
 *
 * @param operator empty when {@code left} stands alone
 */
@Internal
public record Comparison(Atom left, String operator, Atom right) implements Serializable {
  private static final Pattern FORM =
      Pattern.compile("((?:\"[^\"]*\"|[^\"<>=!])+?)(==|!=|<=|>=|<|>)((?:\"[^\"]*\"|[^\"<>=!])+)");
  private static final Map<String, String> SQL = Map.of("=", "==", "<>", "!=");

  /** Parses {@code text}; throws IllegalArgumentException that says what is wrong. */
  public static Comparison parse(String text, Schema schema) {
    Matcher matcher = FORM.matcher(text.strip());
    if (!matcher.matches()) {
      return alone(text.strip(), schema);
    }
    Atom left = Atom.parse(matcher.group(1), schema);
    Atom right = Atom.parse(matcher.group(3), schema);
    left = beside(right, left, matcher.group(1));
    right = beside(left, right, matcher.group(3));
    String operator = matcher.group(2);
    boolean comparable =
        (left.isNumber() && right.isNumber())
            || left.type().withNullable(true).equals(right.type().withNullable(true));
    boolean ordered = left.type().getTypeName() != TypeName.BOOLEAN && !isStructure(left);
    if (!comparable || (!ordered && !operator.endsWith("=")) || isStructure(left)) {
      throw new IllegalArgumentException(
          "'%s' compares %s with %s, which the generic language cannot; language: sql can do more"
              .formatted(text, name(left), name(right)));
    }
    return new Comparison(left, operator, right);
  }

  /** Beside an exact number 12.3 means exactly that, not the double that is nearest to it. */
  private static Atom beside(Atom other, Atom atom, String text) {
    boolean floating =
        other.type().getTypeName() == TypeName.DOUBLE
            || other.type().getTypeName() == TypeName.FLOAT;
    return atom.literal() instanceof Double && !floating
        ? new Atom(null, new BigDecimal(text.strip()), atom.type())
        : atom;
  }

  private static Comparison alone(String text, Schema schema) {
    SQL.forEach(
        (wrong, correct) -> {
          if (text.matches("[^<>=!\"]+" + wrong + "[^<>=!]+")) {
            throw new IllegalArgumentException(
                "'" + text + "': write " + correct + " instead of " + wrong);
          }
        });
    if (schema.hasField(text)
        && schema.getField(text).getType().getTypeName() == TypeName.BOOLEAN) {
      return new Comparison(Atom.parse(text, schema), "", null);
    }
    throw new IllegalArgumentException(
        "'"
            + text
            + "' is neither one comparison (a == b, !=, <, <=, >, >=) of fields, numbers or"
            + " \"texts\", nor a boolean field; language: sql can do more. Fields: "
            + String.join(", ", schema.getFieldNames()));
  }

  private static boolean isStructure(Atom atom) {
    return atom.type().getTypeName().isCompositeType()
        || atom.type().getTypeName().isCollectionType()
        || atom.type().getTypeName().isMapType()
        || atom.type().getTypeName() == TypeName.BYTES;
  }

  private static String name(Atom atom) {
    return (atom.field() == null ? "a literal " : atom.field() + " ") + atom.type().getTypeName();
  }

  /** Thrown for a row whose comparison has no answer. */
  static final class NoAnswerException extends Exception {
    NoAnswerException(String message) {
      super(message);
    }
  }

  boolean holds(Row row) throws NoAnswerException {
    Object a = left.value(row);
    if (operator.isEmpty()) {
      return Boolean.TRUE.equals(a);
    }
    Object b = right.value(row);
    if (a == null || b == null) {
      return switch (operator) {
        case "==" -> a == b;
        case "!=" -> a != b;
        default ->
            throw new NoAnswerException(
                "an order with null has no answer: "
                    + (a == null ? left.field() : right.field())
                    + " is null");
      };
    }
    if (left.isNumber()) {
      return numbersHold(Atom.number(a), Atom.number(b));
    }
    @SuppressWarnings("unchecked") // both have the same scalar type, checked when parsed
    int order = ((Comparable<Object>) a).compareTo(b);
    return matches(order);
  }

  private boolean numbersHold(Object a, Object b) {
    if (a instanceof BigDecimal x && b instanceof BigDecimal y) {
      return matches(x.compareTo(y));
    }
    double x = ((Number) a).doubleValue();
    double y = ((Number) b).doubleValue();
    // NaN is neither equal nor ordered, as IEEE 754 has it.
    return (Double.isNaN(x) || Double.isNaN(y))
        ? operator.equals("!=")
        : matches(Double.compare(x, y));
  }

  private boolean matches(int order) {
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
