package io.beamhouse.testing.kafka;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** The settings of a broker that is its own controller. */
final class BrokerSettings {
  private final Properties properties = new Properties();
  private final StringBuilder listeners = new StringBuilder();
  private final StringBuilder protocols = new StringBuilder();

  BrokerSettings(Path data, int controllerPort) {
    set("process.roles", "broker,controller");
    set("node.id", "1");
    set("controller.quorum.voters", "1@localhost:" + controllerPort);
    set("controller.listener.names", "CONTROLLER");
    set("inter.broker.listener.name", "PLAINTEXT");
    set("log.dirs", data.toString());
    set("auto.create.topics.enable", "false");
    set("num.partitions", "1");
    // A broker that was killed is let in again as soon as its old session is over.
    set("broker.session.timeout.ms", "1500");
    set("broker.heartbeat.interval.ms", "300");
    set("group.initial.rebalance.delay.ms", "0");
    for (String topic : List.of("offsets.topic", "transaction.state.log")) {
      set(topic + ".replication.factor", "1");
      set(topic + ".num.partitions", "1");
    }
    set("transaction.state.log.min.isr", "1");
    set("share.coordinator.state.topic.replication.factor", "1");
    set("share.coordinator.state.topic.min.isr", "1");
    set("log.cleaner.dedupe.buffer.size", "2097152");
    set("log.cleaner.backoff.ms", "200");
    set("log.retention.check.interval.ms", "1000");
    set("message.max.bytes", String.valueOf(16 * 1024 * 1024));
    listener("CONTROLLER", "PLAINTEXT", controllerPort);
  }

  BrokerSettings set(String key, String value) {
    properties.setProperty(key, value);
    return this;
  }

  BrokerSettings listener(String name, String protocol, int port) {
    listeners.append(listeners.length() == 0 ? "" : ",").append(name).append("://localhost:");
    listeners.append(port);
    protocols.append(protocols.length() == 0 ? "" : ",").append(name).append(":").append(protocol);
    set("listeners", listeners.toString());
    return set("listener.security.protocol.map", protocols.toString());
  }

  BrokerSettings setAll(Map<String, String> more) {
    more.forEach(this::set);
    return this;
  }

  void write(Path file) throws IOException {
    try (Writer writer = Files.newBufferedWriter(file)) {
      properties.store(writer, null);
    }
  }
}
