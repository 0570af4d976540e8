package io.beamhouse.io.kafka;

import static io.beamhouse.io.kafka.SharedBroker.bytes;
import static io.beamhouse.io.kafka.SharedBroker.connection;
import static io.beamhouse.io.kafka.SharedBroker.send;
import static io.beamhouse.io.kafka.SharedBroker.sendNow;
import static io.beamhouse.io.kafka.SharedBroker.topic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.beamhouse.core.error.SourceChangedException;
import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.io.core.increment.Increment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.beam.sdk.values.Row;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.Test;

class KafkaReadTest {
  private static KafkaRead read(String... topics) {
    return KafkaRead.create().from(connection()).topics(topics);
  }

  @Test
  void keepsRecordsUntouched() {
    String topic = topic(2);
    try (KafkaProducer<byte[], byte[]> producer = SharedBroker.producer(Map.of())) {
      sendNow(
          producer,
          new ProducerRecord<>(
              topic,
              1,
              1_700_000_000_123L,
              bytes("k"),
              bytes("v"),
              List.of(new RecordHeader("h", bytes("1")), new RecordHeader("h", null))));
      sendNow(
          producer, new ProducerRecord<>(topic, 1, 1_700_000_000_124L, bytes("k"), bytes(null)));
      sendNow(producer, new ProducerRecord<>(topic, 1, 1_700_000_000_125L, bytes(null), bytes("")));
    }

    List<Row> rows = new Runs(read(topic)).next();

    assertThat(rows).hasSize(3);
    Row first = rows.get(0);
    assertThat(first.getString("topic")).isEqualTo(topic);
    assertThat(first.getInt32("partition")).isEqualTo(1);
    assertThat(first.getInt64("offset")).isZero();
    assertThat(first.<Object>getValue("timestamp"))
        .isEqualTo(Instant.parse("2023-11-14T22:13:20.123Z"));
    assertThat(first.getString("timestamp_type")).isEqualTo("create");
    assertThat(first.getBytes("key")).isEqualTo(bytes("k"));
    assertThat(first.getBytes("value")).isEqualTo(bytes("v"));
    assertThat(first.<Row>getArray("headers"))
        .extracting(header -> header.getString("key"), header -> header.getBytes("value"))
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("h", bytes("1")),
            org.assertj.core.groups.Tuple.tuple("h", null));
    assertThat(first.getInt64("_run")).isEqualTo(1);
    assertThat(first.getString("_source")).isEqualTo(topic + "/00001/0000000000000000000");
    assertThat(rows.get(1).getBytes("value")).isNull();
    assertThat(rows.get(2).getString("_source")).isEqualTo(topic + "/00001/0000000000000000002");
    assertThat(rows.get(2).getBytes("key")).isNull();
    assertThat(rows.get(2).getBytes("value")).isEmpty();
  }

  @Test
  void takesWhatCameSinceTheLastRunOfUnevenAndIdlePartitions() {
    String topic = topic(4);
    Runs runs = new Runs(read(topic).withSplitRecords(7));
    send(topic, 0, texts("a", 40));
    send(topic, 3, "d0");
    assertThat(runs.nextValues())
        .containsExactlyInAnyOrderElementsOf(with(list("a", 40), List.of("d0")));
    assertThat(runs.plan().nothingNew()).isTrue();

    send(topic, 1, "b0");
    send(topic, 3, "d1", "d2");
    assertThat(runs.nextValues()).containsExactlyInAnyOrder("b0", "d1", "d2");
    assertThat(runs.last().facts())
        .containsEntry("records", "3")
        .containsEntry("lag_records", "0")
        .containsEntry("ranges", topic + "/1 0-1, " + topic + "/3 1-3");
    assertThat(runs.plan().nothingNew()).isTrue();
  }

  @Test
  void sharesABoundFairly() {
    String topic = topic(3);
    send(topic, 0, texts("a", 50));
    send(topic, 1, texts("b", 3));
    send(topic, 2, texts("c", 20));
    Runs runs = new Runs(read(topic).withMaxRecords(20));

    List<String> seen = new ArrayList<>(runs.nextValues());
    assertThat(seen)
        .containsExactlyInAnyOrderElementsOf(with(list("a", 9), with(list("b", 3), list("c", 8))));
    assertThat(runs.last().facts()).containsEntry("lag_records", "53");
    while (!runs.plan().nothingNew()) {
      seen.addAll(Runs.values(runs.read(runs.last())));
      runs.accept(runs.last());
    }
    assertThat(seen)
        .containsExactlyInAnyOrderElementsOf(
            with(list("a", 50), with(list("b", 3), list("c", 20))));
  }

  @Test
  void boundsBytesByTheSizeOfTheNextRecords() {
    String topic = topic(1);
    send(topic, 0, Collections.nCopies(30, "x".repeat(1000)).toArray(new String[0]));

    assertThat(new Runs(read(topic).withMaxBytes(10_000)).next()).hasSize(10);
  }

  @Test
  void readsSettledTransactionsOnlyAndPassesTheirMarkers() {
    String topic = topic(1);
    Runs runs = new Runs(read(topic));
    Runs all = new Runs(read(topic).withUncommitted());
    try (KafkaProducer<byte[], byte[]> producer =
        SharedBroker.producer(Map.of("transactional.id", topic))) {
      producer.initTransactions();
      producer.beginTransaction();
      sendNow(producer, new ProducerRecord<>(topic, bytes("committed")));
      producer.commitTransaction();
      producer.beginTransaction();
      sendNow(producer, new ProducerRecord<>(topic, bytes("aborted")));
      producer.abortTransaction();
      producer.beginTransaction();
      sendNow(producer, new ProducerRecord<>(topic, bytes("open")));

      assertThat(runs.nextValues()).containsExactly("committed");
      assertThat(runs.plan().nothingNew()).isTrue();
      assertThat(all.nextValues()).containsExactly("committed", "aborted", "open");

      producer.commitTransaction();
      assertThat(runs.nextValues()).containsExactly("open");
    }
  }

  @Test
  void takesNewPartitionsAndNewTopicsFromTheirBeginning() {
    String prefix = topic(1);
    SharedBroker.get().createTopic(prefix + ".one", 1);
    Runs runs =
        new Runs(
            KafkaRead.create()
                .from(connection())
                .topicPattern(prefix + "\\..*")
                .withStart("latest"));
    send(prefix + ".one", 0, "before");
    assertThat(runs.next()).isEmpty();

    SharedBroker.get().addPartitions(prefix + ".one", 2);
    SharedBroker.get().createTopic(prefix + ".two", 1);
    send(prefix + ".one", 1, "new partition");
    send(prefix + ".two", 0, "new topic");
    send(prefix, 0, "another topic");

    assertThat(runs.nextValues()).containsExactlyInAnyOrder("new partition", "new topic");
  }

  @Test
  void aPatternMayMatchNothingYet() {
    String prefix = topic(1);
    Runs runs = new Runs(KafkaRead.create().from(connection()).topicPattern(prefix + "-.*"));
    assertThat(runs.next()).isEmpty();
    assertThat(runs.plan().nothingNew()).isTrue();

    SharedBroker.get().createTopic(prefix + "-a", 1);
    send(prefix + "-a", 0, "first");

    assertThat(runs.nextValues()).containsExactly("first");
  }

  @Test
  void beginsWhereItIsTold() {
    String topic = topic(2);
    try (KafkaProducer<byte[], byte[]> producer = SharedBroker.producer(Map.of())) {
      for (int i = 0; i < 5; i++) {
        sendNow(producer, new ProducerRecord<>(topic, 0, 1_000L * i, bytes(null), bytes("v" + i)));
      }
    }
    assertThat(new Runs(read(topic).withStart("1970-01-01T00:00:02.500Z")).nextValues())
        .containsExactly("v3", "v4");
    assertThat(new Runs(read(topic).withStart("{\"0\": 4}")).nextValues()).containsExactly("v4");
    assertThat(
            Runs.values(
                new Runs(read(topic))
                    .read(
                        new Runs(read(topic))
                            .backfill("1970-01-01T00:00:01Z", "1970-01-01T00:00:03Z"))))
        .containsExactly("v1", "v2");
    // A bound is for runs that are followed by others; a backfill has no next one.
    KafkaRead bounded = read(topic).withMaxRecords(1);
    assertThat(
            Runs.values(
                new Runs(bounded).read(new Runs(bounded).backfill("1970-01-01T00:00:01Z", null))))
        .containsExactly("v1", "v2", "v3", "v4");

    Runs latest = new Runs(read(topic).withStart("latest"));
    assertThat(latest.next()).isEmpty();
    send(topic, 1, "later");
    assertThat(latest.nextValues()).containsExactly("later");

    assertThatThrownBy(() -> new Runs(read(topic).withStart("{\"7\": 4}")).plan())
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("partition 7");
    assertThatThrownBy(() -> new Runs(read(topic).withStart("{\"0\": 99}")).plan())
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("ends at 5");
    assertThatThrownBy(() -> read(topic).withStart("erliest"))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("did you mean 'earliest'");
  }

  @Test
  void lostRecordsAreAnErrorWithAChoice() throws Exception {
    String topic = topic(1);
    Runs runs = new Runs(read(topic));
    send(topic, 0, texts("a", 5));
    runs.next();
    send(topic, 0, texts("b", 10));
    Increment planned = runs.plan();
    SharedBroker.get()
        .admin()
        .deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(12)))
        .all()
        .get();

    // A consumer of its own: the one of the first run may have fetched ahead.
    KafkaRead afresh = read(topic).from(connection().withTimeout(Duration.ofSeconds(21)));
    runs.with(afresh);
    assertThatThrownBy(() -> runs.read(planned))
        .isInstanceOf(SourceChangedException.class)
        .hasMessageContaining("on_lost_offsets: earliest");
    assertThatThrownBy(runs::plan)
        .isInstanceOf(SourceChangedException.class)
        .hasMessageContaining("Records 5 to 11")
        .hasMessageContaining("on_lost_offsets: earliest");

    runs.with(afresh.withOnLostOffsets("earliest"));
    assertThat(Runs.values(runs.read(planned))).containsExactly("b7", "b8", "b9");
    assertThat(runs.gone()).containsExactly(entry("lost_records", "7"));
    assertThat(runs.nextValues()).containsExactly("b7", "b8", "b9");
    assertThat(runs.last().facts()).containsEntry("lost_records", "7");
  }

  @Test
  void aReadThatFailsLeavesItsNeighbourAlone() throws Exception {
    String topic = topic(1);
    send(topic, 0, "a");
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      Future<?> failing =
          other.submit(
              () -> {
                for (int i = 0; i < 60; i++) {
                  assertThatThrownBy(() -> new Runs(read("not-there-" + topic)).plan())
                      .hasMessageContaining("does not know topic");
                }
              });
      while (!failing.isDone()) {
        assertThat(new Runs(read(topic)).plan().facts()).containsEntry("records", "1");
      }
      failing.get();
    } finally {
      other.shutdownNow();
    }
  }

  @Test
  void aTopicMadeAnewIsAnErrorWithAChoice() {
    String topic = topic(1);
    Runs runs = new Runs(read(topic));
    send(topic, 0, texts("a", 3));
    Increment planned = runs.plan();
    runs.accept(planned);
    SharedBroker.get().deleteTopic(topic);
    assertThatThrownBy(runs::plan)
        .isInstanceOf(SourceFailedException.class)
        .hasMessageContaining("does not know topic " + topic);
    SharedBroker.get().createTopic(topic, 1);
    send(topic, 0, texts("b", 4));

    assertThatThrownBy(runs::plan)
        .isInstanceOf(SourceChangedException.class)
        .hasMessageContaining("on_recreated_topic: earliest");
    assertThatThrownBy(() -> runs.read(planned))
        .isInstanceOf(SourceChangedException.class)
        .hasMessageContaining("made anew");

    runs.with(read(topic).withOnRecreatedTopic("earliest"));
    assertThat(runs.read(planned)).isEmpty();
    assertThat(runs.gone())
        .containsOnly(entry("lost_records", "3"), entry("recreated_topics", topic));
    assertThat(runs.nextValues()).containsExactly(texts("b", 4));
    assertThat(runs.last().facts()).containsEntry("recreated_topics", topic);
    assertThat(runs.plan().nothingNew()).isTrue();
  }

  @Test
  void aCompactedTopicIsReadWhenItIsAllowed() {
    String topic =
        topic(
            1,
            Map.of(
                "cleanup.policy",
                "compact",
                "min.cleanable.dirty.ratio",
                "0.01",
                "segment.ms",
                "100",
                "delete.retention.ms",
                "60000"));
    try (KafkaProducer<byte[], byte[]> producer = SharedBroker.producer(Map.of())) {
      for (int i = 0; i < 20; i++) {
        sendNow(producer, new ProducerRecord<>(topic, bytes("k" + i % 2), bytes("v" + i)));
      }
    }
    assertThatThrownBy(() -> new Runs(read(topic)).plan())
        .isInstanceOf(SourceFailedException.class)
        .hasMessageContaining("compacted: true");
    KafkaRead allowed = read(topic).withCompacted();
    assertThat(allowed.replayable()).isFalse();
    assertThat(read(topic).replayable()).isTrue();

    List<String> values = new Runs(allowed).nextValues();

    assertThat(values).contains("v18", "v19");
  }

  @Test
  void readsRecordsOf5MegabytesBesideSmallOnes() {
    String topic = topic(1, Map.of("max.message.bytes", "8000000"));
    String large = "x".repeat(5_000_000);
    send(topic, 0, "before", large, "after");

    assertThat(new Runs(read(topic)).nextValues()).containsExactly("before", large, "after");
    Runs bounded = new Runs(read(topic).withMaxBytes(1_000_000));
    List<String> seen = new ArrayList<>();
    for (int run = 0; run < 3; run++) {
      seen.addAll(bounded.nextValues());
    }
    assertThat(seen).containsExactly("before", large, "after");
    assertThat(bounded.plan().nothingNew()).isTrue();
  }

  @Test
  void aTimeThatNoTimestampHoldsIsNull() {
    String topic = topic(1, Map.of("message.timestamp.after.max.ms", "" + Long.MAX_VALUE));
    long[] times = {0, Long.MAX_VALUE / 1000, 1_700_000_000_123_456_789L, Long.MAX_VALUE};
    try (KafkaProducer<byte[], byte[]> producer = SharedBroker.producer(Map.of())) {
      for (long time : times) {
        sendNow(producer, new ProducerRecord<>(topic, 0, time, bytes("k"), bytes("v")));
      }
    }

    List<Row> rows = new Runs(read(topic)).next();

    assertThat(rows)
        .extracting(row -> row.<Object>getValue("timestamp"))
        .containsExactly(Instant.EPOCH, Instant.ofEpochMilli(Long.MAX_VALUE / 1000), null, null);
    assertThat(rows).extracting(row -> row.getString("timestamp_type")).containsOnly("create");
  }

  @Test
  void replaysThePlanHoweverItIsSplit() {
    String topic = topic(2);
    send(topic, 0, texts("a", 100));
    send(topic, 1, texts("b", 30));
    Runs runs = new Runs(read(topic));
    Increment planned = runs.plan();
    send(topic, 0, "later");

    List<Row> once = runs.read(planned);

    assertThat(runs.with(read(topic).withSplitRecords(9)).read(planned))
        .containsExactlyInAnyOrderElementsOf(once);
    assertThat(once).hasSize(130);
  }

  private static String[] texts(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + i).toArray(String[]::new);
  }

  private static List<String> list(String prefix, int count) {
    return List.of(texts(prefix, count));
  }

  private static List<String> with(List<String> some, List<String> more) {
    List<String> all = new ArrayList<>(some);
    all.addAll(more);
    return all;
  }
}
