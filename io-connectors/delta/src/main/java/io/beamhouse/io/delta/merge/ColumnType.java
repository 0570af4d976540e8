package io.beamhouse.io.delta.merge;

import io.beamhouse.core.row.RowTypes;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.apache.beam.sdk.schemas.Schema.FieldType;

/**
 * The type of a column, with the canonical form of its values: a {@code long} when {@link #fixed},
 * else bytes.
 *
 * <p>Integers and days are themselves, instants and local date-times are microseconds since 1970,
 * floats and doubles are their bits, decimals of up to 18 digits are unscaled. Longer decimals are
 * 16 bytes, two's complement, high byte first; strings are UTF-8.
 *
 * @param precision of a decimal, else 0
 * @param scale of a decimal, else 0
 */
record ColumnType(Kind kind, int precision, int scale) implements Serializable {
  private static final int LONG_DIGITS = 18;
  static final int WIDE_DECIMAL_BYTES = 16;

  ColumnType(Kind kind) {
    this(kind, 0, 0);
  }

  /** Returns the type that holds {@code type}'s values, or nothing for nested and unknown types. */
  static Optional<ColumnType> of(FieldType type) {
    return switch (type.getTypeName()) {
      case BOOLEAN -> Optional.of(new ColumnType(Kind.BOOLEAN));
      case BYTE -> Optional.of(new ColumnType(Kind.INT8));
      case INT16 -> Optional.of(new ColumnType(Kind.INT16));
      case INT32 -> Optional.of(new ColumnType(Kind.INT32));
      case INT64 -> Optional.of(new ColumnType(Kind.INT64));
      case FLOAT -> Optional.of(new ColumnType(Kind.FLOAT));
      case DOUBLE -> Optional.of(new ColumnType(Kind.DOUBLE));
      case STRING -> Optional.of(new ColumnType(Kind.STRING));
      case BYTES -> Optional.of(new ColumnType(Kind.BYTES));
      case DATETIME -> Optional.of(new ColumnType(Kind.TIMESTAMP));
      case LOGICAL_TYPE -> logical(type);
      default -> Optional.empty();
    };
  }

  private static Optional<ColumnType> logical(FieldType type) {
    if (RowTypes.isFixedDecimal(type)) {
      return Optional.of(
          new ColumnType(Kind.DECIMAL, RowTypes.precision(type), RowTypes.scale(type)));
    }
    if (RowTypes.is(type, RowTypes.TIMESTAMP)) {
      return Optional.of(new ColumnType(Kind.TIMESTAMP));
    }
    if (RowTypes.is(type, RowTypes.LOCAL_DATETIME)) {
      return Optional.of(new ColumnType(Kind.LOCAL_DATETIME));
    }
    if (RowTypes.is(type, RowTypes.DATE)) {
      return Optional.of(new ColumnType(Kind.DATE));
    }
    return RowTypes.is(type, RowTypes.UUID) || RowTypes.is(type, RowTypes.TIME)
        ? Optional.of(new ColumnType(Kind.STRING))
        : Optional.empty();
  }

  boolean fixed() {
    return switch (kind) {
      case STRING, BYTES -> false;
      case DECIMAL -> precision <= LONG_DIGITS;
      default -> true;
    };
  }

  boolean floating() {
    return kind == Kind.FLOAT || kind == Kind.DOUBLE;
  }

  /** The canonical form of a row's value of a fixed type. */
  long toLong(Object value) {
    return switch (kind) {
      case BOOLEAN -> ((Boolean) value) ? 1 : 0;
      case INT8, INT16, INT32, INT64 -> ((Number) value).longValue();
      case FLOAT -> Float.floatToIntBits((Float) value);
      case DOUBLE -> Double.doubleToLongBits((Double) value);
      case DATE -> ((LocalDate) value).toEpochDay();
      case TIMESTAMP -> micros(value);
      case LOCAL_DATETIME -> micros(((LocalDateTime) value).toInstant(ZoneOffset.UTC));
      case DECIMAL -> unscaled((BigDecimal) value).longValueExact();
      default -> throw new IllegalStateException("not a fixed type: " + this);
    };
  }

  /** The canonical form of a row's value of a type that is not fixed. */
  byte[] toBytes(Object value) {
    return switch (kind) {
      case STRING -> text(value).getBytes(StandardCharsets.UTF_8);
      case BYTES -> (byte[]) value;
      case DECIMAL -> wide(unscaled((BigDecimal) value));
      default -> throw new IllegalStateException("a fixed type: " + this);
    };
  }

  private static String text(Object value) {
    if (value instanceof LocalTime time) {
      return DateTimeFormatter.ISO_LOCAL_TIME.format(time);
    }
    return value instanceof UUID ? value.toString() : (String) value;
  }

  private static long micros(Object value) {
    if (value instanceof Instant instant) {
      if (instant.getNano() % 1000 != 0) {
        throw new ArithmeticException("an instant has more than six fractional digits");
      }
      return Math.addExact(
          Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1000);
    }
    return Math.multiplyExact(((org.joda.time.ReadableInstant) value).getMillis(), 1000L);
  }

  private BigInteger unscaled(BigDecimal value) {
    BigDecimal exact = value.setScale(scale, java.math.RoundingMode.UNNECESSARY);
    if (exact.precision() > precision) {
      throw new ArithmeticException("a decimal has more than " + precision + " digits");
    }
    return exact.unscaledValue();
  }

  /** Sign-extends {@code value} to 16 bytes. */
  static byte[] wide(BigInteger value) {
    return wide(value.toByteArray());
  }

  static byte[] wide(byte[] twosComplement) {
    byte[] wide = new byte[WIDE_DECIMAL_BYTES];
    int pad = WIDE_DECIMAL_BYTES - twosComplement.length;
    if (pad < 0) {
      return Arrays.copyOfRange(twosComplement, -pad, twosComplement.length);
    }
    Arrays.fill(wide, 0, pad, (byte) (twosComplement[0] < 0 ? -1 : 0));
    System.arraycopy(twosComplement, 0, wide, pad, twosComplement.length);
    return wide;
  }

  /** As people write it: {@code DECIMAL(12,2)}. */
  @Override
  public String toString() {
    return kind == Kind.DECIMAL ? "DECIMAL(" + precision + "," + scale + ")" : kind.name();
  }
}
