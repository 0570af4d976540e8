package io.beamhouse.io.delta.merge;

import io.beamhouse.io.core.storage.Storage;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;

/**
 * Remembered deletes: key and order of each, sorted by hash (unsigned) and key, one for each key.
 *
 * <pre>
 * header     int magic, int version, UTF appId, long txn version, UTF shape,
 *            int replaced files, UTF name*
 * tombstone* long hash, int key length, int order length, key, order
 * index      (long hash, long position)* of every 256th tombstone
 * footer     long tombstones, long index position, int index entries, int magic
 * </pre>
 *
 * <p>The file counts iff the transaction of its header is in the table's log.
 */
final class TombstoneFile implements Closeable {
  private static final int MAGIC = 0x42485431;
  private static final int VERSION = 1;
  private static final int INDEXED = 256;
  private static final int FOOTER = 24;
  private static final int BUFFER = 1 << 16;

  final Path path;
  final Header header;
  final long length;
  private final FSDataInputStream in;
  private final long[] indexHashes;
  private final long[] indexPositions;
  private final long end;
  private final long begin;

  /**
   * @param shape which columns key and order are made of; others cannot be compared
   * @param replaces names of files whose tombstones are all in this one
   */
  record Header(String appId, long version, String shape, List<String> replaces) {}

  /** A key and the order in which it was deleted. */
  record Tombstone(long hash, byte[] key, byte[] order) {
    static Tombstone of(byte[] change, byte[] order) {
      return new Tombstone(Change.hash(change), Change.key(change), order);
    }

    int compareKey(Tombstone other) {
      int hashes = Long.compareUnsigned(hash, other.hash);
      return hashes != 0 ? hashes : java.util.Arrays.compareUnsigned(key, other.key);
    }

    Tombstone later(Tombstone other) {
      return java.util.Arrays.compareUnsigned(order, other.order) >= 0 ? this : other;
    }
  }

  private TombstoneFile(Path path, FSDataInputStream in, long length) throws IOException {
    this.path = path;
    this.in = in;
    this.length = length;
    DataInputStream footer =
        new DataInputStream(
            new java.io.ByteArrayInputStream(BucketFile.read(in, length - FOOTER, FOOTER)));
    footer.readLong();
    end = footer.readLong();
    int entries = footer.readInt();
    if (footer.readInt() != MAGIC || end + 16L * entries + FOOTER != length) {
      throw new IOException("The tombstone file " + path + " is damaged.");
    }
    byte[] index = BucketFile.read(in, end, 16 * entries);
    indexHashes = new long[entries];
    indexPositions = new long[entries];
    for (int i = 0; i < entries; i++) {
      indexHashes[i] = Bytes.getLong(index, 16 * i);
      indexPositions[i] = Bytes.getLong(index, 16 * i + 8);
    }
    DataInputStream start = new DataInputStream(in);
    in.seek(0);
    if (start.readInt() != MAGIC || start.readInt() != VERSION) {
      throw new IOException(
          "The tombstone file " + path + " is damaged or was written by a newer version.");
    }
    String appId = start.readUTF();
    long version = start.readLong();
    String shape = start.readUTF();
    List<String> replaces = new ArrayList<>();
    for (int left = start.readInt(); left > 0; left--) {
      replaces.add(start.readUTF());
    }
    header = new Header(appId, version, shape, replaces);
    begin = in.getPos();
  }

  static TombstoneFile open(Path path, long length) throws IOException {
    FSDataInputStream in = Storage.of(path).open(path);
    try {
      return new TombstoneFile(path, in, length);
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  String name() {
    return path.getName();
  }

  /** Streams the tombstones from {@code hash} on; one stream at a time. */
  Stream from(long hash) throws IOException {
    int low = 0;
    int high = indexHashes.length - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (Long.compareUnsigned(indexHashes[middle], hash) < 0) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    in.seek(indexHashes.length == 0 ? begin : indexPositions[low]);
    Stream stream = new Stream(new java.io.BufferedInputStream(in, BUFFER), end - in.getPos());
    while (stream.current() != null && Long.compareUnsigned(stream.current().hash(), hash) < 0) {
      stream.advance();
    }
    return stream;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /** Goes over tombstones in order. */
  static final class Stream {
    private final DataInputStream in;
    private long left;
    private Tombstone current;

    Stream(java.io.InputStream in, long bytes) throws IOException {
      this.in = new DataInputStream(in);
      this.left = bytes;
      advance();
    }

    /** Null after the last one. */
    Tombstone current() {
      return current;
    }

    void advance() throws IOException {
      if (left <= 0) {
        current = null;
        return;
      }
      long hash = in.readLong();
      byte[] key = new byte[in.readInt()];
      byte[] order = new byte[in.readInt()];
      in.readFully(key);
      in.readFully(order);
      left -= 16 + key.length + order.length;
      current = new Tombstone(hash, key, order);
    }
  }

  /** Writes tombstones that come in order. */
  static final class Writer {
    private final DataOutputStream out;
    private final ByteArrayOutputStream index = new ByteArrayOutputStream();
    private final DataOutputStream indexOut = new DataOutputStream(index);
    private long position;
    private long count;

    Writer(OutputStream to, Header header) throws IOException {
      ByteArrayOutputStream head = new ByteArrayOutputStream();
      DataOutputStream headOut = new DataOutputStream(head);
      headOut.writeInt(MAGIC);
      headOut.writeInt(VERSION);
      headOut.writeUTF(header.appId());
      headOut.writeLong(header.version());
      headOut.writeUTF(header.shape());
      headOut.writeInt(header.replaces().size());
      for (String name : header.replaces()) {
        headOut.writeUTF(name);
      }
      out = new DataOutputStream(to);
      out.write(head.toByteArray());
      position = head.size();
    }

    void add(Tombstone tombstone) throws IOException {
      if (count++ % INDEXED == 0) {
        indexOut.writeLong(tombstone.hash());
        indexOut.writeLong(position);
      }
      out.writeLong(tombstone.hash());
      out.writeInt(tombstone.key().length);
      out.writeInt(tombstone.order().length);
      out.write(tombstone.key());
      out.write(tombstone.order());
      position += 16 + tombstone.key().length + tombstone.order().length;
    }

    void finish() throws IOException {
      out.write(index.toByteArray());
      out.writeLong(count);
      out.writeLong(position);
      out.writeInt(index.size() / 16);
      out.writeInt(MAGIC);
      out.flush();
    }
  }
}
