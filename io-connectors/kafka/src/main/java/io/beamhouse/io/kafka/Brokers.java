package io.beamhouse.io.kafka;

import io.beamhouse.io.kafka.Topics.Ends;
import io.beamhouse.io.kafka.Topics.Topic;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** What a plan asks the brokers, each question once for all partitions. */
final class Brokers {
  private final KafkaConnection connection;

  Brokers(KafkaConnection connection) {
    this.connection = connection;
  }

  /** Describes topics with the ends of their partitions. */
  Topics look(TopicSelection selection, boolean committed) {
    return ask(
        "describing " + selection,
        admin -> {
          Collection<String> names = names(admin, selection);
          Map<String, KafkaFuture<TopicDescription>> found =
              admin.describeTopics(names).topicNameValues();
          KafkaFuture<Map<ConfigResource, Config>> configs = configs(admin, names);
          Map<String, TopicDescription> topics = new TreeMap<>();
          for (Map.Entry<String, KafkaFuture<TopicDescription>> one : found.entrySet()) {
            TopicDescription topic = described(one.getKey(), one.getValue(), selection);
            if (topic != null) {
              topics.put(one.getKey(), topic);
            }
          }
          List<TopicPartition> partitions = new ArrayList<>();
          topics.forEach(
              (name, topic) ->
                  topic
                      .partitions()
                      .forEach(p -> partitions.add(new TopicPartition(name, p.partition()))));
          KafkaFuture<Map<TopicPartition, ListOffsetsResultInfo>> first =
              offsets(admin, partitions, OffsetSpec.earliest(), committed);
          KafkaFuture<Map<TopicPartition, ListOffsetsResultInfo>> end =
              offsets(admin, partitions, OffsetSpec.latest(), committed);
          return topics(topics, compacted(configs), get(first), get(end));
        });
  }

  /** The first offset of each partition whose record is not older; absent when there is none. */
  Map<TopicPartition, Long> since(Collection<TopicPartition> partitions, Instant time) {
    return ask(
        "looking up " + time,
        admin -> {
          Map<TopicPartition, Long> found = new HashMap<>();
          get(offsets(admin, partitions, OffsetSpec.forTimestamp(time.toEpochMilli()), false))
              .forEach(
                  (partition, info) -> {
                    if (info.offset() >= 0) {
                      found.put(partition, info.offset());
                    }
                  });
          return found;
        });
  }

  /** The first offset there is of each partition. */
  Map<TopicPartition, Long> firsts(Collection<TopicPartition> partitions) {
    return ask(
        "looking up first offsets",
        admin -> {
          Map<TopicPartition, Long> firsts = new HashMap<>();
          get(offsets(admin, partitions, OffsetSpec.earliest(), false))
              .forEach((partition, info) -> firsts.put(partition, info.offset()));
          return firsts;
        });
  }

  /** The ids of topics, empty where the broker names none; unknown topics are an error. */
  Map<String, String> ids(Collection<String> names) {
    return ask(
        "describing " + String.join(", ", names),
        admin -> {
          Map<String, String> ids = new TreeMap<>();
          TopicSelection selection = new TopicSelection(List.copyOf(names), null);
          for (Map.Entry<String, KafkaFuture<TopicDescription>> one :
              admin.describeTopics(names).topicNameValues().entrySet()) {
            ids.put(one.getKey(), id(described(one.getKey(), one.getValue(), selection).topicId()));
          }
          return ids;
        });
  }

  private Collection<String> names(Admin admin, TopicSelection selection)
      throws InterruptedException, ExecutionException, TimeoutException {
    if (selection.pattern() == null) {
      return selection.names();
    }
    Pattern pattern = Pattern.compile(selection.pattern());
    Collection<String> matching = new TreeSet<>();
    for (String name : get(admin.listTopics().names())) {
      if (pattern.matcher(name).matches()) {
        matching.add(name);
      }
    }
    return matching;
  }

  /** A topic that matched a pattern may be gone already: null. */
  private TopicDescription described(
      String name, KafkaFuture<TopicDescription> future, TopicSelection selection)
      throws InterruptedException, ExecutionException, TimeoutException {
    try {
      return get(future);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        if (selection.pattern() != null) {
          return null;
        }
        throw KafkaFailures.unknownTopic("topic " + name, " at " + connection, e.getCause());
      }
      throw e;
    }
  }

  private static KafkaFuture<Map<ConfigResource, Config>> configs(
      Admin admin, Collection<String> names) {
    return admin
        .describeConfigs(
            names.stream()
                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                .toList())
        .all();
  }

  private static KafkaFuture<Map<TopicPartition, ListOffsetsResultInfo>> offsets(
      Admin admin, Collection<TopicPartition> partitions, OffsetSpec spec, boolean committed) {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    partitions.forEach(partition -> asked.put(partition, spec));
    return admin
        .listOffsets(
            asked,
            new ListOffsetsOptions(
                committed ? IsolationLevel.READ_COMMITTED : IsolationLevel.READ_UNCOMMITTED))
        .all();
  }

  /** Brokers that keep their settings to themselves (Event Hubs) do not compact unasked. */
  private Map<String, Boolean> compacted(KafkaFuture<Map<ConfigResource, Config>> configs)
      throws InterruptedException, TimeoutException {
    Map<String, Boolean> compacted = new HashMap<>();
    try {
      get(configs)
          .forEach(
              (topic, config) -> {
                ConfigEntry policy = config.get(TopicConfig.CLEANUP_POLICY_CONFIG);
                compacted.put(
                    topic.name(),
                    policy != null
                        && policy.value() != null
                        && policy.value().contains(TopicConfig.CLEANUP_POLICY_COMPACT));
              });
    } catch (ExecutionException e) {
      return compacted;
    }
    return compacted;
  }

  private static Topics topics(
      Map<String, TopicDescription> described,
      Map<String, Boolean> compacted,
      Map<TopicPartition, ListOffsetsResultInfo> first,
      Map<TopicPartition, ListOffsetsResultInfo> end) {
    TreeMap<String, Topic> topics = new TreeMap<>();
    described.forEach(
        (name, topic) -> {
          TreeMap<Integer, Ends> partitions = new TreeMap<>();
          topic
              .partitions()
              .forEach(
                  partition -> {
                    TopicPartition key = new TopicPartition(name, partition.partition());
                    partitions.put(
                        key.partition(),
                        new Ends(
                            first.get(key).offset(),
                            end.get(key).offset(),
                            end.get(key).leaderEpoch().orElse(-1)));
                  });
          topics.put(
              name,
              new Topic(id(topic.topicId()), compacted.getOrDefault(name, false), partitions));
        });
    return new Topics(topics);
  }

  private static String id(Uuid id) {
    return id == null || id.equals(Uuid.ZERO_UUID) ? "" : id.toString();
  }

  private interface Question<T> {
    T answer(Admin admin) throws InterruptedException, ExecutionException, TimeoutException;
  }

  private <T> T ask(String doing, Question<T> question) {
    try (AdminClients.Lease lease = AdminClients.take(connection)) {
      return answer(lease, question);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw KafkaFailures.of(e, connection, doing);
    } catch (ExecutionException | TimeoutException | RuntimeException e) {
      throw KafkaFailures.of(e, connection, doing);
    }
  }

  private <T> T answer(AdminClients.Lease lease, Question<T> question)
      throws InterruptedException, ExecutionException, TimeoutException {
    boolean answered = false;
    try {
      T answer = question.answer(lease.admin());
      answered = true;
      return answer;
    } finally {
      if (!answered) {
        AdminClients.forget(connection, lease);
      }
    }
  }

  private <T> T get(KafkaFuture<T> future)
      throws InterruptedException, ExecutionException, TimeoutException {
    return future.get(connection.timeout().toMillis() + 1_000, TimeUnit.MILLISECONDS);
  }
}
