package io.beamhouse.io.kafka;

import io.beamhouse.core.Evolving;

/** Reads and writes Kafka topics; the entry point for embedders. */
@Evolving
public final class KafkaTopics {
  private KafkaTopics() {}

  /** Reads records of topics, in increments or all up to now. */
  public static KafkaRead read() {
    return KafkaRead.create();
  }

  /** Writes rows to a topic, at least once. */
  public static KafkaWrite write() {
    return KafkaWrite.create();
  }
}
