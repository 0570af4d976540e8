package io.beamhouse.io.kafka;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamhouse.core.error.Problems;
import java.io.Serializable;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/**
 * Where the first run begins.
 *
 * @param time for the kind TIME; null otherwise
 * @param offsets by topic (empty: the only one) and partition, for the kind OFFSETS; partitions
 *     that are not there begin at their beginning
 */
record Start(Kind kind, Instant time, TreeMap<String, TreeMap<Integer, Long>> offsets)
    implements Serializable {
  static final Start EARLIEST = new Start(Kind.EARLIEST, null, new TreeMap<>());
  static final Start LATEST = new Start(Kind.LATEST, null, new TreeMap<>());
  private static final String FORM =
      "earliest, latest, a time like 2026-11-21T10:00:00Z, or offsets like {0: 120, 1: 98} (with"
          + " several topics {my-topic: {0: 120}})";

  enum Kind {
    EARLIEST,
    LATEST,
    TIME,
    OFFSETS
  }

  /** Reads what a spec says; adds what is wrong with it. */
  static Start parse(String key, String text, Problems problems) {
    switch (text) {
      case "earliest":
        return EARLIEST;
      case "latest":
        return LATEST;
      default:
        break;
    }
    if (text.startsWith("{")) {
      try {
        return new Start(Kind.OFFSETS, null, offsets(new ObjectMapper().readTree(text)));
      } catch (JsonProcessingException | IllegalArgumentException e) {
        problems.add(key, "are no offsets; allowed: " + FORM);
        return EARLIEST;
      }
    }
    try {
      return new Start(Kind.TIME, time(text), new TreeMap<>());
    } catch (DateTimeException e) {
      problems.add(
          key,
          "found '"
              + text
              + "'; allowed: "
              + FORM
              + Problems.didYouMean(text, List.of("earliest", "latest")));
      return EARLIEST;
    }
  }

  static Instant time(String text) {
    return OffsetDateTime.parse(text).toInstant();
  }

  private static TreeMap<String, TreeMap<Integer, Long>> offsets(JsonNode given) {
    TreeMap<String, TreeMap<Integer, Long>> offsets = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : given.properties()) {
      if (entry.getValue().isObject()) {
        for (Map.Entry<String, JsonNode> one : entry.getValue().properties()) {
          put(offsets, entry.getKey(), one);
        }
      } else {
        put(offsets, "", entry);
      }
    }
    return offsets;
  }

  private static void put(
      TreeMap<String, TreeMap<Integer, Long>> offsets,
      String topic,
      Map.Entry<String, JsonNode> one) {
    if (!one.getValue().isIntegralNumber() || one.getValue().longValue() < 0) {
      throw new IllegalArgumentException("not an offset");
    }
    offsets
        .computeIfAbsent(topic, any -> new TreeMap<>())
        .put(Integer.valueOf(one.getKey()), one.getValue().longValue());
  }

  /** The first offset to read of each partition. */
  Map<TopicPartition, Long> of(Topics topics, Brokers brokers) {
    Map<TopicPartition, Topics.Ends> ends = new HashMap<>();
    topics
        .byName()
        .forEach(
            (name, topic) ->
                topic.partitions().forEach((p, e) -> ends.put(new TopicPartition(name, p), e)));
    Map<TopicPartition, Long> since =
        kind == Kind.TIME ? brokers.since(ends.keySet(), time) : Map.of();
    Map<TopicPartition, Long> starts = new HashMap<>();
    ends.forEach(
        (partition, end) ->
            starts.put(
                partition,
                switch (kind) {
                  case EARLIEST -> end.first();
                  case LATEST -> end.end();
                  case TIME -> Math.min(since.getOrDefault(partition, end.end()), end.end());
                  case OFFSETS -> given(partition, end.first());
                }));
    return starts;
  }

  private long given(TopicPartition partition, long first) {
    TreeMap<Integer, Long> topic =
        offsets.getOrDefault(partition.topic(), offsets.getOrDefault("", new TreeMap<>()));
    return topic.getOrDefault(partition.partition(), first);
  }
}
