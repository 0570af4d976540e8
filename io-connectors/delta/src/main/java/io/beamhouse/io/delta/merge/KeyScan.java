package io.beamhouse.io.delta.merge;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * Finds the rows of a window whose key is that of a change: by hash, then by the key itself. In a
 * merge per parent rows without such a change are found by their parent's key.
 *
 * <p>Holds the keys and hashes of one window, and the changes found in it.
 */
final class KeyScan {
  /** In place of where a key ends: the row is not looked for. */
  private static final int NOT_SOUGHT = -1;

  private static final int MATCHED = -2;

  private final ChangeStore store;
  private final boolean perParent;
  private final List<int[]> passes;
  private final Bytes keys = new Bytes(1 << 16);
  private int[] keyEnds = new int[0];
  private int[] soughtEnds = new int[0];
  private int[] parentEnds = new int[0];
  private long[] hashes = new long[0];
  private long[] parentHashes = new long[0];
  private int candidates;
  private long[] found = new long[64];

  /** The matching rows, relative to the row group, ascending; valid until the next scan. */
  int[] rows = new int[0];

  int[] ordinals = new int[0];
  byte[][] changes = new byte[0][];
  int size;

  KeyScan(ChangeStore store, boolean perParent) {
    this.store = store;
    this.perParent = perParent;
    this.passes = store.passes();
  }

  /** Reads the keys of rows {@code from .. to} and matches them; rows in {@code skipped} never. */
  void scan(RowCursor cursor, int from, int to, int[] skipped) throws IOException {
    int count = to - from;
    read(cursor, from, count, skipped);
    size = 0;
    find(count, hashes);
    if (perParent) {
      for (int i = 0; i < count; i++) {
        soughtEnds[i] = soughtEnds[i] == MATCHED ? NOT_SOUGHT : parentEnds[i];
      }
      find(count, parentHashes);
    }
    sort(from);
  }

  private void read(RowCursor cursor, int from, int count, int[] skipped) {
    if (hashes.length < count) {
      hashes = new long[count];
      keyEnds = new int[count];
      soughtEnds = new int[count];
      parentHashes = perParent ? new long[count] : hashes;
      parentEnds = perParent ? new int[count] : keyEnds;
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
      soughtEnds[i] = complete ? keys.size : NOT_SOUGHT;
      if (perParent) {
        parentEnds[i] = complete ? cursor.parentEnd() : NOT_SOUGHT;
        parentHashes[i] = complete ? Hash64.of(keys.array, begin, parentEnds[i]) : 0;
      }
    }
  }

  private int begin(int row) {
    return row == 0 ? 0 : keyEnds[row - 1];
  }

  /** Finds the rows whose key up to its sought end has one of {@code sought}. */
  private void find(int count, long[] sought) throws IOException {
    candidates = 0;
    for (int[] pass : passes) {
      probe(count, sought, pass[0], pass[1]);
    }
    verify();
  }

  /** Collects (ordinal, row) of equal hashes among the buckets of one pass. */
  private void probe(int count, long[] sought, int fromBucket, int toBucket) throws IOException {
    BucketIndex[] indexes = store.indexes(fromBucket, toBucket);
    int buckets = store.buckets();
    for (int i = 0; i < count; i++) {
      if (soughtEnds[i] < 0) {
        continue;
      }
      int bucket = Hash64.bucket(parentHashes[i], buckets);
      BucketIndex index = indexes[bucket];
      if (index == null) {
        continue;
      }
      for (int e = index.next(sought[i], -1); e >= 0; e = index.next(sought[i], e)) {
        if (candidates == found.length) {
          found = Arrays.copyOf(found, 2 * candidates);
        }
        found[candidates++] = ((long) (store.base(bucket) + index.ordinal(e)) << 32) | i;
      }
    }
  }

  /** Fetches the candidates in the order in which they are stored, and keeps those of equal key. */
  private void verify() throws IOException {
    Arrays.sort(found, 0, candidates);
    int[] fetched = new int[candidates];
    for (int i = 0; i < candidates; i++) {
      fetched[i] = (int) (found[i] >>> 32);
    }
    byte[][] records = store.fetch(fetched, candidates);
    rows = Arrays.copyOf(rows, size + candidates);
    ordinals = Arrays.copyOf(ordinals, size + candidates);
    changes = Arrays.copyOf(changes, size + candidates);
    for (int i = 0; i < candidates; i++) {
      int row = (int) found[i];
      byte[] change = records[i];
      if (SortableBytes.compare(
              change, Change.KEY, Change.order(change), keys.array, begin(row), soughtEnds[row])
          == 0) {
        rows[size] = row;
        ordinals[size] = fetched[i];
        changes[size++] = change;
      }
    }
    for (int i = 0; i < size; i++) {
      soughtEnds[rows[i]] = MATCHED;
    }
  }

  private void sort(int firstRow) {
    long[] byRow = new long[size];
    for (int i = 0; i < size; i++) {
      byRow[i] = ((long) rows[i] << 32) | i;
    }
    Arrays.sort(byRow);
    int[] sortedOrdinals = new int[size];
    byte[][] sortedChanges = new byte[size][];
    for (int i = 0; i < size; i++) {
      sortedOrdinals[i] = ordinals[(int) byRow[i]];
      sortedChanges[i] = changes[(int) byRow[i]];
      rows[i] = firstRow + (int) (byRow[i] >>> 32);
    }
    ordinals = sortedOrdinals;
    changes = sortedChanges;
  }
}
