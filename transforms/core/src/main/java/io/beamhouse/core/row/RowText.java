package io.beamhouse.core.row;

import io.beamhouse.core.Evolving;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Locale;
import java.util.UUID;
import org.apache.beam.sdk.schemas.Schema.FieldType;

/**
 * Field values as text, both ways, without loss and without a locale.
 *
 * <p>Numbers are written in decimal notation with a point, booleans as {@code true} and {@code
 * false}, instants as ISO-8601 in UTC with up to six digits of a second, dates and times as
 * ISO-8601, bytes as base64, arrays, maps and rows as JSON. What was written is read back as an
 * equal value. Reading takes a little more than writing gives: any zone offset, a space in place of
 * the T, any case of true and false.
 */
@Evolving
public final class RowText {
  // Java's own parsers take more than this: other scripts' digits, blanks, suffixes, hexadecimals.
  private static final String INTEGER = "0123456789+-";
  private static final String NUMBER = "0123456789+-.eE";
  private static final int LENGTH_OF_DATE = 10;
  private static final int UUID_LENGTH = 36;
  private static final long MOST_SECONDS = Long.MAX_VALUE / 1_000_000 - 1;

  private RowText() {}

  /**
   * Returns {@code value}, which is not null, as text.
   *
   * @throws IllegalArgumentException when the value does not belong to the type
   */
  public static String write(Object value, FieldType type) {
    return switch (type.getTypeName()) {
      case BYTES -> Base64.getEncoder().encodeToString((byte[]) value);
      case DATETIME ->
          Instant.ofEpochMilli(((org.joda.time.ReadableInstant) value).getMillis()).toString();
      case ARRAY, ITERABLE, MAP, ROW -> RowJson.write(value, type);
      case LOGICAL_TYPE -> {
        if (value instanceof Instant instant) {
          notFiner(instant);
        }
        yield value instanceof BigDecimal decimal ? decimal.toPlainString() : value.toString();
      }
      default -> value.toString();
    };
  }

  /**
   * Returns the value that {@code text} stands for.
   *
   * @throws IllegalArgumentException when there is none; the message does not hold the text
   */
  public static Object read(String text, FieldType type) {
    try {
      return switch (type.getTypeName()) {
        case STRING -> text;
        case BYTE -> Byte.valueOf(of(INTEGER, text));
        case INT16 -> Short.valueOf(of(INTEGER, text));
        case INT32 -> Integer.valueOf(of(INTEGER, text));
        case INT64 -> Long.valueOf(of(INTEGER, text));
        case FLOAT -> Float.valueOf(floating(text));
        case DOUBLE -> Double.valueOf(floating(text));
        case DECIMAL -> new BigDecimal(of(NUMBER, text));
        case BOOLEAN -> bool(text);
        case BYTES -> Base64.getDecoder().decode(text);
        case DATETIME -> millis(instant(text));
        case ARRAY, ITERABLE, MAP, ROW -> RowJson.read(text, type);
        case LOGICAL_TYPE -> logical(text, type);
      };
    } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
      String why =
          e instanceof RefusedValueException ? " (" + e.getMessage() + ")" : ""; // others quote it
      throw new RefusedValueException("not a valid " + SchemaJson.typeName(type) + why);
    }
  }

  /** A value that its type does not allow; the message does not hold it. */
  @Evolving
  public static final class RefusedValueException extends IllegalArgumentException {
    public RefusedValueException(String message) {
      super(message);
    }
  }

  private static Object logical(String text, FieldType type) {
    if (RowTypes.isFixedDecimal(type)) {
      return fixed(new BigDecimal(of(NUMBER, text)), type);
    }
    if (RowTypes.is(type, RowTypes.TIMESTAMP)) {
      return micros(instant(text));
    }
    if (RowTypes.is(type, RowTypes.DATE)) {
      LocalDate date = LocalDate.parse(text);
      within(date.toEpochDay(), Integer.MAX_VALUE);
      return date;
    }
    if (RowTypes.is(type, RowTypes.TIME)) {
      return LocalTime.parse(text);
    }
    if (RowTypes.is(type, RowTypes.LOCAL_DATETIME)) {
      LocalDateTime local = LocalDateTime.parse(withT(text));
      within(local.toEpochSecond(ZoneOffset.UTC), MOST_SECONDS);
      return local;
    }
    if (RowTypes.is(type, RowTypes.UUID) && text.length() == UUID_LENGTH) {
      return UUID.fromString(text);
    }
    throw new RefusedValueException("no such value");
  }

  /** Nothing is rounded: more digits than the type has are refused unless they are zeros. */
  private static BigDecimal fixed(BigDecimal value, FieldType type) {
    int scale = RowTypes.scale(type);
    int precision = RowTypes.precision(type);
    if (value.signum() != 0 && value.precision() - (long) value.scale() > precision - scale) {
      throw new RefusedValueException("too many digits before the point");
    }
    BigDecimal fitting = value.scale() > scale ? shortened(value, scale) : value;
    if (fitting.signum() == 0 && fitting.scale() < 0) {
      return BigDecimal.ZERO;
    }
    return fitting.scale() < 0 ? fitting.setScale(0) : fitting;
  }

  private static BigDecimal shortened(BigDecimal value, int scale) {
    if (value.signum() != 0 && value.stripTrailingZeros().scale() > scale) {
      throw new RefusedValueException("more than " + scale + " digits after the point");
    }
    return value.signum() == 0 ? BigDecimal.ZERO.setScale(scale) : value.setScale(scale);
  }

  private static Instant instant(String text) {
    Instant plain = PlainInstant.parse(text);
    return plain != null
        ? plain
        : DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(withT(text), Instant::from);
  }

  /** Returns {@code instant} unless it is finer than the type, or beyond what it holds. */
  public static Instant micros(Instant instant) {
    notFiner(instant);
    within(instant.getEpochSecond(), MOST_SECONDS);
    return instant;
  }

  private static void notFiner(Instant instant) {
    if (instant.getNano() % 1_000 != 0) {
      throw new RefusedValueException("finer than a microsecond");
    }
  }

  /** Files and tables hold days in 32 bits and microseconds in 64. */
  private static void within(long found, long most) {
    if (Math.abs(found) > most) {
      throw new RefusedValueException("too far from 1970");
    }
  }

  public static org.joda.time.Instant millis(Instant instant) {
    if (!instant.truncatedTo(ChronoUnit.MILLIS).equals(instant)) {
      throw new RefusedValueException("finer than a millisecond");
    }
    return org.joda.time.Instant.ofEpochMilli(instant.toEpochMilli());
  }

  private static String withT(String text) {
    return text.length() > LENGTH_OF_DATE && text.charAt(LENGTH_OF_DATE) == ' '
        ? text.substring(0, LENGTH_OF_DATE) + "T" + text.substring(LENGTH_OF_DATE + 1)
        : text;
  }

  private static String floating(String text) {
    return switch (text) {
      case "NaN", "Infinity", "+Infinity", "-Infinity" -> text;
      default -> of(NUMBER, text);
    };
  }

  /** Returns {@code text} when it has only {@code allowed} characters; Java parses the rest. */
  private static String of(String allowed, String text) {
    for (int i = 0; i < text.length(); i++) {
      if (allowed.indexOf(text.charAt(i)) < 0) {
        throw new RefusedValueException("not a number");
      }
    }
    return text;
  }

  private static Boolean bool(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new RefusedValueException("neither true nor false");
    };
  }
}
