package io.beamhouse.io.jdbc;

import io.beamhouse.core.error.StorageFailedException;
import io.beamhouse.io.core.storage.Storage;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.apache.hadoop.fs.Path;

/**
 * Which rows of an overlap an earlier run took, as 128 bits of the SHA-256 of each whole row (key
 * and cursor are part of it); kept in the position, or in a file of the plan when there are many.
 *
 * <p>Memory: 16 bytes a row once loaded, at most {@link #MAX_ROWS} rows.
 *
 * @param hashes in hex, when few
 * @param file empty when the hashes are inline
 */
record Seen(List<String> hashes, String file) implements Serializable {
  static final Seen NONE = new Seen(List.of(), "");
  static final int MAX_ROWS = 2_000_000;
  private static final int INLINE_ROWS = 256;

  Seen {
    hashes = List.copyOf(hashes);
  }

  boolean isNone() {
    return hashes.isEmpty() && file.isEmpty();
  }

  /** Keeps {@code hashes} inline or writes a file below {@code directory}. */
  static Seen of(TreeSet<String> hashes, String directory) {
    if (hashes.size() <= INLINE_ROWS) {
      return new Seen(new ArrayList<>(hashes), "");
    }
    Path path = new Path(Storage.path(directory), "seen-" + UUID.randomUUID());
    try (DataOutputStream out = new DataOutputStream(Storage.of(path).create(path, false))) {
      out.writeInt(hashes.size());
      for (String hash : hashes) {
        out.writeLong(Long.parseUnsignedLong(hash.substring(0, 16), 16));
        out.writeLong(Long.parseUnsignedLong(hash.substring(16), 16));
      }
    } catch (IOException e) {
      throw new StorageFailedException(
          "The rows of the overlap cannot be written to " + path + ". Repair it and run again.", e);
    }
    return new Seen(List.of(), path.toString());
  }

  /** The hashes, sorted. */
  String[] load() {
    if (file.isEmpty()) {
      return hashes.toArray(String[]::new);
    }
    Path path = Storage.path(file);
    try (DataInputStream in = new DataInputStream(Storage.of(path).open(path, 1 << 16))) {
      String[] all = new String[in.readInt()];
      for (int i = 0; i < all.length; i++) {
        all[i] = String.format("%016x%016x", in.readLong(), in.readLong());
      }
      return all;
    } catch (IOException e) {
      throw new StorageFailedException(
          "The rows of the overlap cannot be read from "
              + path
              + ", which the state's position names. Restore the file, or reset the state.",
          e);
    }
  }

  static boolean holds(String[] sorted, String hash) {
    return sorted.length > 0 && Arrays.binarySearch(sorted, hash) >= 0;
  }

  /** Hashes whole rows; one for each reading. */
  static final class Hasher {
    private final RowCoder coder;
    private final Schema schema;

    Hasher(List<Column> columns) {
      schema = TableRead.rowSchema(columns).build();
      coder = RowCoder.of(schema);
    }

    String hash(List<Object> values) {
      try {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        Row row = Row.withSchema(schema).attachValues(new ArrayList<>(values));
        coder.encode(row, new DigestOutputStream(OutputStream.nullOutputStream(), digest));
        return java.util.HexFormat.of().formatHex(digest.digest(), 0, 16);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
