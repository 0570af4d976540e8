package io.beamhouse.quality;

import io.beamhouse.core.row.RowTypes;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.joda.time.ReadableInstant;

/** How the values of a column are compared, counted and written as literals. */
enum ColumnKind {
  WHOLE("a whole number"),
  FLOATING("a number"),
  DECIMAL("a number"),
  TEXT("a text"),
  TRUTH("true or false"),
  BYTES("bytes"),
  INSTANT("an instant such as 2024-01-31T10:00:00Z"),
  DATE("a date such as 2024-01-31"),
  TIME("a time such as 10:00:00"),
  LOCAL_DATETIME("a local date and time such as 2024-01-31T10:00:00"),
  UUID_VALUE("a UUID"),
  OTHER("a structure");

  private final String words;

  ColumnKind(String words) {
    this.words = words;
  }

  static ColumnKind of(FieldType type) {
    return switch (type.getTypeName()) {
      case BYTE, INT16, INT32, INT64 -> WHOLE;
      case FLOAT, DOUBLE -> FLOATING;
      case DECIMAL -> DECIMAL;
      case STRING -> TEXT;
      case BOOLEAN -> TRUTH;
      case BYTES -> BYTES;
      case DATETIME -> INSTANT;
      case LOGICAL_TYPE -> ofLogical(type);
      default -> OTHER;
    };
  }

  private static ColumnKind ofLogical(FieldType type) {
    if (RowTypes.isFixedDecimal(type)) {
      return DECIMAL;
    } else if (RowTypes.is(type, RowTypes.TIMESTAMP)) {
      return INSTANT;
    } else if (RowTypes.is(type, RowTypes.DATE)) {
      return DATE;
    } else if (RowTypes.is(type, RowTypes.TIME)) {
      return TIME;
    } else if (RowTypes.is(type, RowTypes.LOCAL_DATETIME)) {
      return LOCAL_DATETIME;
    }
    return RowTypes.is(type, RowTypes.UUID) ? UUID_VALUE : OTHER;
  }

  /** What a literal of this kind is, in a user's words. */
  String words() {
    return words;
  }

  boolean isNumber() {
    return this == WHOLE || this == FLOATING || this == DECIMAL;
  }

  boolean isOrdered() {
    return isNumber() || this == TEXT || isTime();
  }

  boolean isTime() {
    return this == INSTANT || this == DATE || this == TIME || this == LOCAL_DATETIME;
  }

  /**
   * Returns the value that a literal means, in the form of {@link #comparable}.
   *
   * @throws IllegalArgumentException or DateTimeException when it is none of this kind
   */
  Comparable<?> parse(String literal) {
    return switch (this) {
      case WHOLE, FLOATING, DECIMAL -> new BigDecimal(literal);
      case TEXT -> literal;
      case TRUTH -> truth(literal);
      case INSTANT -> OffsetDateTime.parse(literal).toInstant();
      case DATE -> LocalDate.parse(literal);
      case TIME -> LocalTime.parse(literal);
      case LOCAL_DATETIME -> LocalDateTime.parse(literal);
      case UUID_VALUE -> UUID.fromString(literal);
      default -> throw new IllegalArgumentException("there are no literals of this type");
    };
  }

  private static Boolean truth(String literal) {
    if (!literal.equals("true") && !literal.equals("false")) {
      throw new IllegalArgumentException("neither true nor false");
    }
    return Boolean.valueOf(literal);
  }

  /** Returns a value of this kind in a form that compares with others of its kind. */
  Comparable<?> comparable(Object value) {
    return switch (this) {
      case WHOLE -> BigDecimal.valueOf(((Number) value).longValue());
      case INSTANT ->
          value instanceof ReadableInstant joda
              ? Instant.ofEpochMilli(joda.getMillis())
              : (Instant) value;
      case FLOATING -> ((Number) value).doubleValue();
      case BYTES, OTHER -> throw new IllegalStateException(this + " does not compare");
      default -> (Comparable<?>) value;
    };
  }
}
