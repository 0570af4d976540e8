package io.beamhouse.transforms.flatten;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.UUID;

/**
 * Keys as 128-bit hashes of values: the same on every JVM, for ever.
 *
 * <p>Each value is a tag and its bytes, texts with their length. Whole numbers hash alike in every
 * type, decimals without their trailing zeros, so a key survives a column that grows from INT32 to
 * INT64 or becomes a DECIMAL. Used by one thread.
 */
final class KeyHash {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private final Murmur3 murmur = new Murmur3();
  private byte[] buffer = new byte[256];
  private int length;

  KeyHash start() {
    length = 0;
    return this;
  }

  KeyHash key(long high, long low) {
    number(high);
    number(low);
    return this;
  }

  KeyHash bytes(byte[] bytes) {
    number(bytes.length);
    room(bytes.length);
    System.arraycopy(bytes, 0, buffer, length, bytes.length);
    length += bytes.length;
    return this;
  }

  KeyHash index(int index) {
    tag('i');
    number(index);
    return this;
  }

  KeyHash value(Object value) {
    if (value instanceof String text) {
      tag('s');
      bytes(text.getBytes(StandardCharsets.UTF_8));
    } else if (value instanceof Long || value instanceof Integer) {
      whole(((Number) value).longValue());
    } else if (value instanceof Short || value instanceof Byte) {
      whole(((Number) value).longValue());
    } else if (value instanceof BigDecimal decimal) {
      decimal(decimal);
    } else if (value instanceof Double || value instanceof Float) {
      tag('f');
      number(Double.doubleToLongBits(((Number) value).doubleValue()));
    } else if (value instanceof Boolean truth) {
      tag(truth ? 'T' : 'F');
    } else if (value instanceof byte[] bytes) {
      tag('x');
      bytes(bytes);
    } else if (value == null) {
      tag('n');
    } else {
      time(value);
    }
    return this;
  }

  private void time(Object value) {
    if (value instanceof Instant instant) {
      instant(instant.getEpochSecond(), instant.getNano());
    } else if (value instanceof org.joda.time.ReadableInstant joda) {
      long millis = joda.getMillis();
      instant(Math.floorDiv(millis, 1000L), Math.floorMod(millis, 1000) * 1_000_000);
    } else if (value instanceof LocalDate date) {
      tag('d');
      number(date.toEpochDay());
    } else if (value instanceof LocalTime time) {
      tag('c');
      number(time.toNanoOfDay());
    } else if (value instanceof LocalDateTime local) {
      tag('l');
      number(local.toLocalDate().toEpochDay());
      number(local.toLocalTime().toNanoOfDay());
    } else if (value instanceof UUID uuid) {
      tag('u');
      number(uuid.getMostSignificantBits());
      number(uuid.getLeastSignificantBits());
    } else {
      throw new IllegalStateException("the plan allows no key of " + value.getClass());
    }
  }

  private void instant(long second, int nano) {
    tag('t');
    number(second);
    number(nano);
  }

  private void whole(long value) {
    tag('i');
    number(value);
  }

  private void decimal(BigDecimal decimal) {
    BigDecimal stripped = decimal.signum() == 0 ? BigDecimal.ZERO : decimal.stripTrailingZeros();
    // Before toBigInteger, which would write out the zeros of 1E+999999999.
    if (stripped.scale() <= 0 && stripped.precision() - (long) stripped.scale() <= 19) {
      BigInteger integer = stripped.toBigInteger();
      if (integer.bitLength() < Long.SIZE) {
        whole(integer.longValue());
        return;
      }
    }
    tag('m');
    number(stripped.scale());
    bytes(stripped.unscaledValue().toByteArray());
  }

  private void tag(char tag) {
    room(1);
    buffer[length++] = (byte) tag;
  }

  private void number(long value) {
    room(Long.BYTES);
    for (int shift = 56; shift >= 0; shift -= 8) {
      buffer[length++] = (byte) (value >>> shift);
    }
  }

  private void room(int more) {
    if (length + more > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, length + more));
    }
  }

  /** Closes the key; {@link #high} and {@link #low} are it. */
  KeyHash finish() {
    murmur.hash(buffer, length);
    return this;
  }

  long high() {
    return murmur.high();
  }

  long low() {
    return murmur.low();
  }

  /** Returns 32 hexadecimal digits. */
  static String hex(long high, long low) {
    byte[] digits = new byte[32];
    for (int i = 0; i < 16; i++) {
      digits[i] = HEX[(int) (high >>> (60 - 4 * i)) & 15];
      digits[16 + i] = HEX[(int) (low >>> (60 - 4 * i)) & 15];
    }
    return new String(digits, StandardCharsets.ISO_8859_1);
  }
}
