package io.beamhouse.io.files;

import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.row.RowText;
import io.beamhouse.core.row.RowText.RefusedValueException;
import io.beamhouse.core.row.RowTypes;
import io.beamhouse.core.row.SchemaJson;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.time.temporal.TemporalQuery;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.Schema.TypeName;

/**
 * Reads the texts of a column that are not written as {@link RowText} has them.
 *
 * <p>A format is a pattern of Java's DateTimeFormatter for dates and times ({@code dd/MM/yyyy}; an
 * instant's has an offset or a zone), an example for numbers ({@code 1.234,5}: groups of three or
 * none), and what is true and false for booleans ({@code yes/no}, any case). Reading is strict: 31
 * February is no date.
 */
@FunctionalInterface
interface ValueFormat {
  /**
   * Returns the value that {@code text} stands for.
   *
   * @throws IllegalArgumentException when there is none; the message does not hold the text
   */
  Object read(String text);

  /**
   * Returns what {@link #read} would return for the same ASCII text, without making a text of it;
   * null when only the text can tell.
   */
  default Object readBytes(byte[] bytes, int start, int end) {
    return null;
  }

  /**
   * Returns the reader of {@code format}.
   *
   * @throws SpecException at {@code where} when the format is none of the type
   */
  static ValueFormat of(String where, FieldType type, String format) {
    if (type.getTypeName() == TypeName.BOOLEAN) {
      return truth(where, format);
    }
    if (type.getTypeName().isNumericType() || RowTypes.isFixedDecimal(type)) {
      return number(where, type, format);
    }
    if (RowTypes.is(type, RowTypes.DATE)) {
      return time(where, type, format, LocalDate::from);
    }
    if (RowTypes.is(type, RowTypes.TIME)) {
      return time(where, type, format, LocalTime::from);
    }
    if (RowTypes.is(type, RowTypes.LOCAL_DATETIME)) {
      return time(where, type, format, LocalDateTime::from);
    }
    if (RowTypes.is(type, RowTypes.TIMESTAMP)) {
      return time(where, type, format, time -> RowText.micros(Instant.from(time)));
    }
    if (type.getTypeName() == TypeName.DATETIME) {
      return time(where, type, format, time -> RowText.millis(Instant.from(time)));
    }
    throw new SpecException(
        where,
        "is for a "
            + SchemaJson.typeName(type)
            + "; formats are for numbers, booleans, dates and times");
  }

  private static ValueFormat truth(String where, String format) {
    String[] both = format.split("/", -1);
    if (both.length != 2
        || both[0].isEmpty()
        || both[1].isEmpty()
        || both[0].equalsIgnoreCase(both[1])) {
      throw new SpecException(
          where, "is '" + format + "'; allowed for a BOOLEAN is what is true and false: yes/no");
    }
    return new PlainFormats.Truth(both[0], both[1], format);
  }

  private static ValueFormat number(String where, FieldType type, String format) {
    Matcher example =
        Pattern.compile("1([,.'’_\\u0020\\u00a0\\u202f]?)234(?:([.,])5)?").matcher(format);
    if (!example.matches() || example.group(1).equals(example.group(2))) {
      throw new SpecException(
          where,
          "is '"
              + format
              + "'; allowed for a number is an example of 1234 or 1234.5: 1,234.5 or 1.234,5 or"
              + " 1234,5");
    }
    int group = example.group(1).isEmpty() ? -1 : example.group(1).charAt(0);
    int point = example.group(2) == null ? -1 : example.group(2).charAt(0);
    return text -> RowText.read(plain(text, group, point, type), type);
  }

  /** Returns a number as Java has it; a group is not taken for anything else by mistake. */
  private static String plain(String text, int group, int point, FieldType type) {
    StringBuilder plain = new StringBuilder(text.length());
    int run = 0;
    boolean grouped = false;
    boolean fraction = false;
    boolean good = true;
    for (int i = 0; i < text.length() && good; i++) {
      char c = text.charAt(i);
      if (c >= '0' && c <= '9') {
        run++;
        plain.append(c);
      } else if (c == group && !fraction) {
        good = grouped ? run == 3 : run >= 1 && run <= 3;
        grouped = true;
        run = 0;
      } else if (c == point && !fraction) {
        good = run > 0 && (!grouped || run == 3);
        fraction = true;
        run = 0;
        plain.append('.');
      } else {
        good = i == 0 && (c == '-' || c == '+');
        plain.append(c);
      }
    }
    if (!good || run == 0 || (grouped && !fraction && run != 3)) {
      throw new RefusedValueException(
          "not a valid " + SchemaJson.typeName(type) + " (not in its format)");
    }
    return plain.toString();
  }

  private static ValueFormat time(
      String where, FieldType type, String format, TemporalQuery<?> query) {
    DateTimeFormatter formatter;
    try {
      formatter = formatter(format);
      // A pattern that does not say all that the type has cannot read what it wrote itself.
      ZonedDateTime sample = ZonedDateTime.of(2001, 12, 31, 23, 59, 58, 0, ZoneOffset.UTC);
      formatter.parse(formatter.format(sample), query);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new SpecException(
          where,
          "is '"
              + format
              + "', which is no pattern of a whole "
              + SchemaJson.typeName(type)
              + "; allowed is like dd/MM/yyyy, HH:mm:ss, yyyy-MM-dd HH:mm:ss, and with an offset"
              + " (XXX) or zone (VV) for instants");
    }
    return text -> {
      try {
        return formatter.parse(text, query);
      } catch (DateTimeException e) {
        // Its message quotes the text.
        throw new RefusedValueException(
            "not a valid " + SchemaJson.typeName(type) + " as " + format);
      }
    };
  }

  /** Strict, which is why y becomes u: a year of an era is no year without the era. */
  private static DateTimeFormatter formatter(String format) {
    StringBuilder pattern = new StringBuilder();
    boolean quoted = false;
    for (char c : format.toCharArray()) {
      quoted ^= c == '\'';
      pattern.append(c == 'y' && !quoted && format.indexOf('G') < 0 ? 'u' : c);
    }
    return DateTimeFormatter.ofPattern(pattern.toString(), Locale.ENGLISH)
        .withResolverStyle(ResolverStyle.STRICT);
  }
}
