package io.beamhouse.io.delta.merge;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * Finds the rows of a window whose key is that of a change: by hash, then by the key itself.
 *
 * <p>Holds the keys and hashes of one window, and the changes found in it.
 */
final class KeyScan {
  private final ChangeStore store;
  private final List<int[]> passes;
  private final Bytes keys = new Bytes(1 << 16);
  private int[] keyEnds = new int[0];
  private long[] hashes = new long[0];
  private int candidates;
  private long[] found = new long[64];

  /** The matching rows, relative to the row group, ascending; valid until the next scan. */
  int[] rows = new int[0];

  int[] ordinals = new int[0];
  byte[][] changes = new byte[0][];
  int size;

  KeyScan(ChangeStore store) {
    this.store = store;
    this.passes = store.passes();
  }

  /** Reads the keys of rows {@code from .. to} and matches them; rows in {@code skipped} never. */
  void scan(RowCursor cursor, int from, int to, int[] skipped) throws IOException {
    int count = to - from;
    if (hashes.length < count) {
      hashes = new long[count];
      keyEnds = new int[count];
    }
    int skip = Arrays.binarySearch(skipped, from);
    skip = skip < 0 ? -skip - 1 : skip;
    keys.clear();
    for (int i = 0; i < count; i++) {
      int begin = keys.size;
      boolean complete = cursor.nextKey(keys);
      if (skip < skipped.length && skipped[skip] == from + i) {
        complete = false;
        skip++;
      }
      if (complete) {
        hashes[i] = Hash64.of(keys.array, begin, keys.size);
      } else {
        keys.size = begin;
      }
      keyEnds[i] = keys.size;
    }
    candidates = 0;
    for (int[] pass : passes) {
      probe(count, pass[0], pass[1]);
    }
    verify(from);
  }

  /** Collects (ordinal, row) of equal hashes among the buckets of one pass. */
  private void probe(int count, int fromBucket, int toBucket) throws IOException {
    BucketIndex[] indexes = store.indexes(fromBucket, toBucket);
    int buckets = store.buckets();
    for (int i = 0; i < count; i++) {
      if (keyEnds[i] == (i == 0 ? 0 : keyEnds[i - 1])) {
        continue;
      }
      int bucket = Hash64.bucket(hashes[i], buckets);
      BucketIndex index = indexes[bucket];
      if (index == null) {
        continue;
      }
      for (int e = index.next(hashes[i], -1); e >= 0; e = index.next(hashes[i], e)) {
        if (candidates == found.length) {
          found = Arrays.copyOf(found, 2 * candidates);
        }
        found[candidates++] = ((long) (store.base(bucket) + index.ordinal(e)) << 32) | i;
      }
    }
  }

  /** Fetches the candidates in the order in which they are stored, then sorts them by row. */
  private void verify(int firstRow) throws IOException {
    Arrays.sort(found, 0, candidates);
    int[] fetched = new int[candidates];
    for (int i = 0; i < candidates; i++) {
      fetched[i] = (int) (found[i] >>> 32);
    }
    byte[][] records = store.fetch(fetched, candidates);
    long[] byRow = new long[candidates];
    size = 0;
    for (int i = 0; i < candidates; i++) {
      int row = (int) found[i];
      byte[] change = records[i];
      if (SortableBytes.compare(
              change,
              Change.KEY,
              Change.order(change),
              keys.array,
              row == 0 ? 0 : keyEnds[row - 1],
              keyEnds[row])
          == 0) {
        byRow[size++] = ((long) row << 32) | i;
      }
    }
    Arrays.sort(byRow, 0, size);
    rows = new int[size];
    ordinals = new int[size];
    changes = new byte[size][];
    for (int i = 0; i < size; i++) {
      rows[i] = firstRow + (int) (byRow[i] >>> 32);
      ordinals[i] = fetched[(int) byRow[i]];
      changes[i] = records[(int) byRow[i]];
    }
  }
}
