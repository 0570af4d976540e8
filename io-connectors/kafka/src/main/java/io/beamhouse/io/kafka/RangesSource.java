package io.beamhouse.io.kafka;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.io.BoundedSource;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.values.Row;
import org.apache.kafka.common.TopicPartition;

/**
 * Ranges of offsets as rows.
 *
 * <p>A source rather than a function of ranges, since runners take a source's elements one by one
 * but buffer all outputs of one input. Ranges are cut where they are long, and packed where they
 * are short, since each reader needs a consumer. Reading only reads: it may be done any number of
 * times.
 */
final class RangesSource extends BoundedSource<Row> {
  static final Comparator<TopicPartition> ORDER =
      Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition);

  /** What a runner is told that a record takes; it only decides how ranges are packed. */
  private static final long RECORD_BYTES = 512;

  /** Fewer are not worth a reader of their own. */
  private static final long LEAST_RECORDS = 10_000;

  private final ReadTask task;
  private final ArrayList<Range> ranges;
  private final long splitRecords;

  RangesSource(ReadTask task, List<Range> ranges, long splitRecords) {
    this.task = task;
    this.ranges = new ArrayList<>(ranges);
    this.splitRecords = splitRecords;
  }

  ReadTask task() {
    return task;
  }

  List<Range> ranges() {
    return ranges;
  }

  @Override
  public List<RangesSource> split(long desiredBytes, PipelineOptions options) {
    long most = Math.min(splitRecords, Math.max(LEAST_RECORDS, desiredBytes / RECORD_BYTES));
    List<RangesSource> parts = new ArrayList<>();
    List<Range> part = new ArrayList<>();
    Set<TopicPartition> partitions = new HashSet<>();
    long room = most;
    for (Range range : ranges) {
      for (long from = range.from(); from < range.to(); ) {
        long to = Math.min(range.to(), from + room);
        // A consumer stands at one place in a partition.
        if (partitions.contains(range.topicPartition())) {
          throw new IllegalStateException("two ranges of " + range.topicPartition());
        }
        part.add(range.part(from, to));
        partitions.add(range.topicPartition());
        room -= to - from;
        from = to;
        if (room == 0) {
          parts.add(new RangesSource(task, part, splitRecords));
          part = new ArrayList<>();
          partitions.clear();
          room = most;
        }
      }
    }
    if (!part.isEmpty() || parts.isEmpty()) {
      parts.add(new RangesSource(task, part, splitRecords));
    }
    return parts;
  }

  @Override
  public long getEstimatedSizeBytes(PipelineOptions options) {
    return ranges.stream().mapToLong(Range::offsets).sum() * RECORD_BYTES;
  }

  @Override
  public Coder<Row> getOutputCoder() {
    return RowCoder.of(RecordRows.SCHEMA);
  }

  @Override
  public BoundedReader<Row> createReader(PipelineOptions options) {
    return new RangesReader(this);
  }
}
