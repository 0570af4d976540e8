package io.beamhouse.io.kafka;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/**
 * The ranges of a plan as far as they are still there when a run begins to read them; it may have
 * been planned long ago.
 *
 * @param facts what is gone since the plan, for the report
 */
record PlannedRanges(List<Range> ranges, Map<String, String> facts) {

  static PlannedRanges look(KafkaRead read, String chunk) {
    List<Range> ranges = Position.ranges(chunk);
    Map<String, String> planned = Position.topicIds(chunk);
    if (planned.isEmpty()) {
      return new PlannedRanges(ranges, Map.of());
    }
    Brokers brokers = new Brokers(read.brokers());
    Map<String, String> now = brokers.ids(planned.keySet());
    List<String> anew =
        planned.keySet().stream()
            .filter(name -> Topics.differ(planned.get(name), now.get(name)))
            .toList();
    if (!anew.isEmpty() && !read.onRecreatedTopic().equals("earliest")) {
      throw KafkaFailures.recreated(anew.get(0), "since this run was planned");
    }
    TreeMap<String, String> facts = new TreeMap<>();
    if (!anew.isEmpty()) {
      facts.put("recreated_topics", String.join(", ", anew));
    }
    List<Range> there = ranges.stream().filter(range -> !anew.contains(range.topic())).toList();
    if (read.onLostOffsets().equals("earliest")) {
      there = trimmed(there, brokers);
    }
    long lost = offsets(ranges) - offsets(there);
    if (lost > 0) {
      facts.put("lost_records", String.valueOf(lost));
    }
    return new PlannedRanges(there, facts);
  }

  private static long offsets(List<Range> ranges) {
    return ranges.stream().mapToLong(Range::offsets).sum();
  }

  private static List<Range> trimmed(List<Range> ranges, Brokers brokers) {
    Map<TopicPartition, Long> firsts =
        brokers.firsts(ranges.stream().map(Range::topicPartition).collect(Collectors.toSet()));
    List<Range> there = new ArrayList<>();
    for (Range range : ranges) {
      long first = Math.max(range.from(), firsts.get(range.topicPartition()));
      if (first < range.to()) {
        there.add(range.part(first, range.to()));
      }
    }
    return there;
  }
}
