package io.beamhouse.io.delta.merge;

import io.beamhouse.core.error.SpecException;
import java.io.Serializable;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.beam.sdk.schemas.Schema;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * When a change deletes its key: a BOOLEAN column that is true, or {@code column = literal}.
 *
 * @param literal null for a BOOLEAN column; else Boolean, Long or String
 */
record DeleteWhen(String column, @Nullable Serializable literal) implements Serializable {
  private static final Pattern FORM =
      Pattern.compile(
          "\\s*(\\w+)\\s*(?:==?\\s*(?:'((?:[^']|'')*)'|(-?\\d+)|(?i:(true|false))))?\\s*");

  static DeleteWhen parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new SpecException(
          "delete_when",
          "found \""
              + text
              + "\"; allowed is the name of a BOOLEAN column, or column = literal with a 'text', a"
              + " whole number, true or false");
    }
    Serializable literal = null;
    if (matcher.group(2) != null) {
      literal = matcher.group(2).replace("''", "'");
    } else if (matcher.group(3) != null) {
      literal = Long.parseLong(matcher.group(3));
    } else if (matcher.group(4) != null) {
      literal = Boolean.parseBoolean(matcher.group(4));
    }
    return new DeleteWhen(matcher.group(1), literal);
  }

  /** What is wrong with this condition on rows of {@code schema}, if anything is. */
  Optional<String> problem(Schema schema) {
    if (!schema.hasField(column)) {
      return Optional.of("column '" + column + "' is not in the changes");
    }
    Schema.TypeName type = schema.getField(column).getType().getTypeName();
    boolean fits =
        switch (type) {
          case BOOLEAN -> literal == null || literal instanceof Boolean;
          case STRING -> literal instanceof String;
          case BYTE, INT16, INT32, INT64 -> literal instanceof Long;
          default -> false;
        };
    return fits
        ? Optional.empty()
        : Optional.of(
            "column '"
                + column
                + "' is "
                + type
                + (literal == null ? ", a BOOLEAN is needed" : ", which the literal does not fit"));
  }

  /** Null is false. */
  boolean test(@Nullable Object value) {
    if (value == null) {
      return false;
    }
    if (literal == null) {
      return (Boolean) value;
    }
    return literal instanceof Long number
        ? ((Number) value).longValue() == number
        : literal.equals(value);
  }
}
