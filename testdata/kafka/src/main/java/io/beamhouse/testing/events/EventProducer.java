package io.beamhouse.testing.events;

import io.beamhouse.core.Evolving;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Sends events to a Kafka topic, each of them once while the producer lives: idempotent, {@code
 * acks=all}.
 *
 * <p>While no broker answers, {@link #send} holds at most 32 MiB back, then waits; it fails when
 * that takes longer than it may. The ledger gets what the broker has acknowledged.
 */
@Evolving
public final class EventProducer implements AutoCloseable {
  private static final double NANOS_PER_MILLI = 1_000_000;

  private final KafkaProducer<String, String> producer;
  private final String topic;
  private final EventLedger ledger;
  private final AtomicReference<Exception> failed = new AtomicReference<>();

  private EventProducer(KafkaProducer<String, String> producer, String topic, EventLedger ledger) {
    this.producer = producer;
    this.topic = topic;
    this.ledger = ledger;
  }

  /**
   * Connects when the first event is sent.
   *
   * @param settings of Kafka's producer, {@code bootstrap.servers} among them
   * @param patience how long brokers may be away
   */
  public static EventProducer to(
      Map<String, String> settings, String topic, Duration patience, EventLedger ledger) {
    int millis = (int) Math.min(Integer.MAX_VALUE, patience.toMillis());
    Map<String, Object> all = new HashMap<>();
    all.put(ProducerConfig.LINGER_MS_CONFIG, 5);
    all.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.min(10_000, millis - 5));
    all.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
    all.putAll(settings);
    all.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    all.put(ProducerConfig.ACKS_CONFIG, "all");
    all.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis);
    all.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, millis);
    return new EventProducer(
        new KafkaProducer<>(all, new StringSerializer(), new StringSerializer()), topic, ledger);
  }

  /** Makes the topic if there is none; leaves one that is there as it is. */
  public static void createTopic(Map<String, String> settings, String topic, int partitions) {
    try (Admin admin = Admin.create(Collections.unmodifiableMap(new HashMap<>(settings)))) {
      NewTopic wanted =
          new NewTopic(topic, java.util.Optional.of(partitions), java.util.Optional.empty());
      admin.createTopics(Collections.singleton(wanted)).all().get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw new EventsNotSentException("The topic " + topic + " could not be made", e.getCause());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EventsNotSentException("Interrupted", e);
    }
  }

  /** Hands an event over; one that failed before fails this call. */
  public void send(GeneratedEvent event) {
    throwIfFailed();
    // The callback hears of failures.
    var unused =
        producer.send(
            new ProducerRecord<>(topic, null, time(event), event.key(), event.value()),
            (metadata, problem) -> {
              if (problem == null) {
                ledger.sent(event);
              } else {
                failed.compareAndSet(null, problem);
              }
            });
  }

  /**
   * Sends the next event of {@code feed} when its time has come.
   *
   * @param began the {@link System#nanoTime} at which the feed began
   */
  public void sendDue(EventFeed feed, long began) {
    long due = began + (long) (feed.nextMillis() * NANOS_PER_MILLI);
    long wait;
    while ((wait = due - System.nanoTime()) > 0) {
      LockSupport.parkNanos(wait);
    }
    send(feed.next(Long.MAX_VALUE));
  }

  /** The event's own time, as that of the record; a wrong clock's is not believed by brokers. */
  private static Long time(GeneratedEvent event) {
    return event.kind() == EventKind.CLOCK_OFF ? null : event.at().toEpochMilli();
  }

  /** Waits until everything has been acknowledged. */
  public void flush() {
    producer.flush();
    throwIfFailed();
  }

  private void throwIfFailed() {
    Exception problem = failed.get();
    if (problem != null) {
      throw new EventsNotSentException(
          "Events could not be sent to "
              + topic
              + ": "
              + problem.getMessage()
              + ". The ledger has those that were",
          problem);
    }
  }

  /** Waits for what is under way. */
  @Override
  public void close() {
    producer.close();
  }

  /** Kafka did not take an event in time. */
  @Evolving
  public static final class EventsNotSentException extends RuntimeException {
    EventsNotSentException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
