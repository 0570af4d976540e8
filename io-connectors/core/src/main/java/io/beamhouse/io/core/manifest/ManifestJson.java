package io.beamhouse.io.core.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamhouse.core.error.Judgement;
import io.beamhouse.core.error.StateRefusedException;
import io.beamhouse.core.row.SchemaJson;
import io.beamhouse.io.core.manifest.Manifest.PublishedFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Manifests as JSON; equal manifests give equal bytes. */
final class ManifestJson {
  static final int VERSION = 1;
  private static final ObjectMapper MAPPER =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private ManifestJson() {}

  static byte[] toBytes(Manifest manifest) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("version", manifest.version());
    json.put("state_id", manifest.stateId());
    json.put("sink", manifest.sink());
    json.put("run", manifest.run());
    json.put("chunk", manifest.chunk());
    json.put("attempt", manifest.attempt());
    json.put("plan_hash", manifest.planHash());
    json.put("format", manifest.format());
    json.set("options", MAPPER.valueToTree(manifest.options()));
    ArrayNode files = json.putArray("files");
    for (PublishedFile file : manifest.files()) {
      files
          .addObject()
          .put("name", file.name())
          .put("staged", file.staged())
          .put("rows", file.rows())
          .put("bytes", file.bytes())
          .put("sha256", file.checksum())
          .put("source", file.source())
          .set("counts", MAPPER.valueToTree(file.counts()));
    }
    if (!manifest.tally().isEmpty()) {
      json.set("tally", MAPPER.valueToTree(manifest.tally()));
    }
    if (!manifest.judgements().isEmpty()) {
      json.set("checks", MAPPER.valueToTree(manifest.judgements()));
    }
    try {
      json.set("schema", MAPPER.readTree(SchemaJson.toJson(manifest.schema())));
      return MAPPER.writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a manifest that is not JSON", e);
    }
  }

  static Manifest fromBytes(byte[] bytes, String where) {
    try {
      JsonNode json = MAPPER.readTree(bytes);
      if (json.path("version").asInt() != VERSION) {
        throw new StateRefusedException(
            where
                + " has version "
                + json.path("version").asText("?")
                + ", this program knows "
                + VERSION
                + ". Use the Beamhouse version that wrote it, or a newer one.");
      }
      List<PublishedFile> files = new ArrayList<>();
      for (JsonNode file : required(json, "files")) {
        files.add(
            new PublishedFile(
                inside(required(file, "name").textValue()),
                inside(required(file, "staged").textValue()),
                required(file, "rows").longValue(),
                required(file, "bytes").longValue(),
                required(file, "sha256").textValue(),
                file.path("source").asText(""),
                longs(file.path("counts"))));
      }
      return new Manifest(
          VERSION,
          required(json, "state_id").textValue(),
          required(json, "sink").textValue(),
          required(json, "run").longValue(),
          required(json, "chunk").intValue(),
          required(json, "attempt").intValue(),
          required(json, "plan_hash").textValue(),
          required(json, "format").textValue(),
          strings(json.path("options")),
          SchemaJson.fromJson(required(json, "schema").toString()),
          files,
          tally(json.path("tally")),
          judgements(json.path("checks")));
    } catch (IOException | IllegalArgumentException e) {
      throw new StateRefusedException(
          where
              + " is not a manifest: "
              + e.getMessage()
              + ". Restore it from a backup, or read the published files by a pattern instead.",
          e);
    }
  }

  static String inside(String relative) {
    if (relative.startsWith("/")
        || relative.contains(":")
        || List.of(relative.split("/")).contains("..")) {
      throw new IllegalArgumentException("a file outside of its directory: '" + relative + "'");
    }
    return relative;
  }

  private static JsonNode required(JsonNode node, String name) {
    JsonNode value = node.get(name);
    if (value == null || value.isNull()) {
      throw new IllegalArgumentException("'" + name + "' is missing");
    }
    return value;
  }

  private static Map<String, Map<String, Long>> tally(JsonNode node) {
    Map<String, Map<String, Long>> steps = new TreeMap<>();
    node.fields().forEachRemaining(e -> steps.put(e.getKey(), longs(e.getValue())));
    return steps;
  }

  private static List<Judgement> judgements(JsonNode checks) throws IOException {
    List<Judgement> judgements = new ArrayList<>();
    for (JsonNode check : checks) {
      judgements.add(MAPPER.treeToValue(check, Judgement.class));
    }
    return judgements;
  }

  private static Map<String, Long> longs(JsonNode node) {
    Map<String, Long> values = new TreeMap<>();
    node.fields().forEachRemaining(e -> values.put(e.getKey(), e.getValue().longValue()));
    return values;
  }

  private static Map<String, String> strings(JsonNode node) {
    Map<String, String> values = new TreeMap<>();
    node.fields().forEachRemaining(e -> values.put(e.getKey(), e.getValue().asText()));
    return values;
  }
}
