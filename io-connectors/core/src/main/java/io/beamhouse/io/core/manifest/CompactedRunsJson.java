package io.beamhouse.io.core.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamhouse.core.error.StateRefusedException;
import io.beamhouse.io.core.manifest.CompactedRuns.Input;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Compacted runs as JSON; equal ones give equal bytes. */
final class CompactedRunsJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private CompactedRunsJson() {}

  static byte[] toBytes(CompactedRuns runs) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("version", ManifestJson.VERSION);
    json.put("publisher", runs.publisher());
    json.put("from", runs.from());
    json.put("to", runs.to());
    json.put("at", runs.at());
    ArrayNode inputs = json.putArray("inputs");
    runs.inputs().forEach(i -> inputs.addArray().add(i.name().toString()).add(i.hash()));
    ArrayNode replaced = json.putArray("replaced");
    runs.replaced().forEach(replaced::add);
    try {
      json.set("manifest", MAPPER.readTree(ManifestJson.toBytes(runs.manifest())));
      return MAPPER.writeValueAsBytes(json);
    } catch (IOException e) {
      throw new IllegalStateException("compacted runs that are not JSON", e);
    }
  }

  static CompactedRuns fromBytes(byte[] bytes, String where) {
    try {
      JsonNode json = MAPPER.readTree(bytes);
      List<Input> inputs = new ArrayList<>();
      for (JsonNode input : json.path("inputs")) {
        inputs.add(
            new Input(
                ManifestName.parse(input.path(0).asText()).orElseThrow(), input.path(1).asText()));
      }
      List<String> replaced = new ArrayList<>();
      json.path("replaced").forEach(name -> replaced.add(ManifestJson.inside(name.asText())));
      return new CompactedRuns(
          json.path("publisher").asText(),
          json.path("from").asLong(),
          json.path("to").asLong(),
          json.path("at").asLong(),
          inputs,
          replaced,
          ManifestJson.fromBytes(MAPPER.writeValueAsBytes(json.path("manifest")), where));
    } catch (IOException | java.util.NoSuchElementException | IllegalArgumentException e) {
      throw new StateRefusedException(
          where + " does not name compacted runs: " + e.getMessage() + ". Restore it.", e);
    }
  }
}
