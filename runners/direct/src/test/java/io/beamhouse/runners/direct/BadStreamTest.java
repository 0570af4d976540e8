package io.beamhouse.runners.direct;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.pipelines.increment.ProtocolSteps;
import io.beamhouse.runners.direct.StreamRuns.Ended;
import io.beamhouse.testing.Faults;
import io.beamhouse.testing.events.EventGenerator;
import io.beamhouse.testing.events.EventReference;
import io.beamhouse.testing.kafka.KafkaBroker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Future;
import org.apache.beam.sdk.values.Row;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user sees of records that are bad, and of a topic that is not what it was. */
class BadStreamTest {
  private static final String BRONZE = "youflix/events-bronze.yaml";
  private static final String SILVER = "youflix/events-silver.yaml";
  private static final int LARGE = 5_000_000;

  @TempDir static Path kafka;
  private static KafkaBroker broker;

  @TempDir Path home;
  private StreamRuns runs;

  @BeforeAll
  static void start() {
    broker = KafkaBroker.in(kafka).start();
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @BeforeEach
  void runs() {
    runs = new StreamRuns(home);
  }

  private static void send(List<ProducerRecord<byte[], byte[]>> records) throws Exception {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", broker.bootstrapServers(), "max.request.size", 2 * LARGE);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      records.forEach(record -> sent.add(producer.send(record)));
      for (Future<RecordMetadata> one : sent) {
        one.get();
      }
    }
  }

  private static void send(String topic, String... values) throws Exception {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (String value : values) {
      records.add(new ProducerRecord<>(topic, 0, null, value.getBytes(StandardCharsets.UTF_8)));
    }
    send(records);
  }

  private Ended bronze(String topic, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of("--set=brokers=" + broker.bootstrapServers(), "--set=topic=" + topic));
    all.addAll(Arrays.asList(more));
    return runs.run(BRONZE, all.toArray(String[]::new));
  }

  private List<String> bronzeValues() throws Exception {
    return runs.bronze().rows("value").stream()
        .map(row -> new String(row.getBytes("value"), StandardCharsets.UTF_8))
        .toList();
  }

  /** A good event of now, without its last brace. */
  private static String open(String id, Instant at) {
    return ("{'event_id':'%s','type':'start','session_id':'s-%s','user_id':7,"
            + "'title_id':'tt0000007','started_at':'%s','at':'%s'")
        .formatted(id, id, at, at)
        .replace('\'', '"');
  }

  private static String good(String id, Instant at) {
    return open(id, at) + "}";
  }

  /** What is sent: the value, the record's own time, and what becomes of it. */
  private record Sent(byte[] value, Long time, String outcome) {
    static Sent of(String value, String outcome) {
      return new Sent(value.getBytes(StandardCharsets.UTF_8), null, outcome);
    }
  }

  private static List<Sent> everyKind(Instant now) {
    String deep = "[".repeat(100_000) + "]".repeat(100_000);
    byte[] whole =
        good("x-cut", now).replace("s-x-cut", "s-\u00e9").getBytes(StandardCharsets.UTF_8);
    byte[] truncated = Arrays.copyOf(whole, good("x-cut", now).indexOf("s-x-cut") + 3);
    return List.of(
        Sent.of(good("ok", now), "ok"),
        Sent.of("\ufeff" + good("ok-bom", now), "ok-bom"),
        Sent.of(open("ok-more", now) + ",\"new_field\":{\"a\":[1]}}", "ok-more"),
        Sent.of(open("ok-5mb", now) + ",\"blob\":\"" + "x".repeat(LARGE) + "\"}", "ok-5mb"),
        Sent.of("x".repeat(LARGE), "json.type"),
        Sent.of("not json", "json.type"),
        Sent.of("", "json.type"),
        new Sent(null, null, "json.null"),
        new Sent(truncated, null, "json.type"),
        new Sent(good("x-utf16", now).getBytes(StandardCharsets.UTF_16), null, "json.type"),
        Sent.of(deep, "json.type"),
        Sent.of(open("x-deep", now) + ",\"deep\":" + deep + "}", "json.type"),
        Sent.of(good("x-type", now).replace(":7,", ":\"seven\","), "json.type"),
        Sent.of(good("x-lacks", now).replace("session_id", "session"), "json.type"),
        Sent.of(
            good("x-year", now).replace(now.toString(), "+999999999-12-31T23:59:59Z"), "json.type"),
        Sent.of(good("x-ahead", now.plusSeconds(86_400)), "clock in range"),
        Sent.of(good("x-1970", Instant.EPOCH), "clock in range"),
        Sent.of(
            good("x-start", now)
                .replace("started_at\":\"" + now, "started_at\":\"1970-01-01T00:00:00Z"),
            "clock in range"),
        new Sent(good("x-old", now).getBytes(StandardCharsets.UTF_8), 0L, "clock in range"),
        new Sent(
            good("x-2099", now).getBytes(StandardCharsets.UTF_8),
            Instant.parse("2099-12-31T23:59:59Z").toEpochMilli(),
            "clock in range"),
        new Sent(
            good("x-micros", now).getBytes(StandardCharsets.UTF_8),
            now.toEpochMilli() * 1_000,
            "clock in range"),
        // Its record has no time that a TIMESTAMP holds, so nothing speaks against its own.
        new Sent(
            good("ok-nanos", now).getBytes(StandardCharsets.UTF_8),
            now.toEpochMilli() * 1_000_000,
            "ok-nanos"));
  }

  @Test
  void whatIsBadIsInQuarantineWhatIsGoodInSilverAndAllInBronzeAsItCame() throws Exception {
    broker.createTopic(
        "bad",
        1,
        Map.of(
            "max.message.bytes", "" + 2 * LARGE,
            "message.timestamp.after.max.ms", "" + Long.MAX_VALUE));
    EventReference.write(EventGenerator.create(1).withReference(20, 20), home.resolve("reference"));
    assertThat(runs.run(EventReference.SPEC, "--set=from=" + home.resolve("reference")).code())
        .isZero();
    List<Sent> sent = everyKind(Instant.parse(Instant.now().toString().substring(0, 23) + "Z"));
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    sent.forEach(one -> records.add(new ProducerRecord<>("bad", 0, one.time(), null, one.value())));
    send(records);

    Ended bronze = bronze("bad");
    assertThat(bronze.code()).as(bronze.said()).isZero();
    Ended silver =
        runs.run(
            SILVER,
            "--set=users=" + runs.lake().resolve("silver/youflix/users"),
            "--set=titles=" + runs.lake().resolve("silver/youflix/titles"));
    assertThat(silver.code()).as(silver.said()).isZero();

    Map<String, byte[]> kept = new LinkedHashMap<>();
    runs.bronze()
        .rows("_source", "value")
        .forEach(row -> kept.put(row.getString("_source"), row.getBytes("value")));
    assertThat(kept).hasSameSizeAs(sent);
    Map<String, String> rules = new TreeMap<>();
    for (Row row : runs.table("quarantine/events").rows("position", "rule")) {
      rules.put(row.getString("position"), row.getString("rule"));
    }
    Map<String, String> wanted = new TreeMap<>();
    List<String> good = new ArrayList<>();
    for (int i = 0; i < sent.size(); i++) {
      String source = "bad/00000/" + "0".repeat(19 - (i > 9 ? 2 : 1)) + i;
      assertThat(kept.get(source)).isEqualTo(sent.get(i).value());
      if (sent.get(i).outcome().startsWith("ok")) {
        good.add(sent.get(i).outcome());
      } else {
        wanted.put(source, sent.get(i).outcome());
      }
    }
    assertThat(rules).isEqualTo(wanted);
    assertThat(runs.table("silver/youflix/events").rows("event_id"))
        .extracting(row -> row.getString("event_id"))
        .containsExactlyInAnyOrderElementsOf(good);
    assertThat(runs.lake().resolve("bronze/youflix/events/1970/01/01/00/00")).isDirectory();
    assertThat(runs.lake().resolve("bronze/youflix/events/2099/12/31/23/59")).isDirectory();
    assertThat(runs.lake().resolve("bronze/youflix/events/unknown")).isDirectory();
  }

  @Test
  void recordsThatExpiredWhileNothingRanAreAnErrorWithAChoice() throws Exception {
    broker.createTopic("expired", 1);
    send("expired", "0", "1", "2");
    assertThat(bronze("expired").code()).isZero();
    send("expired", "3", "4", "5", "6");
    expire("expired", 5);

    Ended refused = bronze("expired", "--continuous", "--until-idle", "--give-up-after=0s");
    assertThat(refused.code()).isEqualTo(45);
    assertThat(refused.said())
        .contains("Records 3 to 4 of expired/0 are gone", "on_lost_offsets: earliest");
    assertThat(runs.report("youflix-events-bronze").run()).isEqualTo(1);

    Ended ended = bronze("expired", "--set=on_lost_offsets=earliest");
    assertThat(ended.code()).as(ended.said()).isZero();
    assertThat(ended.said()).contains("read  topic: 2 rows, lost_records 2");
    assertThat(runs.report("youflix-events-bronze").sources().get("topic").facts())
        .containsEntry("lost_records", "2");
    assertThat(bronzeValues()).containsExactlyInAnyOrder("0", "1", "2", "5", "6");
  }

  @Test
  void aTopicThatIsDeletedAndMadeAnewBetweenIncrementsIsAnErrorWithAChoice() throws Exception {
    broker.createTopic("gone", 1);
    send("gone", "old 0", "old 1");
    Ended deleted =
        runs.run(
            BRONZE,
            line -> {
              if (line.contains("run 1:")) {
                broker.deleteTopic("gone");
              }
            },
            "--set=brokers=" + broker.bootstrapServers(),
            "--set=topic=gone",
            "--continuous",
            "--trigger=0s",
            "--give-up-after=0s");
    assertThat(deleted.code()).isEqualTo(45);
    assertThat(deleted.said())
        .contains("does not know topic gone", "make it again or take it out of the spec");

    broker.createTopic("gone", 1);
    send("gone", "new 0", "new 1", "new 2");
    Ended refused = bronze("gone");
    assertThat(refused.code()).isEqualTo(45);
    assertThat(refused.said()).contains("deleted and made anew", "on_recreated_topic: earliest");

    Ended ended = bronze("gone", "--set=on_recreated_topic=earliest");
    assertThat(ended.code()).as(ended.said()).isZero();
    assertThat(runs.report("youflix-events-bronze").sources().get("topic").facts())
        .containsEntry("recreated_topics", "gone");
    assertThat(new TreeSet<>(bronzeValues()))
        .containsExactly("new 0", "new 1", "new 2", "old 0", "old 1");
    assertThat(bronze("gone", "--exit-nothing-new").code()).isEqualTo(20);
  }

  /** A run that is planned, and not more. */
  private void interrupt(String topic) {
    try (Faults.Armed fault = Faults.throwAt(ProtocolSteps.APPLIED, "before")) {
      assertThat(bronze(topic).code()).isNotZero();
      assertThat(fault.struck()).isTrue();
    }
  }

  private static void expire(String topic, long before) throws Exception {
    broker
        .admin()
        .deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(before)))
        .all()
        .get();
  }

  @Test
  void recordsThatExpireWhileARunIsInterruptedAreCounted() throws Exception {
    broker.createTopic("later", 1);
    send("later", "0", "1", "2", "3");
    interrupt("later");
    expire("later", 2);

    Ended refused = bronze("later");
    assertThat(refused.code()).isEqualTo(45);
    assertThat(refused.said()).contains("Records 0 to 1 of later/0", "on_lost_offsets: earliest");

    // What to do then is no part of what was planned.
    Ended ended = bronze("later", "--set=on_lost_offsets=earliest");
    assertThat(ended.code()).as(ended.said()).isZero();
    assertThat(ended.said()).contains("read  topic: 2 rows, lost_records 2");
    assertThat(runs.report("youflix-events-bronze").sources().get("topic").facts())
        .containsEntry("lost_records", "2");
    assertThat(bronzeValues()).containsExactlyInAnyOrder("2", "3");
  }

  @Test
  void aTopicMadeAnewWhileARunIsInterruptedIsReadFromItsBeginning() throws Exception {
    broker.createTopic("anew", 1);
    send("anew", "old 0", "old 1");
    interrupt("anew");
    broker.deleteTopic("anew");
    broker.createTopic("anew", 1);
    send("anew", "new 0", "new 1", "new 2");

    Ended refused = bronze("anew");
    assertThat(refused.code()).isEqualTo(45);
    assertThat(refused.said()).contains("deleted and made anew", "on_recreated_topic: earliest");

    Ended ended = bronze("anew", "--set=on_recreated_topic=earliest");
    assertThat(ended.code()).as(ended.said()).isZero();
    assertThat(ended.said()).contains("lost_records 2", "recreated_topics anew");
    assertThat(bronzeValues()).containsExactlyInAnyOrder("new 0", "new 1", "new 2");
  }

  @Test
  void noSinkGoesOnWithoutWhatAnotherOneOfTheRunHas() throws Exception {
    Path spec =
        runs.spec(
            """
            name: two
            parameters: {lake: {required: true}, brokers: {required: true}}
            state: ${lake}/_state
            pipeline:
              transforms:
                - type: ReadFromKafka
                  name: topic
                  config:
                    {bootstrap_servers: "${brokers}", topic: two, on_lost_offsets: earliest}
                - {type: WriteToParquet, name: a, input: topic, config: {path: "${lake}/a"}}
                - {type: WriteToParquet, name: b, input: topic, config: {path: "${lake}/b"}}
            """);
    String brokers = "--set=brokers=" + broker.bootstrapServers();
    broker.createTopic("two", 1);
    send("two", "0", "1", "2");
    try (Faults.Armed fault = Faults.throwAt("files.manifest", "before", 2)) {
      assertThat(runs.run(spec, brokers, "--targetParallelism=1").code()).isNotZero();
      assertThat(fault.struck()).isTrue();
    }
    expire("two", 1);

    Ended refused = runs.run(spec, brokers);

    assertThat(refused.code()).isEqualTo(45);
    assertThat(refused.said()).contains("had its rows", "lost_records=1", "state SPEC reset");
  }

  @Test
  void whatAGateRefusedOfATopicReadFromItsEndIsReadAgain() throws Exception {
    Path spec =
        runs.spec(
            """
            name: tail
            parameters: {lake: {required: true}, brokers: {required: true}}
            state: ${lake}/_state
            guards: {min_rows: 2}
            pipeline:
              type: chain
              transforms:
                - type: ReadFromKafka
                  config: {bootstrap_servers: "${brokers}", topic: tail, start: latest}
                - {type: WriteToParquet, config: {path: "${lake}/bronze/youflix/events"}}
            """);
    String brokers = "--set=brokers=" + broker.bootstrapServers();
    broker.createTopic("tail", 2);
    send("tail", "before");
    assertThat(runs.run(spec, brokers).code()).isEqualTo(50);
    send("tail", "0");
    assertThat(runs.run(spec, brokers).code()).isEqualTo(50);
    send("tail", "1");

    Ended ended = runs.run(spec, brokers);

    assertThat(ended.code()).as(ended.said()).isZero();
    assertThat(bronzeValues()).containsExactlyInAnyOrder("0", "1");
  }
}
