package io.beamhouse.io.kafka;

import com.google.auto.value.AutoValue;
import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.Problems;
import io.beamhouse.io.core.increment.Increment;
import io.beamhouse.io.core.increment.IncrementalSource;
import io.beamhouse.io.core.increment.PlanRequest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.display.DisplayData;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Reads records of Kafka topics as they came, by ranges of offsets.
 *
 * <p>Output: {@code topic}, {@code partition}, {@code offset}, {@code timestamp} (TIMESTAMP, NULL
 * when the record has none, or one after the year 294246), {@code timestamp_type} ({@code create},
 * {@code log_append}), {@code key} and {@code value} (BYTES; a NULL value is a tombstone), {@code
 * headers} (array of key and bytes), {@code _run} INT64 and {@code _source} STRING, which sorts
 * like the position; bounded, global window, in order within a partition but across no step.
 *
 * <p>An increment is a range of offsets for each partition, from the last run's end to the end of
 * the log when it was planned (with {@code read_committed}, the end of the last settled
 * transaction), bounded by {@link #withMaxRecords} and {@link #withMaxBytes}, which partitions
 * share fairly. New partitions and new topics of a pattern begin at their beginning. There is no
 * consumer group and no commit to the broker: the run's state holds the offsets. A range ends where
 * the consumer's position has passed it, so gaps (transaction markers, aborted records) are normal.
 *
 * <p>Replayable. Records of a compacted topic may vanish, so {@link #withCompacted} has to allow
 * one, and the increment protocol then captures what is read. Records that are gone before they
 * were read, and topics that were made anew, are an error with a choice ({@link
 * #withOnLostOffsets}, {@link #withOnRecreatedTopic}). A reader holds what one fetch brings ({@code
 * fetch.max.bytes}, 16 MiB unless set, or one record that is larger), and fails when nothing has
 * come for the connection's timeout.
 *
 * <p>Outside of the increment protocol ({@link #expand}) everything up to now is read, every time.
 */
@Evolving
@AutoValue
public abstract class KafkaRead extends PTransform<PBegin, PCollection<Row>>
    implements IncrementalSource {
  abstract @Nullable KafkaConnection connection();

  abstract List<String> topics();

  abstract @Nullable String topicPattern();

  abstract Start start();

  abstract long maxRecords();

  abstract long maxBytes();

  abstract long splitRecords();

  abstract boolean committed();

  abstract String onLostOffsets();

  abstract String onRecreatedTopic();

  abstract boolean compacted();

  abstract Builder toBuilder();

  @AutoValue.Builder
  abstract static class Builder {
    abstract Builder setConnection(@Nullable KafkaConnection connection);

    abstract Builder setTopics(List<String> names);

    abstract Builder setTopicPattern(@Nullable String pattern);

    abstract Builder setStart(Start start);

    abstract Builder setMaxRecords(long records);

    abstract Builder setMaxBytes(long bytes);

    abstract Builder setSplitRecords(long records);

    abstract Builder setCommitted(boolean committed);

    abstract Builder setOnLostOffsets(String policy);

    abstract Builder setOnRecreatedTopic(String policy);

    abstract Builder setCompacted(boolean compacted);

    abstract KafkaRead build();
  }

  static KafkaRead create() {
    return new AutoValue_KafkaRead.Builder()
        .setTopics(List.of())
        .setStart(Start.EARLIEST)
        .setMaxRecords(Long.MAX_VALUE)
        .setMaxBytes(Long.MAX_VALUE)
        .setSplitRecords(250_000)
        .setCommitted(true)
        .setOnLostOffsets("fail")
        .setOnRecreatedTopic("fail")
        .setCompacted(false)
        .build();
  }

  public KafkaRead from(KafkaConnection connection) {
    return toBuilder().setConnection(connection).build();
  }

  public KafkaRead topics(String... names) {
    return toBuilder().setTopics(List.of(names)).build();
  }

  /** All topics whose whole name matches, also those that come later. */
  public KafkaRead topicPattern(String pattern) {
    return toBuilder().setTopicPattern(pattern).build();
  }

  /**
   * Where the first run begins: {@code earliest} (default), {@code latest}, a time with offset, or
   * offsets as JSON: {@code {"0": 120}}, with several topics {@code {"topic": {"0": 120}}}.
   */
  public KafkaRead withStart(String start) {
    Problems problems = new Problems();
    Start parsed = Start.parse("start", start, problems);
    problems.throwIfAny();
    return toBuilder().setStart(parsed).build();
  }

  /** The most offsets that a run takes; default no bound. */
  public KafkaRead withMaxRecords(long records) {
    return toBuilder().setMaxRecords(records).build();
  }

  /** About the most bytes that a run takes, by the size of the next records; default no bound. */
  public KafkaRead withMaxBytes(long bytes) {
    return toBuilder().setMaxBytes(bytes).build();
  }

  /** The most offsets of one partition that are read in one go; default 250 000. */
  public KafkaRead withSplitRecords(long records) {
    return toBuilder().setSplitRecords(records).build();
  }

  /** Reads records of open and aborted transactions, too. */
  public KafkaRead withUncommitted() {
    return toBuilder().setCommitted(false).build();
  }

  /** When records are gone before they were read: {@code fail} (default) or {@code earliest}. */
  public KafkaRead withOnLostOffsets(String policy) {
    return toBuilder().setOnLostOffsets(policy).build();
  }

  /** When a topic was made anew: {@code fail} (default) or {@code earliest} to begin it anew. */
  public KafkaRead withOnRecreatedTopic(String policy) {
    return toBuilder().setOnRecreatedTopic(policy).build();
  }

  /** Allows compacted topics, whose records may vanish: what is read is captured first. */
  public KafkaRead withCompacted() {
    return toBuilder().setCompacted(true).build();
  }

  /** Adds everything that is wrong with the settings. */
  void check(Problems problems) {
    if (connection() == null || String.valueOf(connection()).isBlank()) {
      problems.add("bootstrap_servers", "is required: host:port, separated by commas");
    }
    if (topics().isEmpty() == (topicPattern() == null)) {
      problems.add("topic", "give exactly one of topic, topics and topic_pattern");
    }
    if (topicPattern() != null) {
      try {
        Pattern.compile(topicPattern());
      } catch (PatternSyntaxException e) {
        problems.add("topic_pattern", "is no regular expression: " + e.getDescription());
      }
    }
    List<String> policies = List.of("fail", "earliest");
    oneOf("on_lost_offsets", onLostOffsets(), policies, problems);
    oneOf("on_recreated_topic", onRecreatedTopic(), policies, problems);
    positive("max_records", maxRecords(), problems);
    positive("max_bytes", maxBytes(), problems);
    positive("split_records", splitRecords(), problems);
  }

  static void oneOf(String where, String found, List<String> allowed, Problems problems) {
    if (!allowed.contains(found)) {
      problems.add(
          where,
          "found '"
              + found
              + "'; allowed: "
              + String.join(", ", allowed)
              + Problems.didYouMean(found, allowed));
    }
  }

  private static void positive(String where, long found, Problems problems) {
    if (found < 1) {
      problems.add(where, "found " + found + "; allowed: 1 or more");
    }
  }

  KafkaConnection brokers() {
    Problems problems = new Problems();
    check(problems);
    problems.throwIfAny();
    return Objects.requireNonNull(connection());
  }

  TopicSelection selection() {
    return new TopicSelection(topics(), topicPattern());
  }

  /** Records of a compacted topic may be gone when they are read again. */
  @Override
  public boolean replayable() {
    return !compacted();
  }

  /** A plan says from where to where; these say how much of it, and what to do without it. */
  @Override
  public Set<String> keysBesideThePlan() {
    return Set.of(
        "max_records", "max_bytes", "split_records", "on_lost_offsets", "on_recreated_topic");
  }

  @Override
  public Increment plan(PlanRequest request) {
    return new OffsetsPlan(this, request).plan();
  }

  @Override
  public Session open(Increment increment, int chunk, long run) {
    String planned = increment.chunks().get(chunk);
    PlannedRanges there = PlannedRanges.look(this, planned);
    PTransform<PBegin, PCollection<Row>> rows =
        new ReadRanges(source(planned, there.ranges(), false, run));
    return new Session() {
      @Override
      public PTransform<PBegin, PCollection<Row>> rows() {
        return rows;
      }

      @Override
      public Map<String, String> facts() {
        return there.facts();
      }

      @Override
      public void close() {}
    };
  }

  /**
   * @param passLost whether to pass over what is gone; else whoever counts it has to look again
   */
  RangesSource source(String chunk, List<Range> ranges, boolean passLost, long run) {
    return new RangesSource(
        new ReadTask(
            brokers(),
            committed(),
            onLostOffsets().equals("earliest"),
            passLost,
            Position.topicIds(chunk),
            run),
        ranges,
        splitRecords());
  }

  @Override
  public PCollection<Row> expand(PBegin input) {
    Increment all = plan(new PlanRequest(1, Optional.empty(), Instant.now(), Optional.empty(), ""));
    String chunk = all.chunks().get(0);
    return input.apply(new ReadRanges(source(chunk, Position.ranges(chunk), true, 1)));
  }

  @Override
  public void populateDisplayData(DisplayData.Builder builder) {
    builder
        .addIfNotNull(DisplayData.item("brokers", String.valueOf(connection())))
        .add(DisplayData.item("topics", selection().toString()));
  }
}
