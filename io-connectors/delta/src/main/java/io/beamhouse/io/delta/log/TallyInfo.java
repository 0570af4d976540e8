package io.beamhouse.io.delta.log;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamhouse.core.Internal;
import io.beamhouse.core.rowwise.Tally;
import java.util.Map;

/** A tally in a commit's info: JSON, counter to rows by step, under {@code tally}. */
@Internal
public final class TallyInfo {
  private static final String NAME = "tally";
  private static final ObjectMapper JSON = new ObjectMapper();

  private TallyInfo() {}

  /** Adds {@code tally} to {@code info} unless it is empty. */
  public static void put(Tally tally, Map<String, String> info) {
    if (tally.isEmpty()) {
      return;
    }
    try {
      info.put(NAME, JSON.writeValueAsString(tally.counts()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("counts are always JSON", e);
    }
  }

  /** The tally of a commit's info; empty without one. */
  public static Map<String, Map<String, Long>> get(Map<String, String> info) {
    String text = info.get(NAME);
    if (text == null) {
      return Map.of();
    }
    try {
      return JSON.readValue(text, new TypeReference<Map<String, Map<String, Long>>>() {});
    } catch (JsonProcessingException e) {
      // Somebody else's history; what is not known is left out.
      return Map.of();
    }
  }
}
