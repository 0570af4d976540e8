package io.beamhouse.io.kafka;

import io.beamhouse.core.error.SourceChangedException;
import io.beamhouse.core.error.SourceFailedException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.beam.sdk.io.BoundedSource;
import org.apache.beam.sdk.io.BoundedSource.BoundedReader;
import org.apache.beam.sdk.values.Row;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads ranges of different partitions with one consumer, until its position has passed each. */
final class RangesReader extends BoundedReader<Row> {
  private static final Logger LOG = LoggerFactory.getLogger(RangesReader.class);
  private static final Duration POLL = Duration.ofMillis(200);

  private final RangesSource source;
  private final ReadTask task;
  private final Map<TopicPartition, Part> open = new HashMap<>();
  private final Deque<List<ConsumerRecord<byte[], byte[]>>> fetched = new ArrayDeque<>();
  private KafkaConsumer<byte[], byte[]> consumer;
  private List<ConsumerRecord<byte[], byte[]>> batch = List.of();
  private int next;
  private Part part;
  private long quietSince;
  private Row current;

  /** A range that has not been read to its end. */
  private static final class Part {
    final Range range;
    final RecordRows rows;
    long position;

    Part(Range range, long run) {
      this.range = range;
      this.rows = new RecordRows(range.topic(), range.partition(), run);
      this.position = range.from();
    }
  }

  RangesReader(RangesSource source) {
    this.source = source;
    this.task = source.task();
  }

  @Override
  public boolean start() {
    for (Range range : source.ranges()) {
      open.put(range.topicPartition(), new Part(range, task.run()));
    }
    if (open.isEmpty()) {
      return false;
    }
    return guarded(
        () -> {
          consumer = Consumers.take(task.connection(), task.committed(), task.topicIds());
          consumer.assign(open.keySet());
          open.values().forEach(this::seek);
          quietSince = System.nanoTime();
          return move();
        });
  }

  /** With the epoch, a log that was cut and grown again since the plan is noticed. */
  private void seek(Part begun) {
    Range range = begun.range;
    consumer.seek(
        range.topicPartition(),
        new OffsetAndMetadata(
            range.from(), range.epoch() < 0 ? Optional.empty() : Optional.of(range.epoch()), ""));
  }

  @Override
  public boolean advance() {
    return guarded(this::move);
  }

  private interface Moving {
    boolean move();
  }

  private boolean guarded(Moving moving) {
    try {
      return moving.move();
    } catch (KafkaException | IllegalStateException e) {
      throw KafkaFailures.of(e, task.connection(), "reading " + source.ranges().get(0));
    }
  }

  private boolean move() {
    while (true) {
      while (next < batch.size()) {
        ConsumerRecord<byte[], byte[]> record = batch.get(next++);
        if (record.offset() >= part.range.to()) {
          next = batch.size();
        } else if (record.offset() >= part.position) {
          part.position = record.offset() + 1;
          current = part.rows.row(record);
          return true;
        }
      }
      batch = List.of();
      if (!fetched.isEmpty()) {
        batch = fetched.remove();
        next = 0;
        ConsumerRecord<byte[], byte[]> first = batch.get(0);
        part = open.get(new TopicPartition(first.topic(), first.partition()));
        if (part == null) {
          next = batch.size();
        }
        continue;
      }
      endParts();
      if (open.isEmpty()) {
        current = null;
        rest();
        return false;
      }
      poll();
    }
  }

  private void poll() {
    ConsumerRecords<byte[], byte[]> records;
    try {
      records = consumer.poll(POLL);
    } catch (LogTruncationException e) {
      throw KafkaFailures.cut(e.partitions().iterator().next());
    } catch (OffsetOutOfRangeException e) {
      passLost(e);
      return;
    }
    for (TopicPartition partition : records.partitions()) {
      fetched.add(records.records(partition));
    }
    if (!records.isEmpty()) {
      quietSince = System.nanoTime();
    }
  }

  /** Ends the ranges that the consumer's position has passed; all fetched records are handed on. */
  private void endParts() {
    boolean ended = false;
    for (Part each : List.copyOf(open.values())) {
      TopicPartition partition = each.range.topicPartition();
      if (each.position < each.range.to()) {
        // Behind transaction markers, and behind what was compacted away.
        long now = position(partition);
        if (now > each.position) {
          each.position = now;
          quietSince = System.nanoTime();
        }
      }
      if (each.position >= each.range.to()) {
        open.remove(partition);
        ended = true;
      }
    }
    if (ended && !open.isEmpty()) {
      // Keeps positions and what was fetched of the others.
      consumer.assign(open.keySet());
    }
    if (!open.isEmpty() && System.nanoTime() - quietSince > task.connection().timeout().toNanos()) {
      throw silent();
    }
  }

  private long position(TopicPartition partition) {
    try {
      return consumer.position(partition, POLL);
    } catch (org.apache.kafka.common.errors.TimeoutException e) {
      // Not validated yet; the time that it takes is bounded by the silence it makes.
      return -1;
    } catch (LogTruncationException e) {
      throw KafkaFailures.cut(partition);
    } catch (OffsetOutOfRangeException e) {
      passLost(e);
      return -1;
    }
  }

  private void passLost(OffsetOutOfRangeException e) {
    Map<TopicPartition, Long> firsts = consumer.beginningOffsets(e.partitions());
    Map<TopicPartition, Long> ends = consumer.endOffsets(e.partitions());
    for (TopicPartition partition : e.partitions()) {
      Part each = open.get(partition);
      long first = firsts.get(partition);
      if (ends.get(partition) < each.range.to()) {
        throw KafkaFailures.cut(partition);
      }
      String name = partition.topic() + "/" + partition.partition();
      if (!task.earliest()) {
        throw KafkaFailures.lost(name, each.position, first);
      }
      if (!task.passLost()) {
        throw KafkaFailures.lostMeanwhile(name, each.position, first);
      }
      LOG.warn(
          "{} to {} of {} were deleted after the run was planned; passed over, as"
              + " on_lost_offsets: earliest says",
          each.position,
          first - 1,
          partition);
      each.position = Math.max(each.position, first);
      consumer.seek(partition, each.position);
    }
    quietSince = System.nanoTime();
  }

  /** Nothing came for too long: says why, as far as the broker can be asked. */
  private RuntimeException silent() {
    Part waiting = open.values().iterator().next();
    Map<TopicPartition, Long> ends;
    try {
      ends = consumer.endOffsets(List.of(waiting.range.topicPartition()));
    } catch (KafkaException e) {
      return KafkaFailures.of(e, task.connection(), "reading " + waiting.range);
    }
    long end = ends.get(waiting.range.topicPartition());
    if (end < waiting.range.to()) {
      return new SourceChangedException(
          waiting.range
              + " was planned, and the partition ends at "
              + end
              + ": it was made anew, or its log was cut. Nothing was published; run again.");
    }
    return new SourceFailedException(
        "No record of "
            + waiting.range
            + " came within "
            + task.connection().timeout().toMillis()
            + " ms, at offset "
            + waiting.position
            + ", although the broker answers. Run again; if that repeats, look at the broker's log"
            + " for that partition, or raise timeout.");
  }

  private void rest() {
    KafkaConsumer<byte[], byte[]> done = consumer;
    consumer = null;
    Consumers.giveBack(done, task.connection(), task.committed(), task.topicIds());
  }

  @Override
  public Row getCurrent() {
    if (current == null) {
      throw new NoSuchElementException();
    }
    return current;
  }

  @Override
  public BoundedSource<Row> getCurrentSource() {
    return source;
  }

  /** A consumer that was not read to the end is not to be trusted with another range. */
  @Override
  public void close() {
    if (consumer != null) {
      consumer.close(Duration.ZERO);
      consumer = null;
    }
  }
}
