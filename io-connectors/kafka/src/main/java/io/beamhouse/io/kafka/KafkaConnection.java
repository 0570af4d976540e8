package io.beamhouse.io.kafka;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.secret.SecretRef;
import java.io.Serializable;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * How to reach brokers: addresses, login, the client's own settings, the longest time to wait.
 * Immutable; holds references to secrets, which are resolved where a client is made.
 *
 * <p>With a username the protocol is SASL_SSL and the mechanism PLAIN unless the settings say
 * otherwise. Default timeout 30 s.
 */
@Evolving
public final class KafkaConnection implements Serializable {
  private static final long serialVersionUID = 1;

  private final String servers;
  private final String username;
  private final SecretRef password;
  private final TreeMap<String, String> settings;
  private final Duration timeout;

  private KafkaConnection(
      String servers,
      String username,
      SecretRef password,
      Map<String, String> settings,
      Duration timeout) {
    this.servers = servers;
    this.username = username;
    this.password = password;
    this.settings = new TreeMap<>(settings);
    this.timeout = timeout;
  }

  /**
   * A connection without a login.
   *
   * @param bootstrapServers {@code host:port}, separated by commas
   */
  public static KafkaConnection to(String bootstrapServers) {
    return new KafkaConnection(
        bootstrapServers.replace(" ", ""), null, null, Map.of(), Duration.ofSeconds(30));
  }

  /** A login by SASL PLAIN or SCRAM. */
  public KafkaConnection withLogin(String user, SecretRef secret) {
    return new KafkaConnection(servers, user, secret, settings, timeout);
  }

  /**
   * The client's own settings.
   *
   * @param clientSettings whose secrets are references: {@code ssl.key.password: ${env:KEY}}
   * @throws io.beamhouse.core.error.SpecException for literal secrets and settings that Beamhouse
   *     makes itself
   */
  public KafkaConnection withSettings(Map<String, String> clientSettings) {
    Problems problems = new Problems();
    ClientSettings.check("consumer_config", clientSettings, problems);
    problems.throwIfAny();
    return new KafkaConnection(servers, username, password, clientSettings, timeout);
  }

  /** The longest time without an answer before a read, write or plan fails. */
  public KafkaConnection withTimeout(Duration longest) {
    return new KafkaConnection(servers, username, password, settings, longest);
  }

  Duration timeout() {
    return timeout;
  }

  /** The settings of a client on this machine, with secrets; not to be kept or printed. */
  Map<String, Object> client() {
    Map<String, Object> client = new HashMap<>();
    int millis = (int) Math.min(Integer.MAX_VALUE, timeout.toMillis());
    client.put("default.api.timeout.ms", millis);
    client.put("request.timeout.ms", millis);
    client.put("socket.connection.setup.timeout.ms", Math.min(10_000, millis));
    client.put("socket.connection.setup.timeout.max.ms", millis);
    client.put("reconnect.backoff.ms", 50);
    client.put("reconnect.backoff.max.ms", 1_000);
    settings.forEach(
        (key, value) ->
            client.put(
                key, SecretRef.isReference(value) ? SecretRef.parse(value).resolve() : value));
    client.put("bootstrap.servers", servers);
    if (username != null) {
      client.putIfAbsent("security.protocol", "SASL_SSL");
      client.putIfAbsent("sasl.mechanism", "PLAIN");
      client.put(
          "sasl.jaas.config",
          ClientSettings.login(
              String.valueOf(client.get("sasl.mechanism")),
              username,
              password == null ? "" : password.resolve()));
    }
    return client;
  }

  /** Where this leads, for messages. */
  @Override
  public String toString() {
    return servers;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KafkaConnection that
        && servers.equals(that.servers)
        && Objects.equals(username, that.username)
        && Objects.equals(password, that.password)
        && settings.equals(that.settings)
        && timeout.equals(that.timeout);
  }

  @Override
  public int hashCode() {
    return Objects.hash(servers, username, password, settings, timeout);
  }
}
