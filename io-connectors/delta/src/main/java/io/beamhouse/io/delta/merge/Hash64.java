package io.beamhouse.io.delta.merge;

/**
 * A 64-bit hash of bytes: eight bytes a round, each mixed by multiply and shift (the finalizer of
 * SplitMix64, Steele and others 2014).
 *
 * <p>It is part of tombstone files and of the order of changes: it must never change. It is not
 * safe against keys chosen to collide, which cost time, not correctness.
 */
final class Hash64 {
  private static final long SEED = 0x9E3779B97F4A7C15L;

  private Hash64() {}

  static long of(byte[] bytes, int from, int to) {
    long hash = SEED ^ (to - from);
    int at = from;
    for (; at + 8 <= to; at += 8) {
      hash = mix(hash ^ Bytes.getLong(bytes, at)) + SEED;
    }
    if (at < to) {
      long tail = 0;
      for (; at < to; at++) {
        tail = tail << 8 | (bytes[at] & 0xFF);
      }
      hash = mix(hash ^ tail) + SEED;
    }
    return mix(hash);
  }

  private static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** Splits the hash space into {@code buckets} consecutive ranges and returns the one of it. */
  static int bucket(long hash, int buckets) {
    return (int) (((hash >>> 32) * buckets) >>> 32);
  }
}
