package io.beamhouse.io.delta.merge;

import io.beamhouse.io.core.storage.Storage;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;

/**
 * The stored changes of one merge, looked up by hash and fetched by ordinal.
 *
 * <p>Indexes are kept among all stores of this process, at most {@link #CACHED_CHANGES} changes of
 * them (about 70 MB); fetched changes belong to the caller. One store serves one thread.
 */
final class ChangeStore implements Closeable {
  /** Changes whose index is in memory at once. */
  static final int CACHED_CHANGES = 4_000_000;

  /**
   * As how many changes an index counts beside its own. Increments of a stream leave buckets of a
   * few changes, thousands of times: what bounds their number is that there are at most 4,000.
   */
  private static final long EACH = 1_000;

  /** Blocks of one fetch that are nearer than this are read at once. */
  private static final int NEAR = 32 * 1024;

  private static final int MAX_SPAN = 4 * 1024 * 1024;
  private static final IndexCache CACHE = new IndexCache();

  private final BucketRef[] refs;
  private final BucketRef[] byBucket;
  private final Map<String, FSDataInputStream> open = new HashMap<>();

  /** {@code refs} are in bucket order, without empty buckets. */
  ChangeStore(List<BucketRef> refs, int buckets) {
    this.refs = refs.toArray(BucketRef[]::new);
    this.byBucket = new BucketRef[buckets];
    for (BucketRef ref : refs) {
      byBucket[ref.bucket()] = ref;
    }
  }

  int buckets() {
    return byBucket.length;
  }

  /** Consecutive buckets whose indexes fit in memory together: {from, to} of bucket numbers. */
  List<int[]> passes() {
    List<int[]> passes = new ArrayList<>();
    long rows = 0;
    int from = 0;
    for (BucketRef ref : refs) {
      if (rows > 0 && rows + ref.rows() > CACHED_CHANGES) {
        passes.add(new int[] {from, ref.bucket()});
        from = ref.bucket();
        rows = 0;
      }
      rows += ref.rows();
    }
    if (rows > 0) {
      passes.add(new int[] {from, byBucket.length});
    }
    return passes;
  }

  /** The indexes of the buckets of one pass, by bucket number; null where there is no change. */
  BucketIndex[] indexes(int from, int to) throws IOException {
    BucketIndex[] indexes = new BucketIndex[byBucket.length];
    for (int bucket = from; bucket < to; bucket++) {
      if (byBucket[bucket] != null) {
        indexes[bucket] = index(byBucket[bucket]);
      }
    }
    return indexes;
  }

  int base(int bucket) {
    return byBucket[bucket].base();
  }

  /** How many indexes this process keeps. */
  static int cachedIndexes() {
    return CACHE.size();
  }

  BucketIndex index(BucketRef ref) throws IOException {
    BucketIndex cached = CACHE.get(ref);
    if (cached == null) {
      cached = BucketIndex.read(stream(ref.path()), ref.begin(), ref.length());
      CACHE.put(ref, cached);
    }
    return cached;
  }

  /** Fetches the changes with these ordinals, which ascend and may repeat. */
  byte[][] fetch(int[] ordinals, int count) throws IOException {
    byte[][] changes = new byte[count][];
    int at = 0;
    while (at < count) {
      BucketRef ref = holder(ordinals[at]);
      int end = at;
      while (end < count && ordinals[end] - ref.base() < ref.rows()) {
        end++;
      }
      fetch(ref, ordinals, at, end, changes);
      at = end;
    }
    return changes;
  }

  private void fetch(BucketRef ref, int[] ordinals, int from, int to, byte[][] changes)
      throws IOException {
    BucketIndex index = index(ref);
    int at = from;
    while (at < to) {
      int first = (ordinals[at] - ref.base()) / BucketFile.BLOCK;
      int last = first;
      int end = at;
      for (; end < to; end++) {
        int block = (ordinals[end] - ref.base()) / BucketFile.BLOCK;
        if (block > last
            && (index.blockStart(block) - index.blockStart(last + 1) > NEAR
                || index.blockStart(block + 1) - index.blockStart(first) > MAX_SPAN)) {
          break;
        }
        last = block;
      }
      long begin = index.blockStart(first);
      int length = (int) (index.blockStart(last + 1) - begin);
      byte[] span = BucketFile.read(stream(ref.path()), ref.begin() + begin, length);
      slice(span, ref.base() + first * BucketFile.BLOCK, ordinals, at, end, changes);
      at = end;
    }
  }

  private static void slice(
      byte[] span, int firstOrdinal, int[] ordinals, int from, int to, byte[][] changes) {
    int ordinal = firstOrdinal;
    int position = 0;
    for (int i = from; i < to; i++) {
      while (ordinal < ordinals[i]) {
        position += Integer.BYTES + Bytes.getInt(span, position);
        ordinal++;
      }
      int begin = position + Integer.BYTES;
      changes[i] = Arrays.copyOfRange(span, begin, begin + Bytes.getInt(span, position));
    }
  }

  /** Fetches a bucket's changes whose global ordinal passes {@code wanted}, in key order. */
  List<byte[]> fetch(BucketRef ref, IntPredicate wanted) throws IOException {
    int[] ordinals = new int[ref.rows()];
    int count = 0;
    for (int i = 0; i < ref.rows(); i++) {
      if (wanted.test(ref.base() + i)) {
        ordinals[count++] = ref.base() + i;
      }
    }
    byte[][] changes = new byte[count][];
    fetch(ref, ordinals, 0, count, changes);
    return Arrays.asList(changes);
  }

  private BucketRef holder(int ordinal) {
    int low = 0;
    int high = refs.length - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (refs[middle].base() <= ordinal) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return refs[low];
  }

  private FSDataInputStream stream(String path) throws IOException {
    FSDataInputStream in = open.get(path);
    if (in == null) {
      Path file = new Path(path);
      in = Storage.of(file).open(file);
      open.put(path, in);
    }
    return in;
  }

  @Override
  public void close() {
    try {
      for (FSDataInputStream in : open.values()) {
        in.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      open.clear();
    }
  }

  /** The least recently used indexes go first. */
  private static final class IndexCache {
    private final Map<BucketRef, BucketIndex> indexes = new LinkedHashMap<>(16, 0.75f, true);
    private long changes;

    synchronized BucketIndex get(BucketRef ref) {
      return indexes.get(ref);
    }

    synchronized void put(BucketRef ref, BucketIndex index) {
      if (indexes.put(ref, index) == null) {
        changes += weight(index);
      }
      var oldest = indexes.entrySet().iterator();
      while (changes > CACHED_CHANGES && oldest.hasNext()) {
        changes -= weight(oldest.next().getValue());
        oldest.remove();
      }
    }

    private static long weight(BucketIndex index) {
      return EACH + index.size();
    }

    synchronized int size() {
      return indexes.size();
    }
  }
}
