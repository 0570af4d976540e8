package io.beamhouse.io.core.manifest;

import io.beamhouse.core.error.StorageFailedException;
import io.beamhouse.core.step.DurableSteps;
import io.beamhouse.io.core.storage.Storage;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.Row;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes each bundle's rows to staged files of its own and emits a record for each closed file.
 *
 * <p>May run twice, in parallel and be killed anywhere: file names are random, nothing is ever
 * overwritten, and a file whose record does not reach the manifest is only litter. Holds one open
 * file; closes it at {@code maxRows} or {@code maxBytes}, or at the end of the bundle.
 */
final class StageFn extends DoFn<Row, KV<String, StagedFile>> {
  /** The one key that brings all records of a run together. */
  static final String KEY = "files";

  private static final Logger LOG = LoggerFactory.getLogger(StageFn.class);

  private final String directory;
  private final RowFileFormat format;
  private final Schema schema;
  private final long maxRows;
  private final long maxBytes;

  private transient Path path;
  private transient StagingOutput out;
  private transient RowFileFormat.RowFile file;
  private transient long rows;

  StageFn(String directory, RowFileFormat format, Schema schema, long maxRows, long maxBytes) {
    this.directory = directory;
    this.format = format;
    this.schema = schema;
    this.maxRows = maxRows;
    this.maxBytes = maxBytes;
  }

  @StartBundle
  public void startBundle() {
    abandon();
  }

  @ProcessElement
  public void process(@Element Row row, OutputReceiver<KV<String, StagedFile>> output) {
    try {
      if (out == null) {
        open();
      }
      file.write(row);
    } catch (IOException e) {
      throw failed(e);
    }
    rows++;
    if (rows >= maxRows || out.bytes() >= maxBytes) {
      output.output(KV.of(KEY, finish()));
    }
  }

  @FinishBundle
  public void finishBundle(FinishBundleContext context) {
    if (out != null) {
      context.output(
          KV.of(KEY, finish()), GlobalWindow.INSTANCE.maxTimestamp(), GlobalWindow.INSTANCE);
    }
  }

  /** A failed bundle leaves its file open. */
  @Teardown
  public void abandon() {
    if (out != null) {
      try {
        out.close();
      } catch (IOException e) {
        LOG.debug("an abandoned staging file could not be closed: {}", path, e);
      }
      out = null;
      file = null;
    }
  }

  private void open() throws IOException {
    path = new Path(directory, UUID.randomUUID() + "." + format.extension());
    out = new StagingOutput(path);
    file = format.open(out, schema);
    rows = 0;
  }

  private StagedFile finish() {
    try {
      DurableSteps.before("files.stage");
      file.close();
      String checksum = out.finish();
      StagedFile staged =
          new StagedFile(
              Storage.qualified(path).toString(),
              rows,
              out.bytes(),
              checksum,
              "",
              Map.of("written", rows));
      DurableSteps.after("files.stage");
      out = null;
      file = null;
      return staged;
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private StorageFailedException failed(IOException e) {
    return new StorageFailedException(
        "Could not write a staging file below "
            + directory
            + ": "
            + e.getMessage()
            + ". Nothing was published. Check free space, rights and reachability, and run again.",
        e);
  }
}
