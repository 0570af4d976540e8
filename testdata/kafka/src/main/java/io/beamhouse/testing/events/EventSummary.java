package io.beamhouse.testing.events;

import io.beamhouse.core.Evolving;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/**
 * What was sent: {@code sent = good + duplicates + bad}.
 *
 * @param sent records
 * @param good distinct events that are not bad
 * @param late of the good ones
 * @param duplicates good events that were there before
 * @param bad by kind
 * @param paired sessions of which start and stop were sent
 * @param open sessions of which only the start was sent
 * @param stopOnly sessions of which only the stop was sent
 */
@Evolving
public record EventSummary(
    long sent,
    long good,
    long late,
    long duplicates,
    Map<EventKind, Long> bad,
    long paired,
    long open,
    long stopOnly) {
  public EventSummary {
    bad = new TreeMap<>(bad);
  }

  public long allBad() {
    return bad.values().stream().mapToLong(Long::longValue).sum();
  }

  public String toJson() {
    StringJoiner kinds = new StringJoiner(", ", "{", "}");
    bad.forEach((kind, count) -> kinds.add("\"" + kind + "\": " + count));
    return """
           {
             "sent": %d,
             "good": %d,
             "late": %d,
             "duplicates": %d,
             "bad": %d,
             "bad_by_kind": %s,
             "sessions": {"paired": %d, "open": %d, "stop_only": %d}
           }"""
        .formatted(sent, good, late, duplicates, allBad(), kinds, paired, open, stopOnly);
  }
}
