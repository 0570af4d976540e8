package io.beamhouse.io.files;

import io.beamhouse.core.error.Problems;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.row.SchemaJson;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.beam.sdk.schemas.Schema;

/** Values of spec keys, with what holds when a key is not there. */
final class Defaults {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h|d)?");

  private Defaults() {}

  /** Collects the problems of one key and goes on, so that the others are checked, too. */
  static <T> T checked(Problems problems, Supplier<T> value, T otherwise) {
    try {
      return value.get();
    } catch (SpecException e) {
      problems.addAll(e.problems());
      return otherwise;
    }
  }

  static String text(String value) {
    return value == null ? "" : value;
  }

  static int maxRecordBytes(Integer value) {
    if (value == null) {
      return ReadFiles.DEFAULT_MAX_RECORD_BYTES;
    }
    if (value < 1) {
      throw new SpecException("max_record_bytes", "is " + value + "; allowed is 1 or more");
    }
    return value;
  }

  static long atLeastOne(String key, Number value) {
    if (value == null) {
      return Long.MAX_VALUE;
    }
    if (value.longValue() < 1) {
      throw new SpecException(key, "is " + value + "; allowed is 1 or more");
    }
    return value.longValue();
  }

  /** Null for no schema. */
  static Schema schema(String json) {
    if (json == null) {
      return null;
    }
    try {
      Schema schema = SchemaJson.fromJson(json);
      FileSchemas.check(schema);
      return schema;
    } catch (IllegalArgumentException e) {
      throw new SpecException(
          "schema",
          "is not a schema: "
              + e.getMessage()
              + "; allowed is like [{\"name\": \"id\", \"type\": \"INT64\", \"nullable\": true}]");
    }
  }

  /** Seconds when no unit is given. */
  static Duration duration(String key, String text) {
    if (text == null) {
      return Duration.ZERO;
    }
    Matcher matcher = DURATION.matcher(text.trim());
    if (!matcher.matches()) {
      throw new SpecException(key, "is '" + text + "'; allowed are 500ms, 30s, 5m, 2h, 1d");
    }
    long count = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2) == null ? "s" : matcher.group(2)) {
      case "ms" -> Duration.ofMillis(count);
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      default -> Duration.ofDays(count);
    };
  }
}
