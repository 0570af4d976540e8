package io.beamhouse.io.jdbc;

import io.beamhouse.io.core.increment.Increment;
import io.beamhouse.io.core.increment.IncrementalSource;
import io.beamhouse.io.core.increment.PlanRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.io.BoundedSource;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;

/** Runs a source again and again as the protocol does, reading its splits without a pipeline. */
final class Runs {
  private final IncrementalSource source;
  private final Path work;
  private Optional<String> position = Optional.empty();
  private long run;
  private Increment last;

  Runs(IncrementalSource source, Path work) {
    this.source = source;
    this.work = work;
  }

  /** Plans and reads one run. */
  List<Row> next() {
    Increment increment = plan();
    List<Row> rows = read(increment);
    accept(increment);
    return rows;
  }

  Increment plan() {
    run++;
    last =
        source.plan(
            new PlanRequest(
                run,
                position,
                Instant.now(),
                Optional.empty(),
                work.resolve("run" + run).toString()));
    return last;
  }

  Increment backfill(String from, String to) {
    return source.plan(
        new PlanRequest(
            run + 1,
            position,
            Instant.now(),
            Optional.of(new PlanRequest.Backfill(from, Optional.ofNullable(to))),
            work.resolve("backfill").toString()));
  }

  void accept(Increment increment) {
    position = Optional.of(increment.position());
  }

  Runs position(String json) {
    position = Optional.of(json);
    return this;
  }

  String position() {
    return position.orElseThrow();
  }

  Increment last() {
    return last;
  }

  List<Row> read(Increment increment) {
    List<Row> rows = new ArrayList<>();
    for (int chunk = 0; chunk < increment.chunks().size(); chunk++) {
      rows.addAll(chunk(increment, chunk));
    }
    return rows;
  }

  List<Row> chunk(Increment increment, int chunk) {
    try (IncrementalSource.Session session = source.open(increment, chunk, run)) {
      List<Row> rows = new ArrayList<>();
      for (BoundedSource<Row> part : splits(session.rows())) {
        rows.addAll(read(part));
      }
      return rows;
    }
  }

  static List<SplitReads> splits(PTransform<PBegin, PCollection<Row>> rows) {
    return ((ChunkSession.Rows) rows).splits().split(0, PipelineOptionsFactory.create());
  }

  static List<Row> read(BoundedSource<Row> part) {
    List<Row> rows = new ArrayList<>();
    try (BoundedSource.BoundedReader<Row> reader =
        part.createReader(PipelineOptionsFactory.create())) {
      for (boolean more = reader.start(); more; more = reader.advance()) {
        rows.add(reader.getCurrent());
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return rows;
  }
}
