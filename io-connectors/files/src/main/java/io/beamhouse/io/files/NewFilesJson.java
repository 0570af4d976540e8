package io.beamhouse.io.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamhouse.core.error.StateRefusedException;
import io.beamhouse.core.row.SchemaJson;
import java.util.Optional;
import org.apache.beam.sdk.schemas.Schema;

/** Positions and chunks of {@link NewFiles}: {@code {"version":1,"kind":…, …}}. */
final class NewFilesJson {
  static final ObjectMapper MAPPER = new ObjectMapper();
  static final String MANIFESTS = "manifests";
  static final String FILES = "files";
  private static final int VERSION = 1;

  private NewFilesJson() {}

  /**
   * A position.
   *
   * @param json its fields; an empty object before the first run
   */
  record Position(JsonNode json) {
    boolean isManifests() {
      return json.path("kind").asText().equals(MANIFESTS);
    }

    boolean isFiles() {
      return json.path("kind").asText().equals(FILES);
    }

    /** The schema that was read until now; null before the first file. */
    Schema schema() {
      return json.has("schema") ? SchemaJson.fromJson(json.get("schema").toString()) : null;
    }
  }

  static Position position(Optional<String> json) {
    return new Position(json.map(NewFilesJson::parsed).orElse(MAPPER.createObjectNode()));
  }

  static boolean isManifests(String chunk) {
    return parsed(chunk).path("kind").asText().equals(MANIFESTS);
  }

  static ObjectNode start(String kind) {
    return MAPPER.createObjectNode().put("version", VERSION).put("kind", kind);
  }

  static void putSchema(ObjectNode json, Schema schema) {
    if (schema != null) {
      json.set("schema", tree(SchemaJson.toJson(schema)));
    }
  }

  static JsonNode parsed(String json) {
    JsonNode node = tree(json);
    if (node.path("version").asInt() != VERSION) {
      throw new StateRefusedException(
          "A position or plan of ReadNewFiles has version "
              + node.path("version").asText("?")
              + ", this program knows "
              + VERSION
              + ". Use the Beamhouse version that wrote it, or a newer one.");
    }
    return node;
  }

  private static JsonNode tree(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new StateRefusedException(
          "A position or plan of ReadNewFiles is not JSON. Restore the state, or reset it.", e);
    }
  }
}
