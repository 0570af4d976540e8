package io.beamhouse.transforms.flatten;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.beamhouse.core.row.RowJson;
import java.io.IOException;
import org.apache.beam.sdk.schemas.Schema.FieldType;

/** Texts in columns that should be JSON; the messages do not quote them. */
final class JsonTexts {
  private static final JsonFactory FACTORY = new JsonFactory();

  private JsonTexts() {}

  static Object read(String text, FieldType type, String rule, String path) {
    if (text == null) {
      return null;
    }
    try {
      return RowJson.read(text, type);
    } catch (IllegalArgumentException e) {
      throw new BadRowException(rule + ": " + path, path + ": " + e.getMessage());
    }
  }

  static void check(String text, String path) {
    boolean one;
    try (JsonParser json = FACTORY.createParser(text)) {
      one = json.nextToken() != null;
      json.skipChildren();
      one &= json.nextToken() == null;
    } catch (JsonProcessingException e) {
      one = false;
    } catch (IOException e) {
      throw new IllegalStateException("a reader in memory failed", e);
    }
    if (!one) {
      throw new BadRowException("parse_json: " + path, path + ": not one JSON value");
    }
  }
}
