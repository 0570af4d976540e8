package io.beamhouse.quality;

import io.beamhouse.core.row.RowTypes;
import java.math.BigDecimal;
import java.time.DateTimeException;
import org.apache.beam.sdk.schemas.Schema.FieldType;

/** Whether texts read as values of a type, without loss and without blanks around them. */
final class TextForms {
  /** Any whole number of so many digits fits into a long. */
  private static final int LONG_DIGITS = 18;

  private TextForms() {}

  static boolean reads(String text, FieldType target) {
    return switch (ColumnKind.of(target)) {
      case WHOLE -> isWhole(text, target);
      case FLOATING -> isNumber(text, true);
      case DECIMAL ->
          isNumber(text, false)
              && (!RowTypes.isFixedDecimal(target) || fitsDecimal(new BigDecimal(text), target));
      case TRUTH -> text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false");
      case DATE -> isDate(text) && parses(text, ColumnKind.DATE);
      case INSTANT, TIME, LOCAL_DATETIME, UUID_VALUE -> parses(text, ColumnKind.of(target));
      default -> true;
    };
  }

  private static boolean isWhole(String text, FieldType target) {
    int length = text.length();
    int start = length > 0 && (text.charAt(0) == '-' || text.charAt(0) == '+') ? 1 : 0;
    if (start == length) {
      return false;
    }
    long value = 0;
    boolean small = length - start <= LONG_DIGITS;
    for (int i = start; i < length; i++) {
      char digit = text.charAt(i);
      if (digit < '0' || digit > '9') {
        return false;
      }
      value = small ? value * 10 + (digit - '0') : 0;
    }
    if (!small) {
      return fits(new BigDecimal(text), target);
    }
    long signed = text.charAt(0) == '-' ? -value : value;
    return switch (target.getTypeName()) {
      case BYTE -> signed == (byte) signed;
      case INT16 -> signed == (short) signed;
      case INT32 -> signed == (int) signed;
      default -> true;
    };
  }

  static boolean fits(BigDecimal number, FieldType whole) {
    try {
      long value = number.longValueExact();
      return switch (whole.getTypeName()) {
        case BYTE -> value == (byte) value;
        case INT16 -> value == (short) value;
        case INT32 -> value == (int) value;
        default -> true;
      };
    } catch (ArithmeticException e) {
      return false;
    }
  }

  static boolean fitsDecimal(BigDecimal number, FieldType target) {
    BigDecimal bare = number.stripTrailingZeros();
    int scale = Math.max(bare.scale(), 0);
    int whole = bare.precision() - bare.scale();
    return scale <= RowTypes.scale(target)
        && (bare.signum() == 0 || whole <= RowTypes.precision(target) - RowTypes.scale(target));
  }

  /** Whether it is digits with at most one point, and an exponent where that is allowed. */
  private static boolean isNumber(String text, boolean exponent) {
    int length = text.length();
    int at = length > 0 && (text.charAt(0) == '-' || text.charAt(0) == '+') ? 1 : 0;
    int digits = 0;
    boolean point = false;
    for (; at < length; at++) {
      char c = text.charAt(at);
      if (c >= '0' && c <= '9') {
        digits++;
      } else if (c == '.' && !point) {
        point = true;
      } else {
        return digits > 0 && exponent && (c == 'e' || c == 'E') && isExponent(text, at + 1);
      }
    }
    return digits > 0;
  }

  private static boolean isExponent(String text, int from) {
    int at = from;
    if (at < text.length() && (text.charAt(at) == '-' || text.charAt(at) == '+')) {
      at++;
    }
    int first = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    return at > first && at == text.length();
  }

  /** Spares an exception for most texts that are no dates. */
  private static boolean isDate(String text) {
    return text.length() == 10 && text.charAt(4) == '-' && text.charAt(7) == '-';
  }

  private static boolean parses(String text, ColumnKind kind) {
    try {
      kind.parse(text);
      return true;
    } catch (DateTimeException | IllegalArgumentException e) {
      return false;
    }
  }
}
