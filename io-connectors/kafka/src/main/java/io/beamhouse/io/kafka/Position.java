package io.beamhouse.io.kafka;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where the next increment begins: the next offset of every partition that was seen.
 *
 * @param topics by name
 */
record Position(TreeMap<String, TopicPosition> topics) {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int VERSION = 1;

  /**
   * @param id of the topic; empty when the broker names none
   */
  record TopicPosition(String id, TreeMap<Integer, Next> partitions) {}

  /**
   * @param epoch of the leader when this offset was the end; -1 when it is not known
   */
  record Next(long offset, int epoch) {}

  static Position empty() {
    return new Position(new TreeMap<>());
  }

  static Position parse(String json) {
    TreeMap<String, TopicPosition> topics = new TreeMap<>();
    for (Map.Entry<String, JsonNode> topic : tree(json).get("topics").properties()) {
      TreeMap<Integer, Next> partitions = new TreeMap<>();
      for (Map.Entry<String, JsonNode> one : topic.getValue().get("partitions").properties()) {
        partitions.put(
            Integer.valueOf(one.getKey()),
            new Next(one.getValue().get(0).longValue(), one.getValue().get(1).intValue()));
      }
      topics.put(
          topic.getKey(), new TopicPosition(topic.getValue().get("id").textValue(), partitions));
    }
    return new Position(topics);
  }

  /** Takes back that {@code range} is read. */
  void goBack(Range range) {
    topics
        .get(range.topic())
        .partitions()
        .put(range.partition(), new Next(range.from(), range.epoch()));
  }

  String toJson() {
    ObjectNode root = MAPPER.createObjectNode().put("version", VERSION);
    ObjectNode all = root.putObject("topics");
    topics.forEach(
        (name, topic) -> {
          ObjectNode one = all.putObject(name).put("id", topic.id());
          ObjectNode partitions = one.putObject("partitions");
          topic
              .partitions()
              .forEach(
                  (partition, next) ->
                      partitions
                          .putArray(String.valueOf(partition))
                          .add(next.offset())
                          .add(next.epoch()));
        });
    return root.toString();
  }

  /** The one chunk of an increment. */
  static String chunk(List<Range> ranges, Map<String, String> topicIds) {
    ObjectNode root = MAPPER.createObjectNode().put("version", VERSION);
    ObjectNode ids = root.putObject("topics");
    topicIds.forEach(ids::put);
    ArrayNode all = root.putArray("ranges");
    for (Range range : ranges) {
      all.addArray()
          .add(range.topic())
          .add(range.partition())
          .add(range.from())
          .add(range.to())
          .add(range.epoch());
    }
    return root.toString();
  }

  static List<Range> ranges(String chunk) {
    List<Range> ranges = new ArrayList<>();
    for (JsonNode range : tree(chunk).get("ranges")) {
      ranges.add(
          new Range(
              range.get(0).textValue(),
              range.get(1).intValue(),
              range.get(2).longValue(),
              range.get(3).longValue(),
              range.get(4).intValue()));
    }
    return ranges;
  }

  static TreeMap<String, String> topicIds(String chunk) {
    TreeMap<String, String> ids = new TreeMap<>();
    tree(chunk).get("topics").properties().forEach(e -> ids.put(e.getKey(), e.getValue().asText()));
    return ids;
  }

  private static JsonNode tree(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
    }
  }
}
