package io.beamhouse.io.jdbc;

import io.beamhouse.core.error.StorageFailedException;
import io.beamhouse.io.core.storage.Storage;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.fs.Path;

/** A file of keys, each with the cursor that its row had; read and written as a stream. */
final class KeyFile {
  private static final int NO_CURSOR = -1;

  private KeyFile() {}

  /**
   * A key of a file.
   *
   * @param cursor canonical text; null when the row has none
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Entry(byte[] key, String cursor) {}

  /** Writes a new file. */
  static final class Writer implements AutoCloseable {
    private final DataOutputStream out;

    Writer(Path path) throws IOException {
      out =
          new DataOutputStream(
              new BufferedOutputStream(Storage.of(path).create(path, false), 1 << 14));
    }

    void write(byte[] key, String cursor) throws IOException {
      out.writeInt(key.length);
      out.write(key);
      if (cursor == null) {
        out.writeInt(NO_CURSOR);
      } else {
        byte[] text = cursor.getBytes(StandardCharsets.UTF_8);
        out.writeInt(text.length);
        out.write(text);
      }
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }

  /** Reads a file from its beginning. */
  static final class Reader implements AutoCloseable {
    private final Path path;
    private final DataInputStream in;

    Reader(Path path) {
      this.path = path;
      try {
        in = new DataInputStream(new BufferedInputStream(Storage.of(path).open(path, 1 << 16)));
      } catch (IOException e) {
        throw failed(path, e);
      }
    }

    /** The next entry, or null at the end. */
    Entry next() {
      try {
        int length;
        try {
          length = in.readInt();
        } catch (EOFException e) {
          return null;
        }
        byte[] key = new byte[length];
        in.readFully(key);
        int cursor = in.readInt();
        return new Entry(key, cursor == NO_CURSOR ? null : text(cursor));
      } catch (IOException e) {
        throw failed(path, e);
      }
    }

    private String text(int length) throws IOException {
      byte[] text = new byte[length];
      in.readFully(text);
      return new String(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
      try {
        in.close();
      } catch (IOException e) {
        throw failed(path, e);
      }
    }
  }

  private static StorageFailedException failed(Path path, IOException e) {
    return new StorageFailedException(
        "The file of keys "
            + path
            + " cannot be read. Restore it, or reset the state to read everything again.",
        e);
  }
}
