package io.beamhouse.runners.direct;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.runners.direct.StreamRuns.Ended;
import io.beamhouse.testing.kafka.KafkaBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user of a continuous run sees of brokers that are away, and of those that refuse him. */
class BrokerAwayTest {
  private static final String[] TWO_RUNS = {"--continuous", "--trigger=0s", "--max-runs=2"};
  private static final String PASSWORD = "s3cret";

  @TempDir static Path kafka;
  private static KafkaBroker broker;

  @TempDir Path home;
  private StreamRuns runs;

  @BeforeAll
  static void start() {
    broker = KafkaBroker.in(kafka).withSecurity("etl", PASSWORD).start();
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @BeforeEach
  void runs() {
    runs = new StreamRuns(home);
  }

  private static void send(String topic, String value) {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new StringSerializer(),
            new StringSerializer())) {
      var unused = producer.send(new ProducerRecord<>(topic, value));
    }
  }

  private Path spec(String servers, String topic, String... login) throws IOException {
    return runs.spec(
        """
        name: stream
        parameters: {lake: {required: true}}
        state: ${lake}/_state
        pipeline:
          type: chain
          transforms:
            - type: ReadFromKafka
              name: topic
              config:
                bootstrap_servers: SERVERS
                topic: TOPIC
                timeout: 2s
        LOGIN
            - {type: WriteToParquet, name: bronze, config: {path: "${lake}/bronze/youflix/events"}}
        """
            .replace("SERVERS", servers)
            .replace("TOPIC", topic)
            .replace("LOGIN\n", String.join("", login).indent(8)));
  }

  private List<String> values() throws IOException {
    return runs.bronze().rows("value").stream()
        .map(row -> new String(row.getBytes("value"), StandardCharsets.UTF_8))
        .toList();
  }

  @Test
  void aBrokerThatIsAwayAtTheStartAndLaterIsWaitedFor() throws Exception {
    broker.createTopic("away", 1);
    send("away", "first");
    Path spec = spec(broker.bootstrapServers(), "away");
    broker.kill();

    Ended gaveUp = runs.run(spec, "--continuous", "--give-up-after=0s");
    assertThat(gaveUp.code()).isEqualTo(45);
    assertThat(gaveUp.said())
        .contains("stream: gave up (45)", "No answer from the broker within 2000 ms", "run again");

    List<String> heard = new ArrayList<>();
    Ended ended =
        runs.run(
            spec,
            line -> {
              if (line.contains("stream: failed")) {
                heard.add(line);
                broker.restart();
                if (heard.size() == 2) {
                  send("away", "second");
                }
              } else if (line.contains("run 1:")) {
                broker.kill();
              }
            },
            TWO_RUNS);

    assertThat(ended.code()).as(ended.said()).isZero();
    assertThat(heard).hasSize(2).allMatch(line -> line.contains("No answer from the broker"));
    assertThat(values()).containsExactlyInAnyOrder("first", "second");
  }

  @Test
  void aPasswordThatIsPutRightIsTakenWithoutANewStart() throws Exception {
    broker.createTopic("secret", 1);
    send("secret", "first");
    Path password = Files.writeString(home.resolve("password"), "wr0ng-secret");
    Path spec =
        spec(
            broker.saslServers(),
            "secret",
            """
            username: etl
            password: ${file:PASSWORD}
            consumer_config:
              ssl.truststore.type: PKCS12
              ssl.truststore.location: TRUST
              ssl.truststore.password: ${file:STORE}
            """
                .replace("PASSWORD", password.toString())
                .replace("TRUST", broker.trustStore().toString())
                .replace(
                    "STORE",
                    Files.writeString(home.resolve("store"), broker.storePassword()).toString()));
    List<String> heard = new ArrayList<>();

    Ended ended =
        runs.run(
            spec,
            line -> {
              if (line.contains("stream: failed")) {
                heard.add(line);
                write(password, PASSWORD);
              }
            },
            "--continuous",
            "--until-idle",
            "--trigger=0s");

    assertThat(ended.code()).as(ended.said()).isZero();
    assertThat(heard)
        .singleElement()
        .asString()
        .contains("The broker refused the login", "what the reference of password holds");
    assertThat(ended.said()).doesNotContain("wr0ng", PASSWORD);
    assertThat(values()).containsExactly("first");
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
