package io.beamhouse.io.jdbc;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.fs.Path;

/**
 * Compares the keys of a table with those of the run before, bucket by bucket.
 *
 * <p>Memory: the keys of one bucket, about {@link KeyReconciler#BUCKET_KEYS}, with their cursors.
 */
final class KeyComparison {
  private final Shape shape;
  private final Position.KeyFiles before;
  private final Position.KeyFiles now;
  private final String from;
  private final String to;
  private final boolean strict;
  private long live;
  private long vanished;
  private long late;
  private long backwards;
  private long returned;

  /**
   * @param from where this run begins to read; rows before it that are new are late; null for none
   * @param to the run's upper bound, which deletes get as their cursor
   * @param strict whether {@code before} is what this state saw, so that nothing may go backwards
   */
  KeyComparison(
      Shape shape,
      Position.KeyFiles before,
      Position.KeyFiles now,
      String from,
      String to,
      boolean strict) {
    this.shape = shape;
    this.before = before;
    this.now = now;
    this.from = from;
    this.to = to;
    this.strict = strict;
  }

  /** Keys of one old bucket that belong to a new one, with the cursors that they had last. */
  private record Known(Map<ByteBuffer, String> live, Map<ByteBuffer, String> gone) {}

  /** Writes vanished keys and late ones to the files given, and {@code gone} files beside now's. */
  void compare(Path deletedFile, Path lateFile) throws IOException {
    try (KeyFile.Writer deleted = new KeyFile.Writer(deletedFile);
        KeyFile.Writer lateKeys = new KeyFile.Writer(lateFile)) {
      for (int bucket = 0; bucket < now.buckets(); bucket++) {
        Known known = known(bucket);
        live += known.live.size();
        readNow(bucket, known, lateKeys);
        Path gone = KeyBuckets.file(now.directory(), KeyReconciler.GONE, bucket);
        try (KeyFile.Writer out = new KeyFile.Writer(gone)) {
          for (ByteBuffer key : known.live.keySet()) {
            deleted.write(key.array(), to);
            out.write(key.array(), to);
          }
          for (Map.Entry<ByteBuffer, String> old : known.gone.entrySet()) {
            out.write(old.getKey().array(), old.getValue());
          }
        }
        vanished += known.live.size();
      }
    }
  }

  private void readNow(int bucket, Known known, KeyFile.Writer lateKeys) throws IOException {
    Path file = KeyBuckets.file(now.directory(), KeyReconciler.LIVE, bucket);
    try (KeyFile.Reader keys = new KeyFile.Reader(file)) {
      for (KeyFile.Entry entry = keys.next(); entry != null; entry = keys.next()) {
        ByteBuffer key = ByteBuffer.wrap(entry.key());
        boolean wasLive = known.live.containsKey(key);
        String old = known.live.remove(key);
        boolean wasGone = known.gone.remove(key) != null;
        if (strict && entry.cursor() != null && !entry.cursor().equals(old)) {
          judge(entry, wasLive && !old.isEmpty() ? old : null, wasGone, lateKeys);
        }
      }
    }
  }

  private void judge(KeyFile.Entry entry, String old, boolean wasGone, KeyFile.Writer lateKeys)
      throws IOException {
    if (old != null && shape.kind().compare(entry.cursor(), old) < 0) {
      backwards++;
    } else if (isBelow(entry.cursor()) && wasGone) {
      returned++;
    } else if (isBelow(entry.cursor())) {
      lateKeys.write(entry.key(), entry.cursor());
      late++;
    }
  }

  /** Whether no run will read this cursor any more, although the first one would have. */
  private boolean isBelow(String cursor) {
    if (from == null || shape.kind().compare(cursor, from) >= 0) {
      return false;
    }
    String start = shape.spec().startFrom();
    return start.isEmpty()
        || shape.kind().compare(cursor, shape.kind().parse(start, shape.zone())) >= 0;
  }

  private Known known(int bucket) {
    // Bucket counts are powers of two that only grow, so one old bucket holds all of these.
    int old = bucket % before.buckets();
    Map<ByteBuffer, String> alive = newest(KeyReconciler.LIVE, old, bucket);
    Map<ByteBuffer, String> gone = newest(KeyReconciler.GONE, old, bucket);
    // Earlier rows hold every change of a key; the last one counts, and a row rather than a delete.
    gone.entrySet()
        .removeIf(
            entry -> {
              if (!alive.containsKey(entry.getKey())) {
                return false;
              }
              boolean deletedLast = later(entry.getValue(), alive.get(entry.getKey()));
              if (deletedLast) {
                alive.remove(entry.getKey());
              }
              return !deletedLast;
            });
    return new Known(alive, gone);
  }

  private Map<ByteBuffer, String> newest(String name, int file, int bucket) {
    Map<ByteBuffer, String> newest = new HashMap<>();
    try (KeyFile.Reader keys =
        new KeyFile.Reader(KeyBuckets.file(before.directory(), name, file))) {
      for (KeyFile.Entry entry = keys.next(); entry != null; entry = keys.next()) {
        if (KeyCodec.bucket(entry.key(), now.buckets()) == bucket) {
          newest.merge(
              ByteBuffer.wrap(entry.key()),
              entry.cursor() == null ? "" : entry.cursor(),
              (one, other) -> later(one, other) ? one : other);
        }
      }
    }
    return newest;
  }

  /** No cursor, the empty text, comes before all. */
  private boolean later(String one, String other) {
    if (one.equals(other) || one.isEmpty()) {
      return false;
    }
    return other.isEmpty() || shape.kind().compare(one, other) > 0;
  }

  /** Keys that were live before. */
  long live() {
    return live;
  }

  /** Keys that were live before and are no more. */
  long vanished() {
    return vanished;
  }

  /** Rows that no range holds any more and that no run has read. */
  long late() {
    return late;
  }

  /** Rows whose cursor is smaller than it was. */
  long backwards() {
    return backwards;
  }

  /** Rows that had vanished and are back with a cursor that was read before. */
  long returned() {
    return returned;
  }
}
