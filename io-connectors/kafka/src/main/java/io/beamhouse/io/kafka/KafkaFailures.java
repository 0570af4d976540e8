package io.beamhouse.io.kafka;

import io.beamhouse.core.error.BeamhouseException;
import io.beamhouse.core.error.SourceChangedException;
import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.core.error.StorageFailedException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** What Kafka's exceptions mean to the user, without anything that may hold a secret. */
final class KafkaFailures {
  private KafkaFailures() {}

  /**
   * @param doing "planning" and the like
   */
  static BeamhouseException of(Throwable failure, KafkaConnection connection, String doing) {
    if (failure instanceof BeamhouseException known) {
      return known;
    }
    String at = " (" + doing + ", " + connection + ")";
    Throwable cause = meaning(failure);
    if (cause instanceof SslAuthenticationException) {
      return new SourceFailedException(
          "The TLS handshake with the broker failed"
              + at
              + ": one side does not trust the other's certificate. Check ssl.truststore.* and"
              + " ssl.keystore.* in consumer_config.",
          cause);
    }
    if (cause instanceof AuthenticationException) {
      return new SourceFailedException(
          "The broker refused the login"
              + at
              + ". Check username, what the reference of password holds, security.protocol and"
              + " sasl.mechanism.",
          cause);
    }
    if (cause instanceof AuthorizationException) {
      return new SourceFailedException(
          "The broker denies access"
              + at
              + ": "
              + cause.getMessage()
              + ". Grant this user Read and Describe on the topic (Write for a sink).",
          cause);
    }
    if (cause instanceof UnknownTopicOrPartitionException) {
      return unknownTopic("a topic or partition", at, cause);
    }
    if (cause instanceof TimeoutException
        || cause instanceof java.util.concurrent.TimeoutException) {
      return new SourceFailedException(
          "No answer from the broker within "
              + connection.timeout().toMillis()
              + " ms"
              + at
              + ". Check bootstrap_servers, network and security.protocol (a TLS port does not"
              + " answer plain text), or raise timeout; nothing was lost, run again.",
          cause);
    }
    if (cause instanceof ApiException) {
      return new SourceFailedException(
          "The broker answered " + cause.getClass().getSimpleName() + at + ". Run again.", cause);
    }
    // Kafka's own messages about settings may quote them; so no cause either.
    return new SourceFailedException(
        "Kafka's client failed with "
            + cause.getClass().getSimpleName()
            + at
            + ". Check consumer_config.");
  }

  /** The same for a sink. */
  static BeamhouseException ofWrite(Throwable failure, KafkaConnection connection, String doing) {
    BeamhouseException known = of(failure, connection, doing);
    return known instanceof SourceFailedException
        ? new StorageFailedException(known.getMessage(), known.getCause())
        : known;
  }

  static SourceFailedException unknownTopic(String what, String at, Throwable cause) {
    return new SourceFailedException(
        "The broker does not know "
            + what
            + at
            + ". Check the name and this user's right to describe it; if it was deleted, make it"
            + " again or take it out of the spec.",
        cause);
  }

  static SourceChangedException lost(String partition, long from, long first) {
    return new SourceChangedException(
        records(partition, from, first)
            + " are gone before they were read: retention or a delete took them. Nothing was read."
            + " Choose: on_lost_offsets: earliest goes on with the oldest record there is and says"
            + " in the report how many were lost; or restore them; or reset this state.");
  }

  private static String records(String partition, long from, long first) {
    return "Records " + from + " to " + (first - 1) + " of " + partition;
  }

  static SourceChangedException lostMeanwhile(String partition, long from, long first) {
    return new SourceChangedException(
        records(partition, from, first)
            + " were deleted while this run read them. Nothing was read. Run again: it goes on"
            + " without them and counts them in the report, as on_lost_offsets: earliest says. If"
            + " that repeats, records go faster than they are read: raise the topic's retention.");
  }

  /** The topic's id is the planned one, or the broker names none. */
  static SourceChangedException cut(TopicPartition partition) {
    return new SourceChangedException(
        "The log of "
            + partition.topic()
            + "/"
            + partition.partition()
            + " was cut below what this run was planned to read, as after an unclean election of a"
            + " leader or when a topic without an id is made anew, so that the planned offsets mean"
            + " other records. Nothing was read. Reset this state, which begins at start; say there"
            + " from where.");
  }

  static SourceChangedException recreated(String topic, String when) {
    return new SourceChangedException(
        "Topic "
            + topic
            + " is not what it was: it was deleted and made anew, or its log was cut, "
            + when
            + ", so that the known offsets mean other records. Nothing was read. Choose:"
            + " on_recreated_topic: earliest reads the new topic from its beginning; or reset this"
            + " state, which begins at start.");
  }

  private static Throwable meaning(Throwable failure) {
    Throwable found = failure;
    for (Throwable next = failure; next != null; next = next.getCause()) {
      found = next;
      if (next instanceof AuthenticationException
          || next instanceof AuthorizationException
          || next instanceof UnknownTopicOrPartitionException
          || next instanceof TimeoutException) {
        return next;
      }
    }
    return found;
  }
}
