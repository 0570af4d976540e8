package io.beamhouse.io.kafka;

import io.beamhouse.core.error.Problems;
import io.beamhouse.core.secret.SecretRef;
import java.util.Map;
import java.util.regex.Pattern;

/** Which settings of a Kafka client a user may make, and the line that logs in. */
final class ClientSettings {
  private static final Pattern SECRET =
      Pattern.compile("(?i).*(password|secret|token|jaas|keystore\\.key|credential).*");
  private static final Map<String, String> OURS =
      Map.ofEntries(
          Map.entry("bootstrap.servers", "give bootstrap_servers"),
          Map.entry("group.id", "there is no group: the run's state holds the offsets"),
          Map.entry("enable.auto.commit", "there is no group: the run's state holds the offsets"),
          Map.entry(
              "auto.commit.interval.ms", "there is no group: the run's state holds the offsets"),
          Map.entry("auto.offset.reset", "give start"),
          Map.entry("isolation.level", "give isolation"),
          Map.entry("key.deserializer", "keys are bytes; give format"),
          Map.entry("value.deserializer", "values are bytes; give format"),
          Map.entry("key.serializer", "give format"),
          Map.entry("value.serializer", "give format"),
          Map.entry("enable.idempotence", "the producer is always idempotent"),
          Map.entry("acks", "always all"),
          Map.entry("transactional.id", "transactions are not offered"));

  private ClientSettings() {}

  static void check(String where, Map<String, String> settings, Problems problems) {
    settings.forEach(
        (key, value) -> {
          String at = where + "." + key;
          if (OURS.containsKey(key)) {
            problems.add(at, "is not for specs: " + OURS.get(key));
          } else if (SECRET.matcher(key).matches() && !SecretRef.isReference(value)) {
            problems.add(
                at,
                "must be a reference like ${env:NAME} or ${file:/path}; a literal is refused"
                    + (key.equals("sasl.jaas.config")
                        ? ", and username and password make this line by themselves"
                        : ""));
          }
        });
  }

  /** The JAAS line for a mechanism with user and password. */
  static String login(String mechanism, String username, String password) {
    String module =
        mechanism.startsWith("SCRAM")
            ? "org.apache.kafka.common.security.scram.ScramLoginModule"
            : "org.apache.kafka.common.security.plain.PlainLoginModule";
    return module
        + " required username=\""
        + escaped(username)
        + "\" password=\""
        + escaped(password)
        + "\";";
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"");
  }
}
