package io.beamhouse.io.kafka;

import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.io.core.increment.Increment;
import io.beamhouse.io.core.increment.PlanRequest;
import io.beamhouse.io.core.increment.PlanRequest.Backfill;
import io.beamhouse.io.kafka.Position.Next;
import io.beamhouse.io.kafka.Position.TopicPosition;
import io.beamhouse.io.kafka.Topics.Ends;
import io.beamhouse.io.kafka.Topics.Topic;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/** Fixes the offsets that one run reads. */
final class OffsetsPlan {
  /** A leader that has just started may name an end below one that it named before. */
  private static final long SETTLE_NANOS = 5_000_000_000L;

  private static final long PAUSE_NANOS = 200_000_000L;
  private static final int LISTED = 64;
  private static final String START = "start";
  private static final String LATEST = "latest";

  private final KafkaRead read;
  private final PlanRequest request;
  private final Brokers brokers;
  private final Position known;
  private final boolean first;
  private final TreeMap<String, String> facts = new TreeMap<>();
  private long lost;

  OffsetsPlan(KafkaRead read, PlanRequest request) {
    this.read = read;
    this.request = request;
    this.brokers = new Brokers(read.brokers());
    Optional<Position> known = request.position().map(Position::parse).or(this::refused);
    this.known = known.orElseGet(Position::empty);
    this.first = known.isEmpty();
  }

  /** "Latest" is where it was in the first run, also when no run has been accepted since. */
  private Optional<Position> refused() {
    if (read.start().kind() != Start.Kind.LATEST) {
      return Optional.empty();
    }
    return request
        .refused()
        .filter(increment -> LATEST.equals(increment.facts().get(START)))
        .map(
            increment -> {
              Position position = Position.parse(increment.position());
              increment.chunks().stream()
                  .flatMap(chunk -> Position.ranges(chunk).stream())
                  .forEach(position::goBack);
              return position;
            });
  }

  Increment plan() {
    Topics topics = settled();
    checkCompacted(topics);
    boolean backfill = request.backfill().isPresent();
    List<Range> waiting = backfill ? backfill(topics) : waiting(topics);
    // No later run takes what a backfill would leave.
    List<Range> ranges = backfill ? waiting : bounded(topics, waiting);
    facts(topics, waiting, ranges);
    Position position = position(topics, ranges);
    List<Range> full = ranges.stream().filter(range -> range.offsets() > 0).toList();
    // The first run is kept also when nothing is there: it says where "latest" was.
    boolean nothingNew = full.isEmpty() && !first;
    Map<String, String> ids = topics.ids();
    ids.keySet().retainAll(full.stream().map(Range::topic).collect(Collectors.toSet()));
    return new Increment(
        RecordRows.SCHEMA,
        nothingNew ? List.of() : List.of(Position.chunk(full, ids)),
        position.toJson(),
        facts);
  }

  private void checkCompacted(Topics topics) {
    String compacted = topics.compacted();
    if (!compacted.isEmpty() && !read.compacted()) {
      throw new SourceFailedException(
          "Compacted: "
              + compacted
              + ". A record that was read may be gone when a run is repeated. Say compacted: true,"
              + " and what is read is captured into files before anything else; it is the newest"
              + " record of each key that is sure to arrive.");
    }
  }

  private Topics settled() {
    long end = System.nanoTime() + SETTLE_NANOS;
    while (true) {
      Topics topics = brokers.look(read.selection(), read.committed());
      if (System.nanoTime() > end || !goneBack(topics)) {
        return topics;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private boolean goneBack(Topics topics) {
    return known.topics().entrySet().stream()
        .anyMatch(
            one -> {
              Topic topic = topics.byName().get(one.getKey());
              return topic != null
                  && !Topics.differ(one.getValue().id(), topic.id())
                  && one.getValue().partitions().entrySet().stream()
                      .anyMatch(
                          next ->
                              topic.partitions().containsKey(next.getKey())
                                  && topic.partitions().get(next.getKey()).end()
                                      < next.getValue().offset());
            });
  }

  /** What is there and was not read yet, one range for each partition, some of them empty. */
  private List<Range> waiting(Topics topics) {
    if (first) {
      checkStart(topics);
    }
    Map<TopicPartition, Long> starts =
        first ? read.start().of(topics, brokers) : Map.<TopicPartition, Long>of();
    List<Range> ranges = new ArrayList<>();
    topics
        .byName()
        .forEach(
            (name, topic) -> {
              TopicPosition old = anewOr(name, topic);
              topic
                  .partitions()
                  .forEach(
                      (number, ends) -> {
                        Next next = old == null ? null : old.partitions().get(number);
                        long from =
                            next != null
                                ? next.offset()
                                : starts.getOrDefault(
                                    new TopicPartition(name, number), ends.first());
                        int epoch = next == null ? -1 : next.epoch();
                        ranges.add(checked(new Range(name, number, from, ends.end(), epoch), ends));
                      });
            });
    return ranges;
  }

  /** The position in a topic; null when it is new, or was made anew and shall be begun anew. */
  private TopicPosition anewOr(String name, Topic topic) {
    TopicPosition old = known.topics().get(name);
    if (old == null) {
      return null;
    }
    boolean shrunk =
        old.partitions().entrySet().stream()
            .anyMatch(
                next ->
                    !topic.partitions().containsKey(next.getKey())
                        || topic.partitions().get(next.getKey()).end() < next.getValue().offset());
    if (!Topics.differ(old.id(), topic.id()) && !shrunk) {
      return old;
    }
    if (!read.onRecreatedTopic().equals("earliest")) {
      throw KafkaFailures.recreated(name, "since the last run");
    }
    facts.merge("recreated_topics", name, (a, b) -> a + ", " + b);
    return null;
  }

  private Range checked(Range range, Ends ends) {
    if (range.from() > ends.end()) {
      throw new SpecException(
          "start", "says " + range.from() + " for a partition that ends at " + ends.end());
    }
    if (range.from() >= ends.first()) {
      return range;
    }
    String partition = range.topic() + "/" + range.partition();
    if (!read.onLostOffsets().equals("earliest")) {
      throw KafkaFailures.lost(partition, range.from(), ends.first());
    }
    lost += ends.first() - range.from();
    return new Range(range.topic(), range.partition(), ends.first(), ends.end(), -1);
  }

  private void checkStart(Topics topics) {
    read.start()
        .offsets()
        .forEach(
            (name, partitions) -> {
              List<Topic> named =
                  name.isEmpty()
                      ? List.copyOf(topics.byName().values())
                      : Optional.ofNullable(topics.byName().get(name)).stream().toList();
              if (named.size() != 1) {
                throw new SpecException(
                    "start",
                    name.isEmpty()
                        ? "must name the topic of its offsets, there are " + named.size()
                        : "names " + name + ", which is not read");
              }
              for (int number : partitions.keySet()) {
                if (!named.get(0).partitions().containsKey(number)) {
                  throw new SpecException("start", "names partition " + number + ": there is none");
                }
              }
            });
  }

  private List<Range> backfill(Topics topics) {
    Backfill asked = request.backfill().orElseThrow();
    Map<TopicPartition, Ends> ends = new HashMap<>();
    topics
        .byName()
        .forEach(
            (name, topic) ->
                topic.partitions().forEach((p, e) -> ends.put(new TopicPartition(name, p), e)));
    Map<TopicPartition, Long> from = since(ends, "from", asked.from());
    Map<TopicPartition, Long> to =
        asked.to().isPresent() ? since(ends, "to", asked.to().get()) : Map.of();
    List<Range> ranges = new ArrayList<>();
    for (TopicPartition one : ends.keySet().stream().sorted(RangesSource.ORDER).toList()) {
      long end = Math.min(to.getOrDefault(one, ends.get(one).end()), ends.get(one).end());
      long begin = Math.min(from.getOrDefault(one, end), end);
      ranges.add(new Range(one.topic(), one.partition(), begin, end, -1));
    }
    return ranges;
  }

  private Map<TopicPartition, Long> since(
      Map<TopicPartition, Ends> partitions, String key, String text) {
    try {
      return brokers.since(partitions.keySet(), Start.time(text));
    } catch (DateTimeException e) {
      throw new SpecException(
          key, "found '" + text + "'; a backfill of Kafka takes times like 2026-11-21T10:00:00Z");
    }
  }

  private List<Range> bounded(Topics topics, List<Range> waiting) {
    long bound = read.maxRecords();
    if (read.maxBytes() < Long.MAX_VALUE) {
      long size = RecordSize.of(read, waiting, topics.ids());
      bound = Math.min(bound, Math.max(1, read.maxBytes() / Math.max(1, size)));
    }
    long[] shares =
        FairShare.of(waiting.stream().mapToLong(Range::offsets).toArray(), bound, request.run());
    List<Range> ranges = new ArrayList<>();
    for (int i = 0; i < shares.length; i++) {
      Range range = waiting.get(i);
      ranges.add(range.part(range.from(), range.from() + shares[i]));
    }
    return ranges;
  }

  private void facts(Topics topics, List<Range> waiting, List<Range> ranges) {
    long records = ranges.stream().mapToLong(Range::offsets).sum();
    facts.put("records", String.valueOf(records));
    facts.put(
        "lag_records", String.valueOf(waiting.stream().mapToLong(Range::offsets).sum() - records));
    if (request.position().isEmpty() && read.start().kind() == Start.Kind.LATEST) {
      facts.put(START, LATEST);
    }
    facts.put("partitions", String.valueOf(ranges.size()));
    facts.put("isolation", read.committed() ? "read_committed" : "read_uncommitted");
    facts.put(
        "ranges",
        ranges.stream()
            .filter(range -> range.offsets() > 0)
            .limit(LISTED)
            .map(Range::toString)
            .collect(Collectors.joining(", ")));
    if (lost > 0) {
      facts.put("lost_records", String.valueOf(lost));
    }
    String missing =
        known.topics().keySet().stream()
            .filter(name -> !topics.byName().containsKey(name))
            .collect(Collectors.joining(", "));
    if (!missing.isEmpty()) {
      facts.put("missing_topics", missing);
    }
  }

  /** Topics that are gone stay in it, so that a new one of the same name is noticed. */
  private Position position(Topics topics, List<Range> ranges) {
    TreeMap<String, TopicPosition> next = new TreeMap<>(known.topics());
    topics
        .byName()
        .forEach((name, t) -> next.put(name, new TopicPosition(t.id(), new TreeMap<>())));
    for (Range range : ranges) {
      int epoch = topics.byName().get(range.topic()).partitions().get(range.partition()).epoch();
      next.get(range.topic()).partitions().put(range.partition(), new Next(range.to(), epoch));
    }
    return new Position(next);
  }
}
