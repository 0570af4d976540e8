package io.beamhouse.io.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamhouse.core.error.StateRefusedException;

/**
 * What the next run starts from.
 *
 * @param since value of the incremental parameter; empty for none
 * @param digest of what came, so that the same answer again is nothing new
 */
record HttpPosition(String since, String digest) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int VERSION = 1;

  static HttpPosition parse(String text) {
    try {
      JsonNode json = JSON.readTree(text);
      if (json.path("version").asInt() == VERSION) {
        return new HttpPosition(json.path("since").asText(), json.path("digest").asText());
      }
    } catch (JsonProcessingException e) {
      throw refused();
    }
    throw refused();
  }

  private static StateRefusedException refused() {
    return new StateRefusedException(
        "the state holds no position of ReadFromHttp: was there another source of that name? Give"
            + " the step another name, or reset the state.");
  }

  @Override
  public String toString() {
    return JSON.createObjectNode()
        .put("version", VERSION)
        .put("since", since)
        .put("digest", digest)
        .toString();
  }
}
