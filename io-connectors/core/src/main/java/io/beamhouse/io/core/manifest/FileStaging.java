package io.beamhouse.io.core.manifest;

import io.beamhouse.core.error.StorageFailedException;
import io.beamhouse.core.step.DurableSteps;
import io.beamhouse.io.core.staging.RowStaging;
import io.beamhouse.io.core.storage.Storage;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes each bundle's rows to staged files of its own; a record stands for a closed file.
 *
 * <p>May run twice, in parallel and be killed anywhere: file names are random, nothing is ever
 * overwritten, and a file whose record does not reach the manifest is only litter. Holds one open
 * file; closes it at {@code maxRows} or {@code maxBytes}, or at the end of the bundle.
 *
 * @param directory of this attempt's staging files
 */
record FileStaging(
    String directory, RowFileFormat format, Schema schema, long maxRows, long maxBytes)
    implements RowStaging {
  private static final Logger LOG = LoggerFactory.getLogger(FileStaging.class);

  @Override
  public Stage start() {
    return new Files(this);
  }

  private static final class Files implements Stage {
    private final FileStaging to;
    private Path path;
    private StagingOutput out;
    private RowFileFormat.RowFile file;
    private long rows;

    Files(FileStaging to) {
      this.to = to;
    }

    @Override
    public void begin() {
      abandon();
    }

    @Override
    public void stage(Row row, Records records) {
      try {
        if (out == null) {
          open();
        }
        file.write(row);
      } catch (IOException e) {
        throw failed(e);
      }
      rows++;
      if (rows >= to.maxRows || out.bytes() >= to.maxBytes) {
        records.add(0, finishFile().toBytes());
      }
    }

    @Override
    public void finish(Records records) {
      if (out != null) {
        records.add(0, finishFile().toBytes());
      }
    }

    /** A failed bundle leaves its file open. */
    @Override
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
      path = new Path(to.directory, UUID.randomUUID() + "." + to.format.extension());
      out = new StagingOutput(path);
      file = to.format.open(out, to.schema);
      rows = 0;
    }

    private StagedFile finishFile() {
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
              + to.directory
              + ": "
              + e.getMessage()
              + ". Nothing was published. Check free space, rights and reachability, and run again.",
          e);
    }
  }
}
