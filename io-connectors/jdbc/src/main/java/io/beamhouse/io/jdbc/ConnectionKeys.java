package io.beamhouse.io.jdbc;

import io.beamhouse.core.Internal;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.provider.Durations;
import io.beamhouse.core.secret.SecretRef;
import java.time.Duration;
import java.util.Map;
import org.apache.beam.sdk.schemas.annotations.SchemaFieldDescription;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The keys about the connection, which every JDBC transform has. A class, since Beam finds no
 * getters of interfaces; public, since Beam's generated code calls them.
 */
@Internal
public abstract class ConnectionKeys {
  @SchemaFieldDescription("JDBC url without a password: jdbc:postgresql://host/database.")
  public abstract String getUrl();

  @Nullable
  @SchemaFieldDescription("User of the database.")
  public abstract String getUsername();

  @Nullable
  @SchemaFieldDescription("Reference to the password: ${env:NAME} or ${file:/path}.")
  public abstract String getPassword();

  @Nullable
  @SchemaFieldDescription("Only for drivers that do not register themselves.")
  public abstract String getDriverClassName();

  @Nullable
  @SchemaFieldDescription("The driver's own properties, without secrets.")
  public abstract Map<String, String> getConnectionProperties();

  @Nullable
  @SchemaFieldDescription("Longest time to connect; default 10s, 0s for no limit.")
  public abstract String getConnectTimeout();

  @Nullable
  @SchemaFieldDescription("Longest silence of the server; default 30m, 0s for no limit.")
  public abstract String getSocketTimeout();

  @Nullable
  @SchemaFieldDescription("Longest time of one statement; default none.")
  public abstract String getQueryTimeout();

  /** Adds what is wrong; returns null when there is no usable url. */
  static @Nullable SqlConnection connection(ConnectionKeys keys, Problems problems) {
    Problems own = new Problems();
    Map<String, String> properties =
        keys.getConnectionProperties() == null ? Map.of() : keys.getConnectionProperties();
    SqlConnection.check(keys.getUrl(), properties, own);
    String password = keys.getPassword();
    if (password != null && !SecretRef.isReference(password)) {
      own.add(
          "password",
          "must be a reference like ${env:NAME} or ${file:/path}; a literal is refused");
    }
    Duration connect = Durations.read("connect_timeout", keys.getConnectTimeout(), "10s", own);
    Duration socket = Durations.read("socket_timeout", keys.getSocketTimeout(), "30m", own);
    Duration query = Durations.read("query_timeout", keys.getQueryTimeout(), "0s", own);
    problems.addAll(own.asList());
    if (!own.isEmpty()) {
      return null;
    }
    SqlConnection connection =
        SqlConnection.to(keys.getUrl())
            .withProperties(properties)
            .withTimeouts(connect, socket, query);
    if (keys.getUsername() != null) {
      connection = connection.withUsername(keys.getUsername());
    }
    if (password != null) {
      connection = connection.withPassword(SecretRef.parse(password));
    }
    return keys.getDriverClassName() == null
        ? connection
        : connection.withDriverClassName(keys.getDriverClassName());
  }
}
