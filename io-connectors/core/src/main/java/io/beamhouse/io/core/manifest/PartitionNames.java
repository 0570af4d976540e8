package io.beamhouse.io.core.manifest;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.joda.time.ReadableInstant;

/** What one part of a {@link PartitionPath} gives for a row; used by one thread. */
interface PartitionNames {
  String of(Row row);

  static PartitionNames of(PartitionPath.Part part, Schema schema) {
    if (part.column() == null) {
      return row -> part.text();
    }
    int index = schema.indexOf(part.column());
    return part.text() == null
        ? row -> Values.name(row.getValue(index))
        : new Times(index, DateTimeFormatter.ofPattern(part.text(), Locale.ROOT));
  }

  /** Values as names that are safe everywhere. */
  final class Values {
    private static final int MAX_LENGTH = 200;

    private Values() {}

    static String name(Object value) {
      String text = value == null ? "" : value.toString();
      if (text.isEmpty() || text.length() > MAX_LENGTH) {
        return PartitionPath.UNKNOWN;
      }
      boolean plain = true;
      for (int i = 0; plain && i < text.length(); i++) {
        plain = isPlain(text.charAt(i), i);
      }
      return plain ? text : escaped(text);
    }

    /** A name that begins with a dot or _ hides. */
    private static boolean isPlain(int c, int index) {
      return (c >= 'a' && c <= 'z')
          || (c >= 'A' && c <= 'Z')
          || (c >= '0' && c <= '9')
          || c == '-'
          || (index > 0 && (c == '.' || c == '_'));
    }

    private static String escaped(String text) {
      StringBuilder escaped = new StringBuilder();
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      for (int i = 0; i < bytes.length; i++) {
        if (isPlain(bytes[i], i)) {
          escaped.append((char) bytes[i]);
        } else {
          escaped.append(String.format(Locale.ROOT, "%%%02X", bytes[i]));
        }
      }
      return escaped.length() > MAX_LENGTH ? PartitionPath.UNKNOWN : escaped.toString();
    }
  }

  /** Times by the minute, of which rows that are near each other share a few. */
  final class Times implements PartitionNames {
    private static final int REMEMBERED = 4096;
    private static final long SECONDS = 60;
    private static final int FIRST_YEAR = 1900;
    private static final int LAST_YEAR = 2199;

    private final int index;
    private final DateTimeFormatter formatter;
    private final Map<Long, String> names = new HashMap<>();

    Times(int index, DateTimeFormatter formatter) {
      this.index = index;
      this.formatter = formatter;
    }

    @Override
    public String of(Row row) {
      Object value = row.getValue(index);
      if (value == null) {
        return PartitionPath.UNKNOWN;
      }
      try {
        long minute = Math.floorDiv(epochSecond(value), SECONDS);
        String name = names.get(minute);
        if (name == null) {
          if (names.size() >= REMEMBERED) {
            names.clear();
          }
          name = name(LocalDateTime.ofEpochSecond(minute * SECONDS, 0, ZoneOffset.UTC));
          names.put(minute, name);
        }
        return name;
      } catch (DateTimeException e) {
        return PartitionPath.UNKNOWN; // bad data has a place, too
      }
    }

    private String name(LocalDateTime time) {
      return time.getYear() < FIRST_YEAR || time.getYear() > LAST_YEAR
          ? PartitionPath.UNKNOWN
          : formatter.format(time);
    }

    private static long epochSecond(Object value) {
      if (value instanceof Instant instant) {
        return instant.getEpochSecond();
      }
      if (value instanceof ReadableInstant instant) {
        return Math.floorDiv(instant.getMillis(), 1000L);
      }
      if (value instanceof LocalDateTime local) {
        return local.toEpochSecond(ZoneOffset.UTC);
      }
      if (value instanceof LocalDate date) {
        return date.toEpochDay() * SECONDS * 60 * 24;
      }
      return parsed(value.toString().trim());
    }

    private static long parsed(String text) {
      int time = text.indexOf('T');
      if (time < 0) {
        return LocalDate.parse(text).toEpochDay() * SECONDS * 60 * 24;
      }
      boolean zoned =
          text.endsWith("Z") || text.indexOf('+', time) > 0 || text.indexOf('-', time) > 0;
      return zoned
          ? OffsetDateTime.parse(text).toEpochSecond()
          : LocalDateTime.parse(text).toEpochSecond(ZoneOffset.UTC);
    }
  }
}
