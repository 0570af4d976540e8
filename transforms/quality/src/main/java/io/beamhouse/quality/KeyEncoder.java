package io.beamhouse.quality;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.apache.datasketches.hash.MurmurHash3;

/**
 * The values of some columns as bytes that are equal if and only if the values are, also between
 * columns of different types for numbers. Used by one thread.
 */
final class KeyEncoder {
  /** Bytes of {@link #hash128}. */
  static final int HASH_BYTES = 16;

  private static final long SEED = 0x6265616d686f7573L;

  private final int[] indexes;
  private final ColumnKind[] kinds;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);

  private KeyEncoder(int[] indexes, ColumnKind[] kinds) {
    this.indexes = indexes;
    this.kinds = kinds;
  }

  static KeyEncoder of(Schema schema, List<String> columns) {
    int[] indexes = columns.stream().mapToInt(schema::indexOf).toArray();
    ColumnKind[] kinds = new ColumnKind[indexes.length];
    for (int i = 0; i < indexes.length; i++) {
      kinds[i] = ColumnKind.of(schema.getField(indexes[i]).getType());
    }
    return new KeyEncoder(indexes, kinds);
  }

  static boolean isKey(ColumnKind kind) {
    return kind != ColumnKind.OTHER;
  }

  /** Whether values of the two kinds can be equal. */
  static boolean match(ColumnKind one, ColumnKind other) {
    return one == other || (isExact(one) && isExact(other));
  }

  private static boolean isExact(ColumnKind kind) {
    return kind == ColumnKind.WHOLE || kind == ColumnKind.DECIMAL;
  }

  /** Returns the key; null when a column is null. */
  byte[] encode(Row row) {
    bytes.reset();
    for (int i = 0; i < indexes.length; i++) {
      Object value = row.getValue(indexes[i]);
      if (value == null) {
        return null;
      }
      put(value, kinds[i]);
    }
    return bytes.toByteArray();
  }

  /** Returns 128 bits of hash of the key, for which a collision is not to be expected; or null. */
  byte[] hash128(Row row) {
    byte[] key = encode(row);
    if (key == null) {
      return null;
    }
    long[] hash = MurmurHash3.hash(key, SEED);
    return ByteBuffer.allocate(HASH_BYTES).putLong(hash[0]).putLong(hash[1]).array();
  }

  static long hash64(byte[] key) {
    return MurmurHash3.hash(key, SEED)[0];
  }

  private void put(Object value, ColumnKind kind) {
    switch (kind) {
      case WHOLE -> whole(((Number) value).longValue());
      case DECIMAL -> decimal(((BigDecimal) value).stripTrailingZeros());
      case FLOATING -> floating(((Number) value).doubleValue());
      case INSTANT -> {
        Instant instant = (Instant) kind.comparable(value);
        put(instant.getEpochSecond());
        put(instant.getNano());
      }
      case BYTES -> counted((byte[]) value);
      default -> counted(value.toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  private void whole(long value) {
    bytes.write(1);
    put(value);
  }

  private void decimal(BigDecimal value) {
    if (value.scale() <= 0 && value.precision() - value.scale() <= 18) {
      whole(value.longValueExact());
      return;
    }
    BigInteger unscaled = value.unscaledValue();
    if (value.scale() <= 0) {
      BigInteger number = value.toBigIntegerExact();
      if (number.bitLength() < Long.SIZE) {
        whole(number.longValueExact());
        return;
      }
    }
    bytes.write(2);
    put(value.scale());
    counted(unscaled.toByteArray());
  }

  private void floating(double value) {
    // Adding zero makes -0.0 and 0.0 one value.
    put(Double.doubleToLongBits(value + 0.0));
  }

  private void counted(byte[] content) {
    put(content.length);
    bytes.write(content, 0, content.length);
  }

  private void put(long value) {
    for (int shift = 56; shift >= 0; shift -= 8) {
      bytes.write((int) (value >>> shift));
    }
  }
}
