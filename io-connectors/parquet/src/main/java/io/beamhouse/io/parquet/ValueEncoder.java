package io.beamhouse.io.parquet;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.row.RowTypes;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.joda.time.ReadableInstant;

/** Writes one non-null value of a Beam type as {@link ParquetSchemas#toParquet} lays it out. */
interface ValueEncoder {
  void encode(RecordConsumer out, Object value);

  static ValueEncoder of(String path, FieldType type) {
    return switch (type.getTypeName()) {
      case BOOLEAN -> (out, value) -> out.addBoolean((Boolean) value);
      case BYTE, INT16, INT32 -> (out, value) -> out.addInteger(((Number) value).intValue());
      case INT64 -> (out, value) -> out.addLong((Long) value);
      case FLOAT -> (out, value) -> out.addFloat((Float) value);
      case DOUBLE -> (out, value) -> out.addDouble((Double) value);
      case STRING -> new TextEncoder();
      case BYTES -> (out, value) -> out.addBinary(Binary.fromConstantByteArray((byte[]) value));
      case DATETIME ->
          (out, value) ->
              out.addLong(Math.multiplyExact(((ReadableInstant) value).getMillis(), 1000L));
      case LOGICAL_TYPE -> logical(path, type);
      case ROW -> {
        RowEncoder row = new RowEncoder(path + ".", type.getRowSchema());
        yield (out, value) -> {
          out.startGroup();
          row.fields(out, (Row) value);
          out.endGroup();
        };
      }
      case ARRAY, ITERABLE -> list(path + ".element", type.getCollectionElementType());
      case MAP -> map(path, type);
      default -> throw new IllegalArgumentException(path + ": " + type.getTypeName());
    };
  }

  private static ValueEncoder logical(String path, FieldType type) {
    if (RowTypes.isFixedDecimal(type)) {
      return decimal(path, RowTypes.precision(type), RowTypes.scale(type));
    }
    if (RowTypes.is(type, RowTypes.TIMESTAMP)) {
      return (out, value) -> {
        Instant instant = (Instant) value;
        out.addLong(micros(path, instant.getEpochSecond(), instant.getNano()));
      };
    }
    if (RowTypes.is(type, RowTypes.LOCAL_DATETIME)) {
      return (out, value) -> {
        LocalDateTime local = (LocalDateTime) value;
        out.addLong(micros(path, local.toEpochSecond(ZoneOffset.UTC), local.getNano()));
      };
    }
    if (RowTypes.is(type, RowTypes.DATE)) {
      return (out, value) -> out.addInteger(Math.toIntExact(((LocalDate) value).toEpochDay()));
    }
    if (RowTypes.is(type, RowTypes.TIME)) {
      return (out, value) -> {
        LocalTime time = (LocalTime) value;
        out.addLong(micros(path, time.toSecondOfDay(), time.getNano()));
      };
    }
    if (RowTypes.is(type, RowTypes.UUID)) {
      return (out, value) -> out.addBinary(utf8(value.toString()));
    }
    return of(path, type.getLogicalType().getBaseType());
  }

  private static ValueEncoder list(String path, FieldType type) {
    ValueEncoder element = of(path, type);
    boolean nullable = type.getNullable();
    return (out, value) -> {
      out.startGroup();
      boolean open = false;
      for (Object one : (Iterable<?>) value) {
        if (!open) {
          out.startField("list", 0);
          open = true;
        }
        out.startGroup();
        if (one != null) {
          out.startField("element", 0);
          element.encode(out, one);
          out.endField("element", 0);
        } else if (!nullable) {
          throw nullIn(path);
        }
        out.endGroup();
      }
      if (open) {
        out.endField("list", 0);
      }
      out.endGroup();
    };
  }

  private static ValueEncoder map(String path, FieldType type) {
    ValueEncoder keys = of(path + ".key", type.getMapKeyType());
    ValueEncoder values = of(path + ".value", type.getMapValueType());
    boolean nullable = type.getMapValueType().getNullable();
    return (out, value) -> {
      out.startGroup();
      Map<?, ?> map = (Map<?, ?>) value;
      if (!map.isEmpty()) {
        out.startField("key_value", 0);
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          if (entry.getKey() == null || (entry.getValue() == null && !nullable)) {
            throw nullIn(path);
          }
          out.startGroup();
          out.startField("key", 0);
          keys.encode(out, entry.getKey());
          out.endField("key", 0);
          if (entry.getValue() != null) {
            out.startField("value", 1);
            values.encode(out, entry.getValue());
            out.endField("value", 1);
          }
          out.endGroup();
        }
        out.endField("key_value", 0);
      }
      out.endGroup();
    };
  }

  private static ValueEncoder decimal(String path, int precision, int scale) {
    int length = ParquetSchemas.decimalBytes(precision);
    return (out, value) -> {
      BigDecimal decimal = exact(path, (BigDecimal) value, precision, scale);
      if (precision <= 9) {
        out.addInteger(decimal.unscaledValue().intValueExact());
      } else if (precision <= 18) {
        out.addLong(decimal.unscaledValue().longValueExact());
      } else {
        byte[] unscaled = decimal.unscaledValue().toByteArray();
        byte[] padded = new byte[length];
        Arrays.fill(padded, 0, length - unscaled.length, (byte) (unscaled[0] < 0 ? -1 : 0));
        System.arraycopy(unscaled, 0, padded, length - unscaled.length, unscaled.length);
        out.addBinary(Binary.fromConstantByteArray(padded));
      }
    };
  }

  private static BigDecimal exact(String path, BigDecimal value, int precision, int scale) {
    try {
      BigDecimal scaled = value.setScale(scale, RoundingMode.UNNECESSARY);
      if (scaled.precision() <= precision) {
        return scaled;
      }
    } catch (ArithmeticException e) {
      throw tooLarge(path, "DECIMAL(" + precision + "," + scale + ")", e);
    }
    throw tooLarge(path, "DECIMAL(" + precision + "," + scale + ")", null);
  }

  private static long micros(String path, long seconds, int nanos) {
    if (nanos % 1000 != 0) {
      throw tooLarge(path, "microseconds", null);
    }
    try {
      return Math.addExact(Math.multiplyExact(seconds, 1_000_000L), nanos / 1000);
    } catch (ArithmeticException e) {
      throw tooLarge(path, "64-bit microseconds", e);
    }
  }

  private static Binary utf8(String text) {
    return Binary.fromConstantByteArray(text.getBytes(StandardCharsets.UTF_8));
  }

  private static DataRefusedException tooLarge(String path, String type, Throwable cause) {
    return new DataRefusedException(
        "A value of column '"
            + path
            + "' does not fit "
            + type
            + " exactly. Widen the column's type or round the value before writing.",
        cause);
  }

  private static DataRefusedException nullIn(String path) {
    return new DataRefusedException(
        "Column '"
            + path
            + "' holds a null but is not nullable. Declare it nullable or filter the row.");
  }

  /**
   * Writes texts; one that comes again as the same object, as in exploded rows and columns of few
   * values, is not encoded again. Used by one thread.
   */
  final class TextEncoder implements ValueEncoder {
    private static final int SLOTS = 256;
    private static final int MAX_KEPT = 32;

    private final Object[] texts = new Object[SLOTS];
    private final Binary[] bytes = new Binary[SLOTS];
    private Object last;
    private Binary lastBytes;

    @Override
    public void encode(RecordConsumer out, Object value) {
      if (value != last) {
        lastBytes = binary(value.toString());
        last = value;
      }
      out.addBinary(lastBytes);
    }

    private Binary binary(String text) {
      if (text.length() > MAX_KEPT) {
        return utf8(text);
      }
      int hash = text.hashCode();
      int slot = (hash ^ hash >>> 8 ^ hash >>> 16) & (SLOTS - 1);
      if (texts[slot] != text) {
        texts[slot] = text;
        bytes[slot] = utf8(text);
      }
      return bytes[slot];
    }
  }

  /** Writes the fields of a row. */
  final class RowEncoder {
    private final String path;
    private final String[] names;
    private final boolean[] nullable;
    private final ValueEncoder[] encoders;

    RowEncoder(String path, Schema schema) {
      List<Field> fields = schema.getFields();
      this.path = path;
      this.names = new String[fields.size()];
      this.nullable = new boolean[fields.size()];
      this.encoders = new ValueEncoder[fields.size()];
      for (int i = 0; i < names.length; i++) {
        names[i] = fields.get(i).getName();
        nullable[i] = fields.get(i).getType().getNullable();
        encoders[i] = of(path + names[i], fields.get(i).getType());
      }
    }

    void fields(RecordConsumer out, Row row) {
      for (int i = 0; i < names.length; i++) {
        Object value = row.getValue(i);
        if (value != null) {
          out.startField(names[i], i);
          encoders[i].encode(out, value);
          out.endField(names[i], i);
        } else if (!nullable[i]) {
          throw nullIn(path + names[i]);
        }
      }
    }
  }
}
