package io.beamhouse.pipelines.run;

import io.beamhouse.io.core.increment.Increment;
import io.beamhouse.io.core.increment.IncrementalSource;
import io.beamhouse.io.core.increment.PlanRequest;
import io.beamhouse.io.delta.DeltaIO;
import io.beamhouse.io.delta.QuarantineTable;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.transforms.Filter;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.Row;

/**
 * The chosen records of a quarantine table, as its rows.
 *
 * <p>The plan fixes the table's version and the choice. As a source that is not replayable its rows
 * are captured, so that a replay which goes on later does not depend on the old version.
 */
final class ReadReplayed extends SchemaTransform implements IncrementalSource {
  private final QuarantineTable table;
  private final QuarantineSelection selection;

  ReadReplayed(QuarantineTable table, QuarantineSelection selection) {
    this.table = table;
    this.selection = selection;
  }

  @Override
  public boolean replayable() {
    return false;
  }

  @Override
  public Increment plan(PlanRequest request) {
    OptionalLong version = table.version();
    AtomicLong records = new AtomicLong();
    QuarantineSelection.Choice choice = selection.choice();
    if (version.isPresent()) {
      table.read(
          version.getAsLong(),
          row -> {
            records.addAndGet(choice.takes(row) ? 1 : 0);
            return true;
          });
    }
    if (records.get() == 0) {
      return new Increment(QuarantineTable.SCHEMA, List.of(), "", Map.of());
    }
    return new Increment(
        QuarantineTable.SCHEMA,
        List.of(selection.toJson(version.getAsLong())),
        "",
        Map.of("table", table.path(), "records", records.toString()));
  }

  @Override
  public Session open(Increment increment, int chunk, long run) {
    String planned = increment.chunks().get(chunk);
    QuarantineSelection chosen = QuarantineSelection.fromJson(planned);
    PTransform<PBegin, PCollection<Row>> rows =
        new Rows(table.path(), QuarantineSelection.version(planned), chosen);
    return new Session() {
      @Override
      public PTransform<PBegin, PCollection<Row>> rows() {
        return rows;
      }

      @Override
      public void close() {}
    };
  }

  private static final class Rows extends PTransform<PBegin, PCollection<Row>> {
    private final String path;
    private final long version;
    private final QuarantineSelection chosen;

    Rows(String path, long version, QuarantineSelection chosen) {
      this.path = path;
      this.version = version;
      this.chosen = chosen;
    }

    @Override
    public PCollection<Row> expand(PBegin begin) {
      QuarantineSelection.Choice selected = chosen.choice();
      return begin
          .apply(
              "Quarantine",
              DeltaIO.read()
                  .from(path)
                  .withVersion(version)
                  .withColumns(QuarantineTable.SCHEMA.getFieldNames()))
          .apply("Chosen", Filter.by(row -> selected.takes(row)))
          .setRowSchema(QuarantineTable.SCHEMA);
    }
  }

  @Override
  public PCollectionRowTuple expand(PCollectionRowTuple input) {
    throw new IllegalStateException("a replay is read by the increment protocol");
  }
}
