package io.beamhouse.io.kafka;

import io.beamhouse.core.Internal;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.provider.Durations;
import io.beamhouse.core.secret.SecretRef;
import java.time.Duration;
import java.util.Map;
import org.apache.beam.sdk.schemas.annotations.SchemaFieldDescription;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The keys about the connection, which reading and writing have. A class, since Beam finds no
 * getters of interfaces; public, since Beam's generated code calls them.
 */
@Internal
public abstract class ConnectionKeys {
  @SchemaFieldDescription("Brokers to begin with: host:port, separated by commas.")
  public abstract String getBootstrapServers();

  @Nullable
  @SchemaFieldDescription(
      "User of SASL; security.protocol is then SASL_SSL and sasl.mechanism PLAIN, unless the"
          + " client's settings say otherwise.")
  public abstract String getUsername();

  @Nullable
  @SchemaFieldDescription("Reference to the password: ${env:NAME} or ${file:/path}.")
  public abstract String getPassword();

  @Nullable
  @SchemaFieldDescription("Longest time without an answer from the brokers; default 30s.")
  public abstract String getTimeout();

  /** Adds what is wrong; returns null when there is no usable connection. */
  static @Nullable KafkaConnection connection(
      ConnectionKeys keys, String settingsKey, Map<String, String> settings, Problems problems) {
    Problems own = new Problems();
    if (!keys.getBootstrapServers().matches("\\s*[^\\s,]+:\\d+(\\s*,\\s*[^\\s,]+:\\d+)*\\s*")) {
      own.add("bootstrap_servers", "must be host:port, separated by commas");
    }
    String password = keys.getPassword();
    if (password != null && !SecretRef.isReference(password)) {
      own.add(
          "password",
          "must be a reference like ${env:NAME} or ${file:/path}; a literal is refused");
    }
    if ((password == null) != (keys.getUsername() == null)) {
      own.add("username", "goes with password");
    }
    Map<String, String> given = settings == null ? Map.of() : settings;
    ClientSettings.check(settingsKey, given, own);
    Duration timeout = Durations.read("timeout", keys.getTimeout(), "30s", own);
    if (own.isEmpty() && timeout.isZero()) {
      own.add("timeout", "must be longer than nothing");
    }
    problems.addAll(own.asList());
    if (!own.isEmpty()) {
      return null;
    }
    KafkaConnection connection =
        KafkaConnection.to(keys.getBootstrapServers()).withSettings(given).withTimeout(timeout);
    return password == null
        ? connection
        : connection.withLogin(keys.getUsername(), SecretRef.parse(password));
  }
}
