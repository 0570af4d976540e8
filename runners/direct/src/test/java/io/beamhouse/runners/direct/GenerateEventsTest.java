package io.beamhouse.runners.direct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamhouse.pipelines.cli.Main;
import io.beamhouse.testing.events.EventFeed;
import io.beamhouse.testing.events.EventGenerator;
import io.beamhouse.testing.events.EventKind;
import io.beamhouse.testing.events.EventSummary;
import io.beamhouse.testing.events.GeneratedEvent;
import io.beamhouse.testing.kafka.KafkaBroker;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerateEventsTest {
  private static final Instant START = Instant.parse("2026-11-21T10:20:30.123Z");
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(com.fasterxml.jackson.databind.DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  @TempDir Path directory;

  private static EventGenerator many() {
    return EventGenerator.create(7)
        .withReference(100, 50)
        .withShares(new EventGenerator.Shares(0.2, 0.1, 0.1, 0.05, 0.3))
        .withTimes(Duration.ofSeconds(5), Duration.ofSeconds(30));
  }

  /** Judges an event by its text alone, as a pipeline would. */
  private static EventKind judged(String value) {
    JsonNode json;
    try {
      json = JSON.readTree(value);
    } catch (JsonProcessingException e) {
      return EventKind.NOT_JSON;
    }
    for (String field :
        List.of("event_id", "type", "session_id", "user_id", "title_id", "started_at", "at")) {
      if (!json.has(field)) {
        return EventKind.MISSING_FIELD;
      }
    }
    if (!json.get("user_id").isIntegralNumber() || !json.get("at").isTextual()) {
      return EventKind.WRONG_TYPE;
    }
    Instant startedAt = Instant.parse(json.get("started_at").textValue());
    Instant at = Instant.parse(json.get("at").textValue());
    if (Duration.between(START, at).abs().compareTo(Duration.ofDays(100)) > 0) {
      return EventKind.CLOCK_OFF;
    }
    if (at.isBefore(startedAt)) {
      return EventKind.STOP_BEFORE_START;
    }
    if (json.get("user_id").longValue() > 100) {
      return EventKind.UNKNOWN_USER;
    }
    if (Integer.parseInt(json.get("title_id").textValue().substring(2)) > 50) {
      return EventKind.UNKNOWN_TITLE;
    }
    UUID id = UUID.fromString(json.get("event_id").textValue());
    assertThat(id.version()).isEqualTo(7);
    assertThat(id.variant()).isEqualTo(2);
    assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(at.toEpochMilli());
    if (json.get("type").textValue().equals("start")) {
      assertThat(at).isEqualTo(startedAt);
    }
    return EventKind.GOOD;
  }

  @Test
  void theSummaryIsWhatAReaderOfTheEventsFinds() {
    List<GeneratedEvent> events = new ArrayList<>();
    EventSummary summary = many().generate(20_000, START, events::add);

    assertThat(summary.sent()).isEqualTo(20_000).isEqualTo(events.size());
    Map<EventKind, Long> bad = new HashMap<>();
    Set<String> ids = new HashSet<>();
    Map<String, Set<String>> sessions = new HashMap<>();
    long duplicates = 0;
    for (GeneratedEvent event : events) {
      EventKind found = judged(event.value());
      assertThat(found.isBad()).as("%s", event).isEqualTo(event.kind().isBad());
      if (found.isBad()) {
        assertThat(found).isEqualTo(event.kind());
        bad.merge(found, 1L, Long::sum);
      } else if (ids.add(event.eventId())) {
        sessions.computeIfAbsent(event.sessionId(), s -> new HashSet<>()).add(event.type());
      } else {
        duplicates++;
      }
    }
    assertThat(summary.bad()).isEqualTo(bad).hasSize(7);
    assertThat(summary.good()).isEqualTo(ids.size());
    assertThat(summary.duplicates()).isEqualTo(duplicates);
    assertThat(summary.paired())
        .isEqualTo(sessions.values().stream().filter(types -> types.size() == 2).count());
    assertThat(summary.open())
        .isEqualTo(sessions.values().stream().filter(Set.of("start")::equals).count());
    assertThat(summary.stopOnly()).isZero();
    assertThat(summary.paired() + summary.open()).isEqualTo(sessions.size());
    assertThat(summary.allBad() / 20_000.0).isCloseTo(0.2, within(0.03));
    assertThat(summary.late()).isBetween(1000L, 2000L);
    long hot = events.stream().filter(event -> event.key().matches("[1-9]|10")).count();
    assertThat(hot / 20_000.0).isBetween(0.3, 0.5);
  }

  @Test
  void whatIsDelayedComesBeforeTheEnd() {
    EventGenerator late = many().withShares(new EventGenerator.Shares(0, 0.5, 0.5, 0.1, 0.3));
    for (int count = 1; count <= 50; count++) {
      EventFeed feed = late.feed(START);
      for (long left = count; left > 0; left--) {
        feed.next(left);
      }
      assertThat(feed.delayed()).as("of %s", count).isZero();
    }
  }

  @Test
  void theSameSeedAndStartGiveTheSameEvents() {
    List<GeneratedEvent> one = new ArrayList<>();
    List<GeneratedEvent> other = new ArrayList<>();
    many().generate(500, START, one::add);
    many().generate(500, START, other::add);
    assertThat(one).isEqualTo(other);
    List<GeneratedEvent> another = new ArrayList<>();
    new EventGenerator(8, 100, 50, 100, many().shares(), many().watching(), many().maxDelay())
        .generate(500, START, another::add);
    assertThat(another).isNotEqualTo(one);
  }

  private JsonNode generate(String... more) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("generate", "events", "--seed", "3"));
    arguments.addAll(List.of(more));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Main.execute(new PrintWriter(out), new PrintWriter(err), arguments.toArray(String[]::new));
    assertThat(code).as("%s %s", out, err).isZero();
    return JSON.readTree(out.toString());
  }

  @Test
  void aFileHoldsWhatTheSummarySaysAndTheReferenceKnowsTheGood() throws Exception {
    Path file = directory.resolve("events.jsonl");
    Path ledger = directory.resolve("ledger.csv");
    JsonNode summary =
        generate(
            "--to",
            "file",
            "--file",
            file.toString(),
            "--count",
            "1000",
            "--rate",
            "20",
            "--start",
            START.toString(),
            "--ledger",
            ledger.toString());
    assertThat(Files.readAllLines(file)).hasSize(1000);
    assertThat(summary.get("sent").intValue()).isEqualTo(1000);
    assertThat(summary.at("/sessions/paired").intValue()).isGreaterThan(300);
    List<String> lines = Files.readAllLines(ledger);
    assertThat(lines).hasSize(1001).startsWith("kind,type,event_id,session_id");
    assertThat(lines.stream().filter(line -> line.startsWith("duplicate,")).count())
        .isEqualTo(summary.get("duplicates").longValue());

    StringWriter out = new StringWriter();
    String[] reference = {"generate", "reference", directory.toString(), "--users", "3"};
    assertThat(Main.execute(new PrintWriter(out), new PrintWriter(out), reference)).isZero();
    assertThat(Files.readAllLines(directory.resolve("users.csv")))
        .hasSize(4)
        .startsWith("user_id,name,country,plan", "1,User 1,AT,basic");
    assertThat(Files.readAllLines(directory.resolve("titles.csv"))).hasSize(5001);
  }

  /** The broker dies without warning and comes back while events are sent. */
  @Test
  void aBrokerThatIsKilledLosesAndDoublesNothing() throws Exception {
    Path ledger = directory.resolve("ledger.csv");
    try (KafkaBroker broker = KafkaBroker.in(directory.resolve("kafka")).start()) {
      CompletableFuture<JsonNode> generated =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return generate(
                      "--to",
                      "kafka",
                      "--bootstrap-servers",
                      broker.bootstrapServers(),
                      "--partitions",
                      "3",
                      "--rate",
                      "2000",
                      "--duration",
                      "3s",
                      "--patience",
                      "1m",
                      "--ledger",
                      ledger.toString());
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              });
      while (!Files.exists(ledger) || Files.size(ledger) < 50_000) {
        Thread.onSpinWait();
        assertThat(generated).isNotCompletedExceptionally();
      }
      broker.kill();
      broker.restart();
      JsonNode summary = generated.get();

      List<String> sent = new ArrayList<>(Files.readAllLines(ledger));
      assertThat(summary.get("sent").intValue()).isEqualTo(sent.size() - 1).isGreaterThan(5900);
      Map<String, Integer> expected = new HashMap<>();
      sent.stream()
          .skip(1)
          .filter(line -> line.matches("(good|late|duplicate),.*"))
          .forEach(line -> expected.merge(line.split(",", -1)[2], 1, Integer::sum));
      List<String> values = values(broker, "youflix.events", 3);
      assertThat(values).hasSize(sent.size() - 1);
      Map<String, Integer> found = new HashMap<>();
      for (String value : values) {
        String id = value.replaceAll("^\\{\"event_id\":\"([^\"]*)\".*|.*", "$1");
        if (expected.containsKey(id)) {
          found.merge(id, 1, Integer::sum);
        }
      }
      assertThat(found).isEqualTo(expected);
      aRunIsToldToKafka(broker);
    }
  }

  /** Here, because there is a broker. */
  private void aRunIsToldToKafka(KafkaBroker broker) throws Exception {
    broker.createTopic("ends", 1);
    Files.writeString(directory.resolve("in.csv"), "id\n1\n2\n");
    Path spec =
        Files.writeString(
            directory.resolve("told.yaml"),
            """
name: told
state: DIR/state
notify:
  - type: kafka
    on: [success]
    topic: ends
    settings: {bootstrap.servers: "BROKER"}
    timeout: 30s
  - {type: kafka, on: [success], topic: none, settings: {bootstrap.servers: "localhost:1"}, timeout: 1s}
pipeline:
  type: chain
  transforms:
    - {type: ReadNewFiles, config: {path: "DIR/in.csv", format: csv}}
    - {type: WriteToJson, config: {path: "DIR/out"}}
"""
                .replace("BROKER", broker.bootstrapServers())
                .replace("DIR", directory.toString()));
    StringWriter out = new StringWriter();
    PrintWriter printer = new PrintWriter(out);
    assertThat(Main.execute(printer, printer, "run", spec.toString())).as("%s", out).isZero();
    assertThat(out.toString()).contains("'kafka-2' took nothing: Kafka did not take it");
    List<String> told = values(broker, "ends", 1);
    assertThat(told).hasSize(1);
    JsonNode event = JSON.readTree(told.get(0));
    assertThat(event.get("specversion").textValue()).isEqualTo("1.0");
    assertThat(event.at("/data/read").isMissingNode()).as("it does not count").isTrue();
    assertThat(event.at("/data/written").intValue()).isEqualTo(2);
    assertThat(event.at("/data/quarantined").intValue()).isZero();
    assertThat(event.at("/data/sinks/0/version").textValue()).contains("WriteToJson-1-0");
  }

  private static List<String> values(KafkaBroker broker, String topic, int partitionCount) {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", broker.bootstrapServers(), "auto.offset.reset", "earliest");
    List<String> values = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      List<TopicPartition> partitions =
          IntStream.range(0, partitionCount).mapToObj(p -> new TopicPartition(topic, p)).toList();
      consumer.assign(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(1))) {
          values.add(record.value());
        }
      }
    }
    return values;
  }
}
