package io.beamhouse.quality;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderRegistry;
import org.apache.beam.sdk.coders.DelegateCoder;
import org.apache.beam.sdk.transforms.Combine.CombineFn;

/**
 * Collects up to a number of entries into one sorted array of bytes; no order of merging changes
 * it. Entries are distinct and {@link #SIZE} bytes long.
 */
final class HashSetFn extends CombineFn<byte[], HashSetFn.Entries, byte[]> {
  private static final int SIZE = 1 + KeyEncoder.HASH_BYTES;
  private static final byte[] TOO_LARGE = {1};

  private final int limit;

  HashSetFn(int limit) {
    this.limit = limit;
  }

  /** Entries so far, not in order. */
  static final class Entries {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean tooMany;

    private static Entries of(byte[] bytes) {
      Entries entries = new Entries();
      entries.add(bytes, Integer.MAX_VALUE);
      return entries;
    }

    private void add(byte[] entries, int limit) {
      tooMany |= isTooLarge(entries) || bytes.size() + entries.length > (long) limit * SIZE;
      if (tooMany) {
        bytes.reset();
      } else {
        bytes.write(entries, 0, entries.length);
      }
    }

    private byte[] toBytes() {
      return tooMany ? TOO_LARGE.clone() : bytes.toByteArray();
    }
  }

  static byte[] entry(int number, byte[] hash) {
    byte[] entry = new byte[SIZE];
    entry[0] = (byte) number;
    System.arraycopy(hash, 0, entry, 1, hash.length);
    return entry;
  }

  static boolean isTooLarge(byte[] set) {
    return set.length == TOO_LARGE.length;
  }

  static boolean contains(byte[] set, byte[] entry) {
    int low = 0;
    int high = set.length / SIZE - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int from = middle * SIZE;
      int order = Arrays.compare(set, from, from + SIZE, entry, 0, SIZE);
      if (order == 0) {
        return true;
      } else if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return false;
  }

  @Override
  public Entries createAccumulator() {
    return new Entries();
  }

  @Override
  public Entries addInput(Entries entries, byte[] entry) {
    entries.add(entry, limit);
    return entries;
  }

  @Override
  public Entries mergeAccumulators(Iterable<Entries> all) {
    Entries merged = new Entries();
    all.forEach(each -> merged.add(each.toBytes(), limit));
    return merged;
  }

  @Override
  public byte[] extractOutput(Entries entries) {
    byte[] bytes = entries.toBytes();
    if (isTooLarge(bytes)) {
      return bytes;
    }
    byte[][] sorted = new byte[bytes.length / SIZE][];
    for (int i = 0; i < sorted.length; i++) {
      sorted[i] = Arrays.copyOfRange(bytes, i * SIZE, (i + 1) * SIZE);
    }
    Arrays.sort(sorted, Arrays::compare);
    for (int i = 0; i < sorted.length; i++) {
      System.arraycopy(sorted[i], 0, bytes, i * SIZE, SIZE);
    }
    return bytes;
  }

  @Override
  public Coder<Entries> getAccumulatorCoder(CoderRegistry registry, Coder<byte[]> input) {
    return DelegateCoder.of(ByteArrayCoder.of(), Entries::toBytes, Entries::of);
  }

  @Override
  public Coder<byte[]> getDefaultOutputCoder(CoderRegistry registry, Coder<byte[]> input) {
    return ByteArrayCoder.of();
  }
}
