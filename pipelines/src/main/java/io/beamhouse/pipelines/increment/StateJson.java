package io.beamhouse.pipelines.increment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.beamhouse.core.error.StateRefusedException;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The state's records as JSON; equal records give equal bytes. */
final class StateJson {
  /** Of everything below the state location. */
  static final int VERSION = 1;

  private static final ObjectMapper MAPPER =
      new ObjectMapper()
          .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private StateJson() {}

  static byte[] write(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(value.getClass() + " is not JSON", e);
    }
  }

  /** Parses a content that this or an older version wrote; refuses what it cannot understand. */
  static <T> T read(byte[] content, String where, Class<T> type) {
    try {
      JsonNode json = MAPPER.readTree(content);
      if (!json.path("version").isInt()) {
        throw corrupt(where, "it has no version", null);
      }
      if (json.get("version").intValue() > VERSION) {
        throw new StateRefusedException(
            where
                + " has format version "
                + json.get("version").intValue()
                + ", this program knows "
                + VERSION
                + ": a newer Beamhouse wrote it. Run with that version or a newer one.");
      }
      return MAPPER.treeToValue(json, type);
    } catch (JsonProcessingException e) {
      throw corrupt(where, e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw corrupt(where, e.getMessage(), e);
    }
  }

  static JsonNode tree(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("not JSON", e);
    }
  }

  static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JRE has SHA-256", e);
    }
  }

  private static StateRefusedException corrupt(String where, String why, Throwable cause) {
    return new StateRefusedException(
        where
            + " cannot be read: "
            + why
            + ". Restore it from a backup, or run `state SPEC reset` to keep what is there aside"
            + " and load everything again.",
        cause);
  }
}
