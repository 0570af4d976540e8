package io.beamhouse.io.core.manifest;

import io.beamhouse.core.rowwise.Tally;
import io.beamhouse.io.core.increment.SinkContext;
import io.beamhouse.io.core.pane.Pane;
import io.beamhouse.io.core.pane.PaneSink;
import io.beamhouse.io.core.staging.RowStaging;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;

/** Publishes each pane of a stream by a manifest of its own. */
final class PublishPanes implements PaneSink {
  private final PublishFiles publish;
  private final String directory;
  private final RowFileFormat format;
  private final Schema schema;

  PublishPanes(PublishFiles publish, String directory, RowFileFormat format, Schema schema) {
    this.publish = publish;
    this.directory = directory;
    this.format = format;
    this.schema = schema;
  }

  @Override
  public Schema results() {
    return PublishFiles.FILE_SCHEMA;
  }

  @Override
  public void commit(Pane pane, Iterable<Row> rows, Consumer<Row> results, Consumer<Row> refused) {
    SinkContext context = pane.context();
    Staged staged = new Staged();
    RowStaging.Stage stage = publish.withContext(context).staging(schema).start();
    try {
      stage.begin();
      rows.forEach(row -> stage.stage(row, staged));
      stage.finish(staged);
    } finally {
      stage.abandon();
    }
    PublishStaged.publish(directory, format, schema, context, staged.files, new Tally(), results);
  }

  private static final class Staged implements RowStaging.Records {
    private final List<StagedFile> files = new ArrayList<>();

    @Override
    public void add(int key, byte[] record) {
      files.add(StagedFile.fromBytes(record));
    }

    @Override
    public void refuse(Row row) {
      throw new IllegalStateException("a file puts no row aside");
    }
  }
}
