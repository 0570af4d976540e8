package io.beamhouse.io.delta.merge;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import org.apache.parquet.io.api.Binary;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Single values of a column in canonical form (Long or byte array) from and to the texts of the
 * Delta log: partition values and statistics (protocol, "Partition Value Serialization" and
 * "Per-file Statistics").
 */
final class Constants {
  private static final long MICROS_PER_MILLI = 1000;

  /** {@code 2024-01-02 03:04:05.678} and the ISO forms; a zone only where one is written. */
  private static final DateTimeFormatter TIMESTAMP =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .appendPattern("[ ]['T']")
          .appendPattern("HH:mm:ss")
          .optionalStart()
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .optionalEnd()
          .optionalStart()
          .appendOffset("+HH:MM", "Z")
          .optionalEnd()
          .toFormatter(Locale.ROOT);

  private static final DateTimeFormatter PARTITION_DATETIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private static final DateTimeFormatter PARTITION_INSTANT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private Constants() {}

  /** Parses a partition value; a timestamp without a zone, as Spark writes it, is taken as UTC. */
  static @Nullable Object partitionValue(ColumnType type, @Nullable String text) {
    if (text == null || text.isEmpty()) {
      return null;
    }
    return switch (type.kind()) {
      case BOOLEAN -> Boolean.parseBoolean(text) ? 1L : 0L;
      case FLOAT -> (long) Float.floatToIntBits(Float.parseFloat(text));
      case DOUBLE -> Double.doubleToLongBits(Double.parseDouble(text));
      case TIMESTAMP, LOCAL_DATETIME -> micros(text);
      case BYTES -> text.getBytes(StandardCharsets.UTF_8);
      default -> parsed(type, text);
    };
  }

  private static Object parsed(ColumnType type, String text) {
    return switch (type.kind()) {
      case DATE -> LocalDate.parse(text).toEpochDay();
      case STRING -> text.getBytes(StandardCharsets.UTF_8);
      case DECIMAL -> decimal(type, new BigDecimal(text));
      default -> Long.parseLong(text);
    };
  }

  private static Object decimal(ColumnType type, BigDecimal value) {
    return type.fixed() ? (Object) type.toLong(value) : type.toBytes(value);
  }

  private static long micros(String text) {
    TemporalAccessor parsed = TIMESTAMP.parseBest(text, OffsetDateTime::from, LocalDateTime::from);
    Instant instant =
        parsed instanceof OffsetDateTime offset
            ? offset.toInstant()
            : ((LocalDateTime) parsed).toInstant(ZoneOffset.UTC);
    return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1000;
  }

  /**
   * Prints a payload's column as a partition value; instants with their zone, an empty text as
   * null, which the protocol makes of it.
   */
  static @Nullable String partitionValue(Payload payload, byte[] row, int start, int column) {
    if (payload.isNull(row, start, column)) {
      return null;
    }
    ColumnType type = payload.type(column);
    if (!type.fixed()) {
      int at = payload.offset(row, start, column);
      int length = payload.length(row, start, column);
      return type.kind() == Kind.DECIMAL
          ? new BigDecimal(new BigInteger(row, at, length), type.scale()).toPlainString()
          : length == 0 ? null : new String(row, at, length, StandardCharsets.UTF_8);
    }
    long value = payload.getLong(row, start, column);
    return switch (type.kind()) {
      case BOOLEAN -> value != 0 ? "true" : "false";
      case FLOAT -> Float.toString(Float.intBitsToFloat((int) value));
      case DOUBLE -> Double.toString(Double.longBitsToDouble(value));
      case DATE -> LocalDate.ofEpochDay(value).toString();
      case DECIMAL -> BigDecimal.valueOf(value, type.scale()).toPlainString();
      case TIMESTAMP -> PARTITION_INSTANT.format(instant(value));
      case LOCAL_DATETIME -> PARTITION_DATETIME.format(instant(value));
      default -> Long.toString(value);
    };
  }

  private static Instant instant(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1000L);
  }

  /** A bound out of a file's statistics, null where it says nothing; see {@code upper}. */
  static @Nullable Object statistic(ColumnType type, JsonNode value, boolean upper) {
    try {
      return switch (type.kind()) {
        case INT8, INT16, INT32, INT64 ->
            value.isIntegralNumber() ? (Object) value.longValue() : null;
        case DECIMAL -> value.isNumber() ? decimal(type, value.decimalValue()) : null;
        case DATE, STRING -> value.isTextual() ? parsed(type, value.textValue()) : null;
        // Writers cut these to milliseconds, the upper bound too.
        case TIMESTAMP, LOCAL_DATETIME ->
            value.isTextual()
                ? (Object) (micros(value.textValue()) + (upper ? MICROS_PER_MILLI - 1 : 0))
                : null;
        default -> null;
      };
    } catch (java.time.DateTimeException | ArithmeticException e) {
      // Text of another writer that we cannot read: no bound is always right.
      return null;
    }
  }

  /** A bound out of a Parquet footer, null where it has no use. */
  static @Nullable Object footerBound(ColumnType type, Form form, Object value) {
    return switch (form) {
      case BOOLEAN -> (Boolean) value ? 1L : 0L;
      case INT32, INT64 -> ((Number) value).longValue();
      case BYTES -> ((Binary) value).getBytes();
      case WIDE_DECIMAL -> ColumnType.wide(((Binary) value).getBytes());
      case SHORT_DECIMAL -> new BigInteger(((Binary) value).getBytes()).longValueExact();
      default -> null;
    };
  }

  /** Appends the sortable form of a value in canonical form. */
  static void addSortable(Bytes out, ColumnType type, Object value) {
    if (value instanceof Long number) {
      SortableBytes.add(out, type, number);
    } else {
      byte[] bytes = (byte[]) value;
      SortableBytes.add(out, type, bytes, 0, bytes.length);
    }
  }
}
