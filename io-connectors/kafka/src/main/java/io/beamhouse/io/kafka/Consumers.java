package io.beamhouse.io.kafka;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Consumers of this JVM that rest between two reads.
 *
 * <p>A new consumer takes a tenth of a second (metadata, login), and increments follow each other
 * every second. At most {@link #KEPT} rest, none longer than {@link #KEPT_NANOS}; one that failed
 * is closed, and so is one that has read a topic which was made anew since: it may have fetched
 * ahead.
 */
final class Consumers {
  private static final int KEPT = 8;
  private static final long KEPT_NANOS = 300_000_000_000L;
  private static final Deque<Resting> RESTING = new ArrayDeque<>();

  private record Key(KafkaConnection connection, boolean committed) {}

  private record Resting(
      Key key, KafkaConsumer<byte[], byte[]> consumer, Map<String, String> topicIds, long since) {}

  private Consumers() {}

  /**
   * Returns a consumer without partitions; give it back, or close it when it failed.
   *
   * @param topicIds of the topics to be read
   */
  static KafkaConsumer<byte[], byte[]> take(
      KafkaConnection connection, boolean committed, Map<String, String> topicIds) {
    Key key = new Key(connection, committed);
    synchronized (RESTING) {
      closeOld();
      for (Iterator<Resting> all = RESTING.descendingIterator(); all.hasNext(); ) {
        Resting resting = all.next();
        if (resting.key().equals(key)) {
          all.remove();
          if (sameTopics(resting.topicIds(), topicIds)) {
            return resting.consumer();
          }
          resting.consumer().close(Duration.ZERO);
        }
      }
    }
    return open(connection, committed);
  }

  private static boolean sameTopics(Map<String, String> before, Map<String, String> now) {
    return now.entrySet().stream()
        .allMatch(
            topic ->
                topic.getValue().equals(before.getOrDefault(topic.getKey(), topic.getValue())));
  }

  static void giveBack(
      KafkaConsumer<byte[], byte[]> consumer,
      KafkaConnection connection,
      boolean committed,
      Map<String, String> topicIds) {
    consumer.assign(List.of());
    synchronized (RESTING) {
      RESTING.add(
          new Resting(new Key(connection, committed), consumer, topicIds, System.nanoTime()));
      closeOld();
    }
  }

  private static void closeOld() {
    long now = System.nanoTime();
    while (RESTING.size() > KEPT
        || (!RESTING.isEmpty() && now - RESTING.peekFirst().since() > KEPT_NANOS)) {
      RESTING.removeFirst().consumer().close(Duration.ZERO);
    }
  }

  private static KafkaConsumer<byte[], byte[]> open(KafkaConnection connection, boolean committed) {
    Map<String, Object> settings = connection.client();
    settings.putIfAbsent("fetch.max.bytes", 16 * 1024 * 1024);
    settings.putIfAbsent("max.partition.fetch.bytes", 4 * 1024 * 1024);
    settings.putIfAbsent("max.poll.records", 2_000);
    // What is read is there; and the next range must not wait for a fetch beyond this one.
    settings.putIfAbsent("fetch.max.wait.ms", 10);
    settings.put("enable.auto.commit", false);
    settings.put("auto.offset.reset", "none");
    settings.put("allow.auto.create.topics", false);
    settings.put("isolation.level", committed ? "read_committed" : "read_uncommitted");
    try {
      return new KafkaConsumer<>(
          settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    } catch (KafkaException e) {
      throw KafkaFailures.of(e, connection, "opening a consumer");
    }
  }
}
