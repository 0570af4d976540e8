package io.beamhouse.io.jdbc;

import io.beamhouse.core.error.StorageFailedException;
import io.beamhouse.io.core.storage.Storage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.apache.hadoop.fs.Path;

/** Keys as bytes, and files of them: a length of four bytes before each. */
final class KeyCodec {
  private final Schema schema;
  private final RowCoder coder;

  KeyCodec(List<Column> keys) {
    schema = TableRead.rowSchema(keys).build();
    coder = RowCoder.of(schema);
  }

  byte[] encode(List<Object> values) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    coder.encode(Row.withSchema(schema).attachValues(values), out);
    return out.toByteArray();
  }

  Row decode(byte[] key) throws IOException {
    return coder.decode(new ByteArrayInputStream(key));
  }

  static int bucket(byte[] key, int buckets) {
    int hash = Arrays.hashCode(key);
    return ((hash ^ (hash >>> 16)) & Integer.MAX_VALUE) % buckets;
  }

  static Iterable<byte[]> read(Path path) {
    return () -> new Keys(path);
  }

  /** Streams a file; closed at its end. */
  static final class Keys implements Iterator<byte[]>, AutoCloseable {
    private final Path path;
    private DataInputStream in;
    private byte[] next;

    Keys(Path path) {
      this.path = path;
      try {
        in =
            new DataInputStream(
                new java.io.BufferedInputStream(Storage.of(path).open(path), 1 << 16));
      } catch (IOException e) {
        throw failed(e);
      }
      next = read();
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public byte[] next() {
      if (next == null) {
        throw new NoSuchElementException();
      }
      byte[] result = next;
      next = read();
      return result;
    }

    private byte[] read() {
      try {
        int length;
        try {
          length = in.readInt();
        } catch (EOFException e) {
          in.close();
          return null;
        }
        byte[] key = new byte[length];
        in.readFully(key);
        return key;
      } catch (IOException e) {
        throw failed(e);
      }
    }

    private StorageFailedException failed(IOException e) {
      return new StorageFailedException(
          "The file of keys "
              + path
              + " cannot be read. Restore it, or reset the state to read everything again.",
          e);
    }

    @Override
    public void close() {
      try {
        in.close();
      } catch (IOException e) {
        throw failed(e);
      }
    }
  }
}
