package io.beamhouse.io.delta.merge;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * How a Parquet file holds values: turns them into the canonical form of {@link ColumnType} and
 * back.
 */
enum Form {
  BOOLEAN,
  INT32,
  INT64,
  FLOAT,
  DOUBLE,
  /** Timestamps of Spark and Impala: nanoseconds of the day, Julian day. */
  INT96,
  MILLIS,
  NANOS,
  /** A decimal of up to 18 digits in bytes. */
  SHORT_DECIMAL,
  WIDE_DECIMAL,
  BYTES;

  private static final long JULIAN_EPOCH = 2_440_588;
  private static final long MICROS_PER_DAY = 86_400_000_000L;

  /** Returns how {@code stored} holds values of {@code type}; throws IllegalArgumentException. */
  static Form of(ColumnType type, PrimitiveType stored) {
    Form form =
        switch (type.kind()) {
          case BOOLEAN -> only(stored, PrimitiveTypeName.BOOLEAN, BOOLEAN);
          case INT8, INT16, INT32, DATE -> only(stored, PrimitiveTypeName.INT32, INT32);
          case INT64 ->
              stored.getPrimitiveTypeName() == PrimitiveTypeName.INT32
                  ? INT32
                  : only(stored, PrimitiveTypeName.INT64, INT64);
          case FLOAT -> only(stored, PrimitiveTypeName.FLOAT, FLOAT);
          case DOUBLE -> only(stored, PrimitiveTypeName.DOUBLE, DOUBLE);
          case STRING, BYTES -> only(stored, PrimitiveTypeName.BINARY, BYTES);
          case TIMESTAMP, LOCAL_DATETIME -> timestamp(stored);
          case DECIMAL -> decimal(type, stored);
        };
    if (form == null) {
      throw new IllegalArgumentException("holds it as " + stored + ", the table as " + type);
    }
    return form;
  }

  private static Form only(PrimitiveType stored, PrimitiveTypeName expected, Form form) {
    return stored.getPrimitiveTypeName() == expected ? form : null;
  }

  private static Form timestamp(PrimitiveType stored) {
    if (stored.getPrimitiveTypeName() == PrimitiveTypeName.INT96) {
      return INT96;
    }
    if (stored.getPrimitiveTypeName() != PrimitiveTypeName.INT64) {
      return null;
    }
    if (stored.getLogicalTypeAnnotation() instanceof TimestampLogicalTypeAnnotation annotation) {
      return annotation.getUnit() == TimeUnit.MICROS
          ? INT64
          : annotation.getUnit() == TimeUnit.MILLIS ? MILLIS : NANOS;
    }
    return INT64;
  }

  private static Form decimal(ColumnType type, PrimitiveType stored) {
    if (!(stored.getLogicalTypeAnnotation() instanceof DecimalLogicalTypeAnnotation decimal)
        || decimal.getScale() != type.scale()
        || decimal.getPrecision() > type.precision()) {
      return null;
    }
    return switch (stored.getPrimitiveTypeName()) {
      case INT32 -> type.fixed() ? INT32 : null;
      case INT64 -> type.fixed() ? INT64 : null;
      case BINARY, FIXED_LEN_BYTE_ARRAY -> type.fixed() ? SHORT_DECIMAL : WIDE_DECIMAL;
      default -> null;
    };
  }

  /** Whether every value of {@code type} can be written as {@code stored}, loss-free. */
  boolean holdsAll(ColumnType type, PrimitiveType stored) {
    return switch (this) {
      case MILLIS, NANOS -> false;
      case INT32 -> type.kind() != Kind.INT64 && samePrecision(type, stored);
      case INT64, SHORT_DECIMAL, WIDE_DECIMAL -> samePrecision(type, stored);
      default -> true;
    };
  }

  private static boolean samePrecision(ColumnType type, PrimitiveType stored) {
    return type.kind() != Kind.DECIMAL
        || (stored.getLogicalTypeAnnotation() instanceof DecimalLogicalTypeAnnotation decimal
            && decimal.getPrecision() == type.precision());
  }

  long readLong(ColumnReader reader) {
    return switch (this) {
      case BOOLEAN -> reader.getBoolean() ? 1 : 0;
      case INT32 -> reader.getInteger();
      case INT64 -> reader.getLong();
      case FLOAT -> Float.floatToIntBits(reader.getFloat());
      case DOUBLE -> Double.doubleToLongBits(reader.getDouble());
      case MILLIS -> Math.multiplyExact(reader.getLong(), 1000L);
      case NANOS -> Math.floorDiv(reader.getLong(), 1000L);
      case INT96 -> int96Micros(reader.getBinary());
      case SHORT_DECIMAL -> new BigInteger(reader.getBinary().getBytesUnsafe()).longValueExact();
      default -> throw new IllegalStateException("not a fixed form: " + this);
    };
  }

  byte[] readBytes(ColumnReader reader) {
    byte[] bytes = reader.getBinary().getBytesUnsafe();
    return this == WIDE_DECIMAL ? ColumnType.wide(bytes) : bytes;
  }

  void write(ColumnWriter writer, long value, int level, PrimitiveType stored) {
    switch (this) {
      case BOOLEAN -> writer.write(value != 0, 0, level);
      case INT32 -> writer.write((int) value, 0, level);
      case INT64 -> writer.write(value, 0, level);
      case FLOAT -> writer.write(Float.intBitsToFloat((int) value), 0, level);
      case DOUBLE -> writer.write(Double.longBitsToDouble(value), 0, level);
      case INT96 -> writer.write(int96(value), 0, level);
      case SHORT_DECIMAL ->
          writer.write(decimal(BigInteger.valueOf(value).toByteArray(), stored), 0, level);
      default -> throw new IllegalStateException("not a form to write: " + this);
    }
  }

  void write(
      ColumnWriter writer, byte[] from, int at, int length, int level, PrimitiveType stored) {
    if (this == WIDE_DECIMAL) {
      byte[] wide = java.util.Arrays.copyOfRange(from, at, at + length);
      writer.write(decimal(new BigInteger(wide).toByteArray(), stored), 0, level);
    } else {
      writer.write(Binary.fromConstantByteArray(from, at, length), 0, level);
    }
  }

  /** Sign-extends to the file's fixed length; a plain BINARY takes the shortest form. */
  private static Binary decimal(byte[] shortest, PrimitiveType stored) {
    if (stored.getPrimitiveTypeName() == PrimitiveTypeName.BINARY) {
      return Binary.fromConstantByteArray(shortest);
    }
    byte[] fixed = new byte[stored.getTypeLength()];
    int pad = fixed.length - shortest.length;
    java.util.Arrays.fill(fixed, 0, pad, (byte) (shortest[0] < 0 ? -1 : 0));
    System.arraycopy(shortest, 0, fixed, pad, shortest.length);
    return Binary.fromConstantByteArray(fixed);
  }

  static long int96Micros(Binary value) {
    ByteBuffer buffer = value.toByteBuffer().slice().order(ByteOrder.LITTLE_ENDIAN);
    long nanos = buffer.getLong();
    long day = buffer.getInt() - JULIAN_EPOCH;
    return Math.addExact(Math.multiplyExact(day, MICROS_PER_DAY), Math.floorDiv(nanos, 1000L));
  }

  static Binary int96(long micros) {
    ByteBuffer buffer = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putLong(Math.floorMod(micros, MICROS_PER_DAY) * 1000);
    buffer.putInt((int) (Math.floorDiv(micros, MICROS_PER_DAY) + JULIAN_EPOCH));
    return Binary.fromConstantByteArray(buffer.array());
  }
}
