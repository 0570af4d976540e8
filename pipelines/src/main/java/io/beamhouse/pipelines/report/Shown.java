package io.beamhouse.pipelines.report;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Numbers and times as people read them; null, which means unknown, is a question mark. */
final class Shown {
  static final String UNKNOWN = "?";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private Shown() {}

  static String count(Number count) {
    return count == null ? UNKNOWN : String.format(Locale.ROOT, "%,d", count.longValue());
  }

  /** {@code 1 row}, {@code 2 rows}. */
  static String count(Number count, String one) {
    return count(count) + " " + one + (count != null && count.longValue() == 1 ? "" : "s");
  }

  static String bytes(Long bytes) {
    if (bytes == null || bytes < 1024) {
      return bytes == null ? UNKNOWN : bytes + " B";
    }
    double value = bytes;
    int unit = -1;
    while (value >= 1024 && unit < 3) {
      value /= 1024;
      unit++;
    }
    return String.format(
        Locale.ROOT, "%.1f %s", value, new String[] {"KiB", "MiB", "GiB", "TiB"}[unit]);
  }

  static String seconds(Double seconds) {
    if (seconds == null) {
      return UNKNOWN;
    } else if (seconds < 60) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    return whole < 3600
        ? String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d h %02d min", whole / 3600, whole % 3600 / 60);
  }

  /** A measured number without digits that say nothing. */
  static String number(Double value) {
    if (value == null) {
      return UNKNOWN;
    }
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? count(value.longValue())
        : String.format(Locale.ROOT, "%.4g", value);
  }

  static String time(String instant) {
    if (instant == null) {
      return UNKNOWN;
    }
    try {
      return TIME.format(Instant.parse(instant));
    } catch (DateTimeException e) {
      return instant; // Not an instant: shown as it stands.
    }
  }

  /** The first {@code length} characters; an ellipsis stands for the rest. */
  static String cut(String text, int length) {
    int[] points = text.codePoints().limit(length + 1L).toArray();
    return points.length <= length ? text : new String(points, 0, length - 1) + "…";
  }
}
