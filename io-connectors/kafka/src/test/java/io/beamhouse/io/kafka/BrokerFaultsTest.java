package io.beamhouse.io.kafka;

import static io.beamhouse.io.kafka.SharedBroker.connection;
import static io.beamhouse.io.kafka.SharedBroker.send;
import static io.beamhouse.io.kafka.SharedBroker.topic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.SourceChangedException;
import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.io.core.increment.Increment;
import io.beamhouse.testing.kafka.KafkaBroker;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.beam.sdk.io.BoundedSource.BoundedReader;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;

class BrokerFaultsTest {
  private static final String LONG_TEXT = "x".repeat(1000);

  private static String[] texts(int count) {
    return IntStream.range(0, count).mapToObj(i -> i + LONG_TEXT).toArray(String[]::new);
  }

  /** Reads with small fetches, so that most of a range is at the broker when it is killed. */
  private static KafkaRead read(String topic, Duration timeout) {
    return KafkaRead.create()
        .from(
            connection()
                .withTimeout(timeout)
                .withSettings(
                    java.util.Map.of(
                        "max.poll.records", "10",
                        "fetch.max.bytes", "20000",
                        "max.partition.fetch.bytes", "20000")))
        .topics(topic);
  }

  @Test
  void aReadGoesOnWhenTheBrokerComesBack() throws Exception {
    String topic = topic(2);
    send(topic, 0, texts(300));
    send(topic, 1, texts(5));
    Runs runs = new Runs(read(topic, Duration.ofSeconds(30)));
    Increment planned = runs.plan();
    KafkaBroker broker = SharedBroker.get();
    List<Row> rows = new ArrayList<>();
    try (BoundedReader<Row> reader =
        runs.source(planned).createReader(PipelineOptionsFactory.create())) {
      boolean more = reader.start();
      for (int i = 0; more; i++) {
        rows.add(reader.getCurrent());
        if (i == 20) {
          broker.kill();
          broker.restart();
        }
        more = reader.advance();
      }
    }
    assertThat(rows).hasSize(305).doesNotHaveDuplicates();
    assertThat(Runs.values(rows)).filteredOn(value -> value.startsWith("299")).hasSize(1);
  }

  /** Another leader, another epoch: nothing is cut, and a part may begin under the new one. */
  @Test
  void partsOfARangeThatBeganUnderAnOlderLeaderAreRead() throws Exception {
    String topic = topic(1);
    send(topic, 0, "first");
    Runs runs = new Runs(KafkaRead.create().from(connection()).topics(topic).withSplitRecords(100));
    runs.next();
    send(topic, 0, "second");
    SharedBroker.get().kill();
    SharedBroker.get().restart();
    String[] later = IntStream.range(0, 1000).mapToObj(Integer::toString).toArray(String[]::new);
    send(topic, 0, later);

    assertThat(runs.nextValues()).hasSize(1001).startsWith("second", "0", "1").endsWith("999");
  }

  @Test
  void aReadFailsInTimeWhenTheBrokerIsSilentAndTheNextTakesAll() throws Exception {
    String topic = topic(1);
    send(topic, 0, texts(100));
    Runs runs = new Runs(read(topic, Duration.ofSeconds(2)));
    Increment planned = runs.plan();
    KafkaBroker broker = SharedBroker.get();
    broker.pause();
    long start = System.nanoTime();
    try {
      assertThatThrownBy(() -> Runs.read(runs.source(planned)))
          .isInstanceOf(SourceFailedException.class)
          .hasMessageContaining("No answer from the broker within 2000 ms");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
    } finally {
      broker.resume();
    }
    assertThat(runs.with(read(topic, Duration.ofSeconds(30))).read(planned)).hasSize(100);
  }

  @Test
  void aTopicThatIsDeletedWhileItIsReadIsAnError() throws IOException {
    String topic = topic(1);
    send(topic, 0, texts(200));
    Runs runs = new Runs(read(topic, Duration.ofSeconds(2)));
    Increment planned = runs.plan();
    try (BoundedReader<Row> reader =
        runs.source(planned).createReader(PipelineOptionsFactory.create())) {
      assertThat(reader.start()).isTrue();
      SharedBroker.get().deleteTopic(topic);
      assertThatThrownBy(
              () -> {
                while (reader.advance()) {}
              })
          .isInstanceOfAny(SourceFailedException.class, SourceChangedException.class);
    }
    assertThatThrownBy(() -> runs.read(planned))
        .isInstanceOf(SourceFailedException.class)
        .hasMessageContaining("does not know topic " + topic);
  }
}
