package io.beamhouse.io.kafka;

import java.io.Serializable;
import org.apache.kafka.common.TopicPartition;

/**
 * Offsets of one partition: {@code from <= offset < to}.
 *
 * @param epoch of the leader when {@code from} was the end of the log; -1 when it is not known
 */
record Range(String topic, int partition, long from, long to, int epoch) implements Serializable {
  TopicPartition topicPartition() {
    return new TopicPartition(topic, partition);
  }

  long offsets() {
    return to - from;
  }

  /** Only the first part knows the epoch: a later one may begin under a newer leader. */
  Range part(long partFrom, long partTo) {
    return new Range(topic, partition, partFrom, partTo, partFrom == from ? epoch : -1);
  }

  @Override
  public String toString() {
    return topic + "/" + partition + " " + from + "-" + to;
  }
}
