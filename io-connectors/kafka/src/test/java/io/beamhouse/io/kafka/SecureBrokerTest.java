package io.beamhouse.io.kafka;

import static io.beamhouse.io.kafka.SharedBroker.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.testing.kafka.KafkaBroker;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.beam.sdk.transforms.display.DisplayData;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecureBrokerTest {
  @TempDir static Path secrets;
  private static KafkaBroker broker;
  private static String topic;

  @BeforeAll
  static void topic() throws IOException {
    broker = SharedBroker.get();
    topic = SharedBroker.topic(1);
    send(topic, 0, "a", "b");
    secret("password", SharedBroker.PASSWORD);
    secret("wrong", "wr0ng-secret");
    secret("store", broker.storePassword());
  }

  private static void secret(String name, String value) throws IOException {
    Files.writeString(secrets.resolve(name), value + "\n");
  }

  private static String reference(String name) {
    return "${file:" + secrets.resolve(name) + "}";
  }

  private static Map<String, String> trust() {
    Map<String, String> settings = new HashMap<>();
    settings.put("ssl.truststore.type", "PKCS12");
    settings.put("ssl.truststore.location", broker.trustStore().toString());
    settings.put("ssl.truststore.password", reference("store"));
    return settings;
  }

  private static ReadTopics source(
      String servers, String user, String password, Map<String, String> settings) {
    return (ReadTopics)
        new ReadFromKafkaProvider()
            .from(
                ReadFromKafkaProvider.Config.builder()
                    .setBootstrapServers(servers)
                    .setTopic(topic)
                    .setUsername(user)
                    .setPassword(password)
                    .setConsumerConfig(settings)
                    .setTimeout("10s")
                    .build());
  }

  @Test
  void logsInByPlainOverTls() {
    ReadTopics source =
        source(broker.saslServers(), SharedBroker.USER, reference("password"), trust());

    assertThat(Runs.values(new Runs(source.read()).next())).containsExactly("a", "b");
  }

  @Test
  void showsItsCertificateToABrokerThatAsksForOne() {
    Map<String, String> settings = trust();
    settings.put("security.protocol", "SSL");
    settings.put("ssl.keystore.type", "PKCS12");
    settings.put("ssl.keystore.location", broker.clientKeyStore().toString());
    settings.put("ssl.keystore.password", reference("store"));

    assertThat(
            Runs.values(
                new Runs(source(broker.mutualTlsServers(), null, null, settings).read()).next()))
        .containsExactly("a", "b");
  }

  @Test
  void saysWhatIsWrongWithTheLoginAndNeverASecret() {
    Throwable wrong =
        catchThrowable(
            () ->
                new Runs(
                        source(broker.saslServers(), SharedBroker.USER, reference("wrong"), trust())
                            .read())
                    .plan());
    assertThat(wrong)
        .isInstanceOf(SourceFailedException.class)
        .hasMessageContaining("refused the login");
    StringWriter all = new StringWriter();
    wrong.printStackTrace(new PrintWriter(all));
    assertThat(all.toString()).doesNotContain("wr0ng-secret");

    Map<String, String> noCertificate = trust();
    noCertificate.put("security.protocol", "SSL");
    assertThatThrownBy(
            () ->
                new Runs(source(broker.mutualTlsServers(), null, null, noCertificate).read())
                    .plan())
        .isInstanceOf(SourceFailedException.class)
        .hasMessageContaining("TLS handshake");
    assertThatThrownBy(
            () ->
                new Runs(
                        source(
                                broker.saslServers(),
                                SharedBroker.USER,
                                reference("password"),
                                Map.of())
                            .read())
                    .plan())
        .isInstanceOf(SourceFailedException.class)
        .hasMessageContaining("TLS handshake");
  }

  @Test
  void escapesWhatStandsInTheLineOfTheLogin() {
    assertThat(ClientSettings.login("PLAIN", "$ConnectionString", "a\"b\\c"))
        .endsWith("username=\"$ConnectionString\" password=\"a\\\"b\\\\c\";");
    assertThat(ClientSettings.login("SCRAM-SHA-512", "u", "p")).contains("ScramLoginModule");
  }

  @Test
  void refusesLiteralSecretsUnprinted() {
    assertThatThrownBy(
            () ->
                source(
                    "h:1",
                    "u",
                    "literal-1",
                    Map.of("ssl.key.password", "literal-2", "sasl.jaas.config", "literal-3")))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("password: must be a reference")
        .hasMessageContaining("consumer_config.ssl.key.password: must be a reference")
        .hasMessageContaining("username and password make this line")
        .hasMessageNotContaining("literal-");
  }

  @Test
  void showsNoSecret() {
    KafkaRead read =
        source(broker.saslServers(), SharedBroker.USER, reference("password"), trust()).read();
    assertThat(DisplayData.from(read).asMap().toString()).doesNotContain(SharedBroker.PASSWORD);
    assertThat(read.toString()).doesNotContain(SharedBroker.PASSWORD);
  }

  @Test
  void aPortThatDoesNotAnswerIsAnErrorInTime() {
    long start = System.nanoTime();
    assertThatThrownBy(
            () ->
                new Runs(
                        KafkaRead.create()
                            .from(
                                KafkaConnection.to("localhost:1")
                                    .withTimeout(Duration.ofSeconds(2)))
                            .topics("t"))
                    .plan())
        .isInstanceOf(SourceFailedException.class)
        .hasMessageContaining("No answer from the broker within 2000 ms")
        .hasMessageContaining("localhost:1");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
  }
}
