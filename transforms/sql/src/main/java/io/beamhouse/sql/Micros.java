package io.beamhouse.sql;

import java.time.Instant;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;

/** Times as whole numbers of microseconds. */
final class Micros {
  private static final int IN_SECOND = 1_000_000;
  private static final int NANOS = 1_000;

  private Micros() {}

  static long of(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), (long) IN_SECOND), exact(instant.getNano()));
  }

  static long of(LocalTime time) {
    return exact(time.toNanoOfDay());
  }

  static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  static LocalTime time(long micros) {
    return LocalTime.ofNanoOfDay(Math.multiplyExact(micros, (long) NANOS));
  }

  private static long exact(long nanos) {
    if (nanos % NANOS != 0) {
      throw new ArithmeticException("a time has nanoseconds, SQL has microseconds");
    }
    return nanos / NANOS;
  }
}
