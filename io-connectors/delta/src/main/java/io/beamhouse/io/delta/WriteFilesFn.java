package io.beamhouse.io.delta;

import io.beamhouse.io.delta.data.FileLayout;
import io.beamhouse.io.delta.data.TableFileWriter;
import io.beamhouse.io.delta.data.WrittenFile;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.Row;

/** Writes the rows of a bundle to files of its own; a retry writes others, which is harmless. */
final class WriteFilesFn extends DoFn<Row, KV<String, WrittenFile>> {
  static final String KEY = "commit";

  private final FileLayout layout;
  private final boolean skip;
  private transient TableFileWriter writer;
  private transient List<WrittenFile> closed;

  /**
   * @param skip whether the rows are in the table already, by an earlier commit
   */
  WriteFilesFn(FileLayout layout, boolean skip) {
    this.layout = layout;
    this.skip = skip;
  }

  @StartBundle
  public void startBundle() {
    abandon();
    closed = new ArrayList<>();
    writer = new TableFileWriter(layout, closed::add);
  }

  @ProcessElement
  public void process(@Element Row row) {
    if (!skip) {
      writer.write(row);
    }
  }

  @FinishBundle
  public void finishBundle(FinishBundleContext context) {
    writer.finish();
    writer = null;
    closed.forEach(
        file ->
            context.output(
                KV.of(KEY, file), GlobalWindow.INSTANCE.maxTimestamp(), GlobalWindow.INSTANCE));
    closed = null;
  }

  /** A bundle that failed has no finish. */
  @Teardown
  public void abandon() {
    if (writer != null) {
      writer.close();
      writer = null;
    }
  }
}
