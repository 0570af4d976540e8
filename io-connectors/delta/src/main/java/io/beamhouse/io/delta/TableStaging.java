package io.beamhouse.io.delta;

import io.beamhouse.io.core.staging.RecordBytes;
import io.beamhouse.io.core.staging.RowStaging;
import io.beamhouse.io.delta.data.FileLayout;
import io.beamhouse.io.delta.data.TableFileWriter;
import io.beamhouse.io.delta.data.WrittenFile;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.values.Row;

/**
 * Writes the rows of a bundle to files of its own; a retry writes others, which is harmless.
 *
 * @param skip whether the rows are in the table already, by an earlier commit
 */
record TableStaging(FileLayout layout, boolean skip) implements RowStaging {
  @Override
  public Stage start() {
    return new Files(this);
  }

  static WrittenFile file(byte[] record) {
    return RecordBytes.decode(WrittenFile.class, record);
  }

  private static byte[] record(WrittenFile file) {
    return RecordBytes.encode(WrittenFile.class, file);
  }

  private static final class Files implements Stage {
    private final TableStaging to;
    private TableFileWriter writer;
    private List<WrittenFile> closed;

    Files(TableStaging to) {
      this.to = to;
    }

    @Override
    public void begin() {
      abandon();
      closed = new ArrayList<>();
      writer = new TableFileWriter(to.layout, file -> closed.add(file));
    }

    @Override
    public void stage(Row row, Records out) {
      if (!to.skip) {
        writer.write(row);
      }
    }

    @Override
    public void finish(Records out) {
      writer.finish();
      writer = null;
      closed.forEach(file -> out.add(0, record(file)));
      closed = null;
    }

    /** A bundle that failed has no finish. */
    @Override
    public void abandon() {
      if (writer != null) {
        writer.close();
        writer = null;
      }
    }
  }
}
