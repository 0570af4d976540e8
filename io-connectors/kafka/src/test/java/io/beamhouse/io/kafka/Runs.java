package io.beamhouse.io.kafka;

import io.beamhouse.io.core.increment.Increment;
import io.beamhouse.io.core.increment.PlanRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.io.BoundedSource;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.values.Row;

/** Runs a read again and again as the protocol does, without a pipeline. */
final class Runs {
  private KafkaRead read;
  private Optional<String> position = Optional.empty();
  private long run;
  private Increment last;
  private Map<String, String> gone = Map.of();

  Runs(KafkaRead read) {
    this.read = read;
  }

  Runs with(KafkaRead other) {
    read = other;
    return this;
  }

  /** Plans and reads one run, and makes it the last. */
  List<Row> next() {
    Increment increment = plan();
    List<Row> rows = read(increment);
    accept(increment);
    return rows;
  }

  /** The values of the next run as text; null for tombstones. */
  List<String> nextValues() {
    return values(next());
  }

  Increment plan() {
    run++;
    last = read.plan(new PlanRequest(run, position, Instant.now(), Optional.empty(), "unused"));
    return last;
  }

  Increment backfill(String from, String to) {
    return read.plan(
        new PlanRequest(
            run + 1,
            Optional.empty(),
            Instant.now(),
            Optional.of(new PlanRequest.Backfill(from, Optional.ofNullable(to))),
            "unused"));
  }

  void accept(Increment increment) {
    position = Optional.of(increment.position());
  }

  /** What was gone of the increment that was read last. */
  Map<String, String> gone() {
    return gone;
  }

  Increment last() {
    return last;
  }

  List<Row> read(Increment increment) {
    List<Row> rows = new ArrayList<>();
    for (int chunk = 0; chunk < increment.chunks().size(); chunk++) {
      String planned = increment.chunks().get(chunk);
      PlannedRanges there = PlannedRanges.look(read, planned);
      gone = there.facts();
      RangesSource source = read.source(planned, there.ranges(), false, run);
      for (RangesSource part : source.split(1, PipelineOptionsFactory.create())) {
        rows.addAll(read(part));
      }
    }
    return rows;
  }

  /** All that an increment reads, for one reader. */
  RangesSource source(Increment increment) {
    String planned = increment.chunks().get(0);
    return read.source(planned, Position.ranges(planned), false, run);
  }

  static List<Row> read(BoundedSource<Row> part) {
    List<Row> rows = new ArrayList<>();
    try (BoundedSource.BoundedReader<Row> reader =
        part.createReader(PipelineOptionsFactory.create())) {
      for (boolean more = reader.start(); more; more = reader.advance()) {
        rows.add(reader.getCurrent());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }

  static List<String> values(List<Row> rows) {
    List<String> values = new ArrayList<>();
    for (Row row : rows) {
      byte[] value = row.getBytes("value");
      values.add(value == null ? null : new String(value, StandardCharsets.UTF_8));
    }
    return values;
  }
}
