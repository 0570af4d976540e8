package io.beamhouse.quality;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import org.apache.beam.sdk.values.Row;

/**
 * Rows too many of a key: exact up to {@link #KEYS} distinct keys, then of the keys with the
 * smallest hashes only.
 *
 * <p>Which keys these are depends on the keys alone, and each is counted from its first row on, so
 * order and splitting change nothing. A key that is found twice is twice there; one that is not
 * looked at is not found. Memory: at most 2 * KEYS entries in a table of 4 MB; written 0.6 MB.
 */
final class KeySample extends Measure<KeySample> {
  /** How many keys are kept. */
  static final int KEYS = 1 << 16;

  private static final int MOST = 2 * KEYS;
  private static final int SLOTS = 2 * MOST;
  private static final int FIRST_SLOTS = 1 << 10;

  private final KeyEncoder encoder;

  /** Open addressing; a count of 0 is a free slot. Hashes are never negative. */
  private long[] hashes = new long[FIRST_SLOTS];

  private long[] counts = new long[FIRST_SLOTS];
  private int size;

  /** Keys with this hash or a greater one are not looked at. */
  private long limit = Long.MAX_VALUE;

  KeySample(KeyEncoder encoder) {
    this.encoder = encoder;
  }

  @Override
  void add(Row row) {
    byte[] key = encoder.encode(row);
    if (key != null) {
      add(KeyEncoder.hash64(key) & Long.MAX_VALUE, 1);
    }
  }

  private void add(long hash, long count) {
    if (hash >= limit) {
      return;
    }
    int slot = slot(hash);
    if (counts[slot] == 0) {
      hashes[slot] = hash;
      size++;
    }
    counts[slot] += count;
    if (size == MOST) {
      trim();
    } else if (2 * size > hashes.length && hashes.length < SLOTS) {
      rehash(2 * hashes.length);
    }
  }

  private int slot(long hash) {
    int mask = hashes.length - 1;
    int slot = (int) (hash ^ (hash >>> 32)) & mask;
    while (counts[slot] != 0 && hashes[slot] != hash) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /** Keeps the KEYS smallest hashes. */
  private void trim() {
    if (size > KEYS) {
      limit = sorted()[KEYS];
      rehash(hashes.length);
    }
  }

  private long[] sorted() {
    long[] sorted = new long[size];
    int next = 0;
    for (int i = 0; i < hashes.length; i++) {
      if (counts[i] != 0) {
        sorted[next++] = hashes[i];
      }
    }
    Arrays.sort(sorted);
    return sorted;
  }

  private void rehash(int slots) {
    long[] oldHashes = hashes;
    long[] oldCounts = counts;
    hashes = new long[slots];
    counts = new long[slots];
    size = 0;
    for (int i = 0; i < oldHashes.length; i++) {
      if (oldCounts[i] != 0 && oldHashes[i] < limit) {
        int slot = slot(oldHashes[i]);
        hashes[slot] = oldHashes[i];
        counts[slot] = oldCounts[i];
        size++;
      }
    }
  }

  @Override
  void merge(KeySample other) {
    if (other.limit < limit) {
      limit = other.limit;
      rehash(hashes.length);
    }
    for (int i = 0; i < other.hashes.length; i++) {
      if (other.counts[i] != 0) {
        add(other.hashes[i], other.counts[i]);
      }
    }
  }

  @Override
  void write(DataOutput out) throws IOException {
    trim();
    out.writeLong(limit);
    long[] sorted = sorted();
    out.writeInt(sorted.length);
    for (long hash : sorted) {
      out.writeLong(hash);
      writeCount(counts[slot(hash)], out);
    }
  }

  @Override
  void read(DataInput in) throws IOException {
    hashes = new long[FIRST_SLOTS];
    counts = new long[FIRST_SLOTS];
    size = 0;
    limit = in.readLong();
    for (int keys = in.readInt(); keys > 0; keys--) {
      add(in.readLong(), readCount(in));
    }
  }

  private static void writeCount(long count, DataOutput out) throws IOException {
    long rest = count;
    while (rest > 0x7f) {
      out.writeByte((int) (rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.writeByte((int) rest);
  }

  private static long readCount(DataInput in) throws IOException {
    long count = 0;
    int shift = 0;
    int next;
    do {
      next = in.readUnsignedByte();
      count |= (long) (next & 0x7f) << shift;
      shift += 7;
    } while (next > 0x7f);
    return count;
  }

  @Override
  Double value(Instant now) {
    trim();
    long tooMany = 0;
    for (long count : counts) {
      tooMany += Math.max(count - 1, 0);
    }
    return limit == Long.MAX_VALUE ? tooMany : (double) Math.round(tooMany / share());
  }

  /** Whether it knows every key. */
  boolean isExact() {
    trim();
    return limit == Long.MAX_VALUE;
  }

  private double share() {
    return (double) limit / Long.MAX_VALUE;
  }

  @Override
  String note() {
    return isExact()
        ? ""
        : String.format(
            Locale.ROOT,
            "estimated from %d of about %.0f keys: what it finds is there, and a single duplicate"
                + " is found with a probability of %.2g; CheckDataset counts exactly",
            KEYS,
            KEYS / share(),
            share());
  }
}
