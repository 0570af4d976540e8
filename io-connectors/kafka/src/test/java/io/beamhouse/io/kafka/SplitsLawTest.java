package io.beamhouse.io.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.apache.beam.sdk.values.Row;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/** However a topic's offsets are cut into increments and parts, the rows are those of one read. */
class SplitsLawTest {
  private static final int RECORDS = 60;
  private static String topic;
  private static List<String> once;

  @BeforeContainer
  static void records() {
    topic = SharedBroker.topic(3);
    try (KafkaProducer<byte[], byte[]> producer =
        SharedBroker.producer(Map.of("transactional.id", topic))) {
      producer.initTransactions();
      for (int i = 0; i < RECORDS; i++) {
        producer.beginTransaction();
        Future<RecordMetadata> unused =
            producer.send(
                new ProducerRecord<>(topic, i % 7 == 0 ? 1 : 0, null, SharedBroker.bytes("v" + i)));
        // Gaps of all lengths: markers everywhere, every third record aborted.
        if (i % 3 == 0) {
          producer.abortTransaction();
        } else {
          producer.commitTransaction();
        }
      }
    }
    once = identified(new Runs(read()).next());
  }

  private static KafkaRead read() {
    return KafkaRead.create().from(SharedBroker.connection()).topics(topic);
  }

  private static List<String> identified(List<Row> rows) {
    List<String> ids = new ArrayList<>();
    List<String> values = Runs.values(rows);
    for (int i = 0; i < rows.size(); i++) {
      ids.add(rows.get(i).getString("_source") + " " + values.get(i));
    }
    return ids;
  }

  @Property(tries = 8)
  void anyCutGivesTheSameRows(
      @ForAll @Size(min = 1, max = 5) List<@IntRange(min = 5, max = 40) Integer> bounds,
      @ForAll @IntRange(min = 3, max = 50) int split) {
    Runs runs = new Runs(read());
    List<String> seen = new ArrayList<>();
    for (int i = 0; ; i++) {
      runs.with(read().withMaxRecords(bounds.get(i % bounds.size())).withSplitRecords(split));
      List<Row> rows = runs.next();
      if (runs.last().nothingNew()) {
        break;
      }
      seen.addAll(identified(rows));
    }
    assertThat(seen).hasSize(RECORDS * 2 / 3).containsExactlyInAnyOrderElementsOf(once);
  }
}
