package io.beamhouse.io.delta;

import io.beamhouse.io.core.staging.RowStaging;
import io.beamhouse.io.delta.data.FileLayout;
import io.beamhouse.io.delta.data.TableFileWriter;
import io.beamhouse.io.delta.data.WrittenFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.util.CoderUtils;
import org.apache.beam.sdk.values.Row;

/**
 * Writes the rows of a bundle to files of its own; a retry writes others, which is harmless.
 *
 * @param skip whether the rows are in the table already, by an earlier commit
 */
record TableStaging(FileLayout layout, boolean skip) implements RowStaging {
  private static final SerializableCoder<WrittenFile> CODER =
      SerializableCoder.of(WrittenFile.class);

  @Override
  public Stage start() {
    return new Files(this);
  }

  static WrittenFile file(byte[] record) {
    try {
      return CoderUtils.decodeFromByteArray(CODER, record);
    } catch (IOException e) {
      throw new UncheckedIOException("the record of a data file cannot be read", e);
    }
  }

  private static byte[] record(WrittenFile file) {
    try {
      return CoderUtils.encodeToByteArray(CODER, file);
    } catch (IOException e) {
      throw new UncheckedIOException("the record of a data file cannot be written down", e);
    }
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
