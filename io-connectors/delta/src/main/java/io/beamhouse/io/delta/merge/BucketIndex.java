package io.beamhouse.io.delta.merge;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.hadoop.fs.FSDataInputStream;

/** From the hash of a key to the ordinals of one bucket's changes; about 17 bytes a change. */
final class BucketIndex {
  private final long[] hashes;
  private final int[] ordinals;
  private final int[] slotStart;
  private final int mask;
  private final long[] blockStart;
  private final long dataEnd;

  private BucketIndex(long[] hashes, int[] ordinals, long[] blockStart, long dataEnd) {
    this.hashes = hashes;
    this.ordinals = ordinals;
    this.blockStart = blockStart;
    this.dataEnd = dataEnd;
    this.mask = BucketFile.slots(hashes.length) - 1;
    this.slotStart = new int[mask + 2];
    for (long hash : hashes) {
      slotStart[BucketFile.slot(hash, mask) + 1]++;
    }
    for (int slot = 0; slot <= mask; slot++) {
      slotStart[slot + 1] += slotStart[slot];
    }
  }

  static BucketIndex read(FSDataInputStream in, long begin, long length) throws IOException {
    ByteBuffer footer =
        ByteBuffer.wrap(BucketFile.read(in, begin + length - BucketFile.FOOTER, BucketFile.FOOTER));
    int count = footer.getInt();
    int blocks = footer.getInt();
    long dataEnd = footer.getLong();
    long expected = dataEnd + 12L * count + 8L * blocks + BucketFile.FOOTER;
    if (footer.getInt() != BucketFile.MAGIC || expected != length) {
      throw new IOException("A file of the merge is damaged: its footer does not fit its length.");
    }
    ByteBuffer index =
        ByteBuffer.wrap(BucketFile.read(in, begin + dataEnd, 12 * count + 8 * blocks));
    long[] hashes = new long[count];
    int[] ordinals = new int[count];
    long[] blockStart = new long[blocks];
    index.asLongBuffer().get(hashes);
    index.position(8 * count);
    index.asIntBuffer().get(ordinals);
    index.position(12 * count);
    index.asLongBuffer().get(blockStart);
    return new BucketIndex(hashes, ordinals, blockStart, dataEnd);
  }

  int size() {
    return hashes.length;
  }

  /** The first entry with this hash at or after {@code entry}, or -1; begin with -1. */
  int next(long hash, int entry) {
    int slot = BucketFile.slot(hash, mask);
    for (int i = entry < 0 ? slotStart[slot] : entry + 1; i < slotStart[slot + 1]; i++) {
      if (hashes[i] == hash) {
        return i;
      }
    }
    return -1;
  }

  int ordinal(int entry) {
    return ordinals[entry];
  }

  long blockStart(int block) {
    return block < blockStart.length ? blockStart[block] : dataEnd;
  }
}
