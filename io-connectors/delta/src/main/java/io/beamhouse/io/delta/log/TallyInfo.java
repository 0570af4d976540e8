package io.beamhouse.io.delta.log;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamhouse.core.Internal;
import io.beamhouse.core.error.Judgement;
import io.beamhouse.core.rowwise.Tally;
import java.util.List;
import java.util.Map;
import javax.annotation.Nullable;

/**
 * A tally in a commit's info as JSON: counter to rows by step, under {@code tally}, and what gates
 * found, under {@code checks}.
 */
@Internal
public final class TallyInfo {
  private static final String NAME = "tally";
  private static final String CHECKS = "checks";
  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private TallyInfo() {}

  /** Adds {@code tally} to {@code info} unless it is empty. */
  public static void put(Tally tally, Map<String, String> info) {
    if (tally.isEmpty()) {
      return;
    }
    try {
      info.put(NAME, JSON.writeValueAsString(tally.counts()));
      if (!tally.judgements().isEmpty()) {
        info.put(CHECKS, JSON.writeValueAsString(tally.judgements()));
      }
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("counts are always JSON", e);
    }
  }

  /** The tally of a commit's info; empty without one. */
  public static Map<String, Map<String, Long>> get(Map<String, String> info) {
    return read(info.get(NAME), new TypeReference<Map<String, Map<String, Long>>>() {}, Map.of());
  }

  /** What gates found, of a commit's info; empty when there were none. */
  public static List<Judgement> judgements(Map<String, String> info) {
    return read(info.get(CHECKS), new TypeReference<List<Judgement>>() {}, List.of());
  }

  private static <T> T read(@Nullable String text, TypeReference<T> type, T none) {
    if (text == null) {
      return none;
    }
    try {
      return JSON.readValue(text, type);
    } catch (JsonProcessingException e) {
      return none; // Somebody else's history; what is not known is left out.
    }
  }
}
