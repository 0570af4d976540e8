package io.beamhouse.io.kafka;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Topics as the brokers describe them at one moment. */
record Topics(TreeMap<String, Topic> byName) {
  /**
   * @param id empty when the broker names none
   * @param compacted whether records vanish from the middle
   * @param partitions by number
   */
  record Topic(String id, boolean compacted, TreeMap<Integer, Ends> partitions) {}

  /**
   * The ends of a partition's log.
   *
   * @param first offset that is still there
   * @param end offset behind the last record that may be read
   * @param epoch of the leader; -1 when the broker names none
   */
  record Ends(long first, long end, int epoch) {}

  /** Whether two ids of a topic are both known and not the same. */
  static boolean differ(String one, String other) {
    return !one.isEmpty() && !other.isEmpty() && !one.equals(other);
  }

  Map<String, String> ids() {
    Map<String, String> ids = new TreeMap<>();
    byName.forEach((name, topic) -> ids.put(name, topic.id()));
    return ids;
  }

  /** The names of compacted topics, with commas; empty without one. */
  String compacted() {
    return byName.entrySet().stream()
        .filter(topic -> topic.getValue().compacted())
        .map(Map.Entry::getKey)
        .collect(Collectors.joining(", "));
  }
}
