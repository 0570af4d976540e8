package io.beamhouse.io.delta.data;

import io.beamhouse.core.error.StorageFailedException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.values.Row;

/** Rows put aside in a file of the JVM's temporary directory; written, then read once. */
final class RowSpill implements AutoCloseable {
  private static final int BUFFER = 1 << 16;

  private final RowCoder coder;
  private final Path file;
  private final OutputStream out;
  private long rows;

  RowSpill(RowCoder coder) {
    this.coder = coder;
    try {
      this.file = Files.createTempFile("beamhouse-rows", ".spill");
      this.out = new BufferedOutputStream(Files.newOutputStream(file), BUFFER);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  void add(Row row) {
    try {
      coder.encode(row, out);
      rows++;
    } catch (IOException e) {
      throw failed(e);
    }
  }

  void forEach(Consumer<Row> action) {
    try {
      out.close();
      try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER)) {
        for (long i = 0; i < rows; i++) {
          action.accept(coder.decode(in));
        }
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public void close() {
    try {
      out.close();
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static StorageFailedException failed(IOException cause) {
    return new StorageFailedException(
        "rows of a partitioned write cannot be put aside in the temporary directory "
            + System.getProperty("java.io.tmpdir")
            + ": "
            + cause.getMessage()
            + " - make room there, or write rows sorted by partition",
        cause);
  }
}
