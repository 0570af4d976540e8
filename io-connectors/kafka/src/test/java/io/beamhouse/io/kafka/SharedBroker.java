package io.beamhouse.io.kafka;

import io.beamhouse.testing.kafka.KafkaBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** One broker for the tests of this module; it ends with their JVM. */
final class SharedBroker {
  static final String USER = "tenancy/ann/ocid1.streampool.x";
  static final String PASSWORD = "s3cret";
  private static final AtomicInteger TOPICS = new AtomicInteger();
  private static KafkaBroker broker;

  private SharedBroker() {}

  static synchronized KafkaBroker get() {
    if (broker == null) {
      try {
        broker =
            KafkaBroker.in(Files.createTempDirectory("kafka")).withSecurity(USER, PASSWORD).start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return broker;
  }

  static KafkaConnection connection() {
    return KafkaConnection.to(get().bootstrapServers()).withTimeout(Duration.ofSeconds(20));
  }

  /** Makes a topic with a name of its own. */
  static String topic(int partitions) {
    return topic(partitions, Map.of());
  }

  static String topic(int partitions, Map<String, String> configs) {
    String name = "t" + TOPICS.incrementAndGet();
    get().createTopic(name, partitions, configs);
    return name;
  }

  static KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
    Map<String, Object> settings = new HashMap<>(more);
    settings.put("bootstrap.servers", get().bootstrapServers());
    settings.put("linger.ms", 5);
    settings.put("max.request.size", 10_000_000);
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  static void send(String topic, int partition, String... values) {
    try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
      for (String value : values) {
        Future<RecordMetadata> unused =
            producer.send(new ProducerRecord<>(topic, partition, null, bytes(value)));
      }
      producer.flush();
    }
  }

  static void sendNow(
      KafkaProducer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> record) {
    try {
      producer.send(record).get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  static byte[] bytes(String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }
}
