package io.beamhouse.io.kafka;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** How large the next records are, by one look at those of the partition with most of them. */
final class RecordSize {
  private RecordSize() {}

  /** Returns the mean bytes of a record; 1 when there is none to look at. */
  static long of(KafkaRead read, List<Range> waiting, Map<String, String> topicIds) {
    Optional<Range> longest = waiting.stream().max(Comparator.comparingLong(Range::offsets));
    if (longest.isEmpty() || longest.get().offsets() == 0) {
      return 1;
    }
    KafkaConnection connection = read.brokers();
    KafkaConsumer<byte[], byte[]> consumer = Consumers.take(connection, read.committed(), topicIds);
    try {
      TopicPartition partition = longest.get().topicPartition();
      consumer.assign(List.of(partition));
      consumer.seek(partition, longest.get().from());
      ConsumerRecords<byte[], byte[]> records = consumer.poll(connection.timeout());
      long bytes = 0;
      for (ConsumerRecord<byte[], byte[]> record : records) {
        bytes +=
            Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
      }
      long mean = records.isEmpty() ? 1 : Math.max(1, bytes / records.count());
      Consumers.giveBack(consumer, connection, read.committed(), topicIds);
      return mean;
    } catch (KafkaException e) {
      consumer.close(Duration.ZERO);
      throw KafkaFailures.of(e, connection, "looking at the size of records");
    }
  }
}
