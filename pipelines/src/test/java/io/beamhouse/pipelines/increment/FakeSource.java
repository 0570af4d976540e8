package io.beamhouse.pipelines.increment;

import io.beamhouse.io.core.increment.Increment;
import io.beamhouse.io.core.increment.IncrementalSource;
import io.beamhouse.io.core.increment.PlanRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;

/**
 * Reads a {@link FakeDatabase} by its cursor. Not replayable, it gives the rows as they are at the
 * time of the reading; replayable, it gives the history.
 */
final class FakeSource implements IncrementalSource {
  static final Schema SCHEMA =
      Schema.builder()
          .addInt64Field("id")
          .addStringField("value")
          .addInt64Field("cursor")
          .addBooleanField("deleted")
          .build();

  private final FakeDatabase database;
  private final boolean replayable;
  private final int firstChunks;

  FakeSource(FakeDatabase database, boolean replayable, int firstChunks) {
    this.database = database;
    this.replayable = replayable;
    this.firstChunks = firstChunks;
  }

  static Row row(FakeDatabase.Line line) {
    return Row.withSchema(SCHEMA)
        .addValues(line.id(), line.value(), line.cursor(), line.deleted())
        .build();
  }

  static FakeDatabase.Line line(Row row) {
    return new FakeDatabase.Line(
        row.getInt64("id"),
        row.getString("value"),
        row.getInt64("cursor"),
        row.getBoolean("deleted"));
  }

  @Override
  public boolean replayable() {
    return replayable;
  }

  @Override
  public Increment plan(PlanRequest request) {
    long from = Long.parseLong(request.position().orElse("0"));
    long to = database.upperBound();
    if (request.backfill().isPresent()) {
      from = Long.parseLong(request.backfill().get().from()) - 1;
      to = request.backfill().get().to().map(end -> Long.parseLong(end) - 1).orElse(to);
    }
    List<String> chunks = new ArrayList<>();
    if (!database.history(from, to).isEmpty()) {
      int of = request.position().isPresent() ? 1 : firstChunks;
      for (int i = 0; i < of; i++) {
        chunks.add(from + " " + to + " " + i + " " + of);
      }
    }
    return new Increment(
        SCHEMA, chunks, String.valueOf(to), Map.of("from", "" + from, "to", "" + to));
  }

  @Override
  public Session open(Increment increment, int chunk, long run) {
    String[] parts = increment.chunks().get(chunk).split(" ");
    long from = Long.parseLong(parts[0]);
    long to = Long.parseLong(parts[1]);
    List<FakeDatabase.Line> lines =
        replayable ? database.history(from, to) : database.rows(from, to);
    List<Row> rows =
        lines.stream()
            .filter(line -> line.id() % Long.parseLong(parts[3]) == Long.parseLong(parts[2]))
            .map(FakeSource::row)
            .toList();
    database.logRead(run + " " + chunk);
    return new Session() {
      @Override
      public PTransform<PBegin, PCollection<Row>> rows() {
        return Create.of(rows).withRowSchema(SCHEMA);
      }

      @Override
      public void close() {}
    };
  }
}
