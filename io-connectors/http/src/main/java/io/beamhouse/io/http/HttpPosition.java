package io.beamhouse.io.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamhouse.core.error.StateRefusedException;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the next run starts from.
 *
 * @param since value of the incremental parameter by the request's name; none for a request that
 *     begins at the start
 * @param digest of what came, so that the same answer again is nothing new
 */
record HttpPosition(Map<String, String> since, String digest) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int VERSION = 2;

  /** One value for all requests. */
  private static final int VERSION_OF_ONE = 1;

  /** No request has this name. */
  private static final String ALL = "*";

  /** Returns the value for a request; empty for none. */
  String since(String request) {
    return since.getOrDefault(request, since.getOrDefault(ALL, ""));
  }

  static HttpPosition parse(String text) {
    try {
      JsonNode json = JSON.readTree(text);
      int version = json.path("version").asInt();
      Map<String, String> since = new TreeMap<>();
      if (version == VERSION_OF_ONE) {
        since.put(ALL, json.path("since").asText());
      } else if (version == VERSION) {
        json.path("since")
            .fields()
            .forEachRemaining(e -> since.put(e.getKey(), e.getValue().asText()));
      } else {
        throw refused();
      }
      return new HttpPosition(since, json.path("digest").asText());
    } catch (JsonProcessingException e) {
      throw refused();
    }
  }

  private static StateRefusedException refused() {
    return new StateRefusedException(
        "the state holds no position of ReadFromHttp: was there another source of that name? Give"
            + " the step another name, or reset the state.");
  }

  @Override
  public String toString() {
    ObjectNode json = JSON.createObjectNode().put("version", VERSION);
    since.forEach(json.putObject("since")::put);
    return json.put("digest", digest).toString();
  }
}
