package io.beamhouse.io.files;

import io.beamhouse.core.error.Problems;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.provider.Durations;
import io.beamhouse.core.row.SchemaJson;
import java.time.Duration;
import java.util.function.Supplier;
import org.apache.beam.sdk.schemas.Schema;

/** Values of spec keys, with what holds when a key is not there. */
final class Defaults {
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
    String trimmed = text.trim();
    String duration = trimmed.matches("\\d{1,12}") ? trimmed + "s" : trimmed;
    if (!Durations.isDuration(duration)) {
      throw new SpecException(key, "is '" + text + "'; allowed is " + Durations.FORM);
    }
    return Durations.parse(duration);
  }
}
