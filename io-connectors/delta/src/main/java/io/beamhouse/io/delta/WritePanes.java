package io.beamhouse.io.delta;

import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.rowwise.Tally;
import io.beamhouse.io.core.pane.CommitPanes;
import io.beamhouse.io.core.pane.Pane;
import io.beamhouse.io.core.pane.PaneSink;
import io.beamhouse.io.core.staging.RowStaging;
import io.beamhouse.io.delta.data.WrittenFile;
import io.beamhouse.io.delta.log.StreamTransactions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;

/** Appends each pane of a stream in a commit of its own. */
final class WritePanes implements PaneSink {
  private final DeltaWrite write;
  private final Schema schema;

  private WritePanes(DeltaWrite write, Schema schema) {
    this.write = write;
    this.schema = schema;
  }

  static PCollection<Row> commit(PCollection<Row> rows, DeltaWrite write, String stream) {
    if (write.settings().overwrite()) {
      throw new SpecException(
          "overwrite", "not of a stream: each pane would remove the rows of the others - append");
    }
    // What does not fit is found before anything runs.
    write.plan(rows.getSchema());
    return rows.apply("Panes", CommitPanes.of(stream, new WritePanes(write, rows.getSchema())))
        .get(CommitPanes.RESULTS);
  }

  @Override
  public Schema results() {
    return DeltaWriteResult.COMMIT_SCHEMA;
  }

  @Override
  public void commit(Pane pane, Iterable<Row> rows, Consumer<Row> results, Consumer<Row> refused) {
    DeltaWrite.Plan plan =
        write.withTransaction(StreamTransactions.of(pane), pane.facts()).plan(schema);
    Files files = new Files();
    RowStaging.Stage stage = plan.staging().start();
    try {
      stage.begin();
      rows.forEach(row -> stage.stage(row, files));
      stage.finish(files);
    } finally {
      stage.abandon();
    }
    results.accept(plan.write().commit(files.written, new Tally()));
  }

  private static final class Files implements RowStaging.Records {
    private final List<WrittenFile> written = new ArrayList<>();

    @Override
    public void add(int key, byte[] record) {
      written.add(TableStaging.file(record));
    }

    @Override
    public void refuse(Row row) {
      throw new IllegalStateException("a write puts no row aside");
    }
  }
}
