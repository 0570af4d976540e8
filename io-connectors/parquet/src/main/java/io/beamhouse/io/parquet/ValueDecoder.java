package io.beamhouse.io.parquet;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.row.RowTypes;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.UUID;
import java.util.function.Function;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.Schema.TypeName;
import org.apache.beam.sdk.schemas.logicaltypes.PassThroughLogicalType;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;

/**
 * Turns a Parquet primitive (Boolean, Integer, Long, Float, Double or Binary) into the Java value
 * of a Beam type.
 */
interface ValueDecoder {
  Object decode(Object physical);

  /**
   * Returns the decoder of a column as the wanted type.
   *
   * @throws DataRefusedException when the wanted type cannot hold the column's values
   */
  static ValueDecoder of(String path, PrimitiveType file, FieldType wanted) {
    ValueDecoder natural = natural(path, file);
    FieldType type = ParquetSchemas.scalar(file);
    Function<Object, Object> conversion = conversion(path, type, wanted);
    if (conversion == null) {
      throw new DataRefusedException(
          "Column '"
              + path
              + "' is "
              + file.toString().trim()
              + " in the file and cannot be read as "
              + wanted
              + ". Read it as "
              + type
              + " or leave it out.");
    }
    return physical -> conversion.apply(natural.decode(physical));
  }

  private static ValueDecoder natural(String path, PrimitiveType file) {
    LogicalTypeAnnotation annotation = file.getLogicalTypeAnnotation();
    if (annotation instanceof DecimalLogicalTypeAnnotation decimal) {
      int scale = decimal.getScale();
      return value ->
          value instanceof Binary binary
              ? new BigDecimal(new BigInteger(binary.getBytes()), scale)
              : BigDecimal.valueOf(((Number) value).longValue(), scale);
    }
    FieldType type = ParquetSchemas.scalar(file);
    return switch (type.getTypeName()) {
      case STRING -> value -> ((Binary) value).toStringUsingUTF8();
      case BYTES -> value -> ((Binary) value).getBytes();
      case BYTE -> value -> ((Integer) value).byteValue();
      case INT16, INT32, INT64 -> integer(annotation, type);
      case LOGICAL_TYPE -> logical(path, file, annotation, type);
      default -> value -> value;
    };
  }

  private static ValueDecoder integer(LogicalTypeAnnotation annotation, FieldType type) {
    if (annotation instanceof IntLogicalTypeAnnotation unsigned && !unsigned.isSigned()) {
      return switch (unsigned.getBitWidth()) {
        case 8 -> value -> (short) ((Integer) value & 0xFF);
        case 16 -> value -> (Integer) value & 0xFFFF;
        default -> value -> Integer.toUnsignedLong((Integer) value);
      };
    }
    return type.getTypeName() == TypeName.INT16
        ? value -> ((Integer) value).shortValue()
        : value -> value;
  }

  private static ValueDecoder logical(
      String path, PrimitiveType file, LogicalTypeAnnotation annotation, FieldType type) {
    if (RowTypes.is(type, RowTypes.DATE)) {
      return value -> LocalDate.ofEpochDay((Integer) value);
    }
    if (RowTypes.is(type, RowTypes.TIME)) {
      TimeUnit unit = ((TimeLogicalTypeAnnotation) annotation).getUnit();
      return value ->
          LocalTime.ofNanoOfDay(
              Math.multiplyExact(((Number) value).longValue(), 1_000_000_000L / perSecond(unit)));
    }
    if (RowTypes.is(type, RowTypes.UUID)) {
      return value -> {
        ByteBuffer bytes = ((Binary) value).toByteBuffer();
        return new UUID(bytes.getLong(bytes.position()), bytes.getLong(bytes.position() + 8));
      };
    }
    if (file.getPrimitiveTypeName() == PrimitiveType.PrimitiveTypeName.INT96) {
      return value -> int96(path, (Binary) value);
    }
    if (annotation instanceof TimestampLogicalTypeAnnotation timestamp) {
      long perSecond = perSecond(timestamp.getUnit());
      return timestamp.isAdjustedToUTC()
          ? value -> instant((Long) value, perSecond)
          : value -> LocalDateTime.ofInstant(instant((Long) value, perSecond), ZoneOffset.UTC);
    }
    // UINT_64
    return value -> new BigDecimal(Long.toUnsignedString((Long) value));
  }

  private static Instant int96(String path, Binary value) {
    long micros = Int96.floorMicros(value);
    if (micros != Int96.ceilMicros(value)) {
      throw inexact(path);
    }
    return instant(micros, 1_000_000L);
  }

  private static Instant instant(long value, long perSecond) {
    return Instant.ofEpochSecond(
        Math.floorDiv(value, perSecond),
        Math.floorMod(value, perSecond) * (1_000_000_000L / perSecond));
  }

  private static long perSecond(TimeUnit unit) {
    return switch (unit) {
      case MILLIS -> 1_000L;
      case MICROS -> 1_000_000L;
      case NANOS -> 1_000_000_000L;
    };
  }

  /** Returns null when {@code wanted} cannot hold every value of {@code type}. */
  private static Function<Object, Object> conversion(
      String path, FieldType type, FieldType wanted) {
    if (wanted.getTypeName() == TypeName.LOGICAL_TYPE) {
      return toLogical(path, type, wanted);
    }
    if (type.getTypeName() == wanted.getTypeName()) {
      return Function.identity();
    }
    return switch (wanted.getTypeName()) {
      case INT16 -> integers(type, 16) ? value -> ((Number) value).shortValue() : null;
      case INT32 -> integers(type, 32) ? value -> ((Number) value).intValue() : null;
      case INT64 -> integers(type, 64) ? value -> ((Number) value).longValue() : null;
      case DOUBLE ->
          integers(type, 32) || type.getTypeName() == TypeName.FLOAT
              ? value -> ((Number) value).doubleValue()
              : null;
      case FLOAT -> integers(type, 16) ? value -> ((Number) value).floatValue() : null;
      case DECIMAL -> RowTypes.isFixedDecimal(type) ? Function.identity() : null;
      // Hive and Impala leave text without annotation.
      case STRING ->
          type.getTypeName() == TypeName.BYTES
              ? value -> new String((byte[]) value, StandardCharsets.UTF_8)
              : null;
      case DATETIME ->
          RowTypes.is(type, RowTypes.TIMESTAMP) ? value -> joda(path, (Instant) value) : null;
      default -> null;
    };
  }

  private static Function<Object, Object> toLogical(String path, FieldType type, FieldType wanted) {
    if (RowTypes.isFixedDecimal(wanted)) {
      return toDecimal(type, RowTypes.precision(wanted), RowTypes.scale(wanted));
    }
    if (RowTypes.is(type, wanted)) {
      boolean micros =
          RowTypes.is(type, RowTypes.TIMESTAMP) || RowTypes.is(type, RowTypes.LOCAL_DATETIME);
      return micros ? value -> wholeMicros(path, value) : Function.identity();
    }
    if (RowTypes.is(wanted, RowTypes.UUID) && type.getTypeName() == TypeName.STRING) {
      return value -> uuid(path, (String) value);
    }
    if (wanted.getLogicalType() instanceof PassThroughLogicalType<?> through) {
      return conversion(path, type, through.getBaseType());
    }
    return null;
  }

  private static Function<Object, Object> toDecimal(FieldType type, int precision, int scale) {
    if (RowTypes.isFixedDecimal(type)) {
      int added = scale - RowTypes.scale(type);
      if (added < 0 || precision - RowTypes.precision(type) < added) {
        return null;
      }
      return added == 0
          ? Function.identity()
          : value -> ((BigDecimal) value).setScale(scale, RoundingMode.UNNECESSARY);
    }
    int digits =
        switch (type.getTypeName()) {
          case BYTE -> 3;
          case INT16 -> 5;
          case INT32 -> 10;
          case INT64 -> 19;
          default -> Integer.MAX_VALUE;
        };
    return precision - scale >= digits
        ? value -> BigDecimal.valueOf(((Number) value).longValue()).setScale(scale)
        : null;
  }

  private static boolean integers(FieldType type, int upToBits) {
    return switch (type.getTypeName()) {
      case BYTE -> true;
      case INT16 -> upToBits >= 16;
      case INT32 -> upToBits >= 32;
      case INT64 -> upToBits >= 64;
      default -> false;
    };
  }

  private static Object wholeMicros(String path, Object value) {
    int nanos = value instanceof Instant instant ? instant.getNano() : nano(value);
    if (nanos % 1000 != 0) {
      throw inexact(path);
    }
    return value;
  }

  private static int nano(Object value) {
    return ((LocalDateTime) value).getNano();
  }

  private static Object joda(String path, Instant instant) {
    if (instant.getNano() % 1_000_000 != 0) {
      throw inexact(path);
    }
    return org.joda.time.Instant.ofEpochMilli(instant.toEpochMilli());
  }

  private static UUID uuid(String path, String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw new DataRefusedException(
          "Column '" + path + "' holds text that is not a UUID. Read it as STRING.", e);
    }
  }

  private static DataRefusedException inexact(String path) {
    return new DataRefusedException(
        "A timestamp of column '"
            + path
            + "' is finer than the type that it is read as. Round it where the file is written.");
  }
}
