package io.beamhouse.io.parquet;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.parquet.io.api.Binary;

/** Timestamps as Spark and Impala write them: nanoseconds of the day, then the Julian day. */
final class Int96 {
  private static final long JULIAN_DAY_OF_EPOCH = 2_440_588;
  private static final long MICROS_PER_DAY = 86_400_000_000L;

  private Int96() {}

  static long floorMicros(Binary value) {
    ByteBuffer buffer = buffer(value);
    long nanosOfDay = buffer.getLong();
    return micros(buffer.getInt(), Math.floorDiv(nanosOfDay, 1000L));
  }

  static long ceilMicros(Binary value) {
    ByteBuffer buffer = buffer(value);
    long nanosOfDay = buffer.getLong();
    return micros(buffer.getInt(), -Math.floorDiv(-nanosOfDay, 1000L));
  }

  private static long micros(int julianDay, long microsOfDay) {
    return Math.addExact(
        Math.multiplyExact(julianDay - JULIAN_DAY_OF_EPOCH, MICROS_PER_DAY), microsOfDay);
  }

  private static ByteBuffer buffer(Binary value) {
    return value.toByteBuffer().slice().order(ByteOrder.LITTLE_ENDIAN);
  }
}
