package io.beamhouse.io.delta.merge;

import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.apache.hadoop.fs.FSDataInputStream;

/**
 * The form of a stored bucket: its changes in key order, then an index from the hash of a key to
 * the change's ordinal, then where every 64th change begins.
 *
 * <pre>
 * change*      int length, bytes
 * long hash*   grouped by hash mod slots, slots = power of two at or above the number of changes
 * int ordinal*
 * long start*  of every 64th change, relative to the bucket's begin
 * footer       int changes, int starts, long index begin, int magic
 * </pre>
 */
final class BucketFile {
  static final int BLOCK = 64;
  static final int FOOTER = 20;
  static final int MAGIC = 0x42484D31;

  private BucketFile() {}

  /** Writes {@code count} changes, sorted by key, one for each key. */
  static void write(byte[][] changes, int count, OutputStream to) throws IOException {
    DataOutputStream out = new DataOutputStream(to);
    int blocks = (count + BLOCK - 1) / BLOCK;
    ByteBuffer starts = ByteBuffer.allocate(blocks * Long.BYTES);
    long at = 0;
    for (int i = 0; i < count; i++) {
      if (i % BLOCK == 0) {
        starts.putLong(at);
      }
      out.writeInt(changes[i].length);
      out.write(changes[i]);
      at += Integer.BYTES + changes[i].length;
    }
    writeIndex(changes, count, out);
    out.write(starts.array());
    out.writeInt(count);
    out.writeInt(blocks);
    out.writeLong(at);
    out.writeInt(MAGIC);
    out.flush();
  }

  /** How long {@link #write} makes the file. */
  static long length(byte[][] changes, int count) {
    long length = FOOTER + 12L * count + 8L * ((count + BLOCK - 1) / BLOCK);
    for (int i = 0; i < count; i++) {
      length += Integer.BYTES + changes[i].length;
    }
    return length;
  }

  private static void writeIndex(byte[][] changes, int count, DataOutputStream out)
      throws IOException {
    int mask = slots(count) - 1;
    int[] start = new int[mask + 2];
    for (int i = 0; i < count; i++) {
      start[slot(Change.hash(changes[i]), mask) + 1]++;
    }
    for (int slot = 0; slot <= mask; slot++) {
      start[slot + 1] += start[slot];
    }
    ByteBuffer hashes = ByteBuffer.allocate(count * Long.BYTES);
    ByteBuffer ordinals = ByteBuffer.allocate(count * Integer.BYTES);
    for (int i = 0; i < count; i++) {
      long hash = Change.hash(changes[i]);
      int at = start[slot(hash, mask)]++;
      hashes.putLong(at * Long.BYTES, hash);
      ordinals.putInt(at * Integer.BYTES, i);
    }
    out.write(hashes.array());
    out.write(ordinals.array());
  }

  static int slots(int count) {
    return count <= 1 ? 1 : Integer.highestOneBit(count - 1) << 1;
  }

  static int slot(long hash, int mask) {
    return (int) hash & mask;
  }

  /** Reads {@code length} bytes at {@code position}. */
  static byte[] read(FSDataInputStream in, long position, int length) throws IOException {
    byte[] bytes = new byte[length];
    try {
      in.readFully(position, bytes);
    } catch (EOFException e) {
      throw new IOException("A file of the merge is shorter than it was written.", e);
    }
    return bytes;
  }
}
