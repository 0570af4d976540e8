package io.beamhouse.io.jdbc;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.Path;

/** Files of keys in buckets by the key's hash, so that two sets are compared bucket by bucket. */
final class KeyBuckets implements AutoCloseable {
  private final List<KeyFile.Writer> writers = new ArrayList<>();

  /** Creates the files {@code <name>-<bucket>} of {@code directory}. */
  static KeyBuckets create(Path directory, String name, int buckets) throws IOException {
    KeyBuckets created = new KeyBuckets();
    try {
      for (int bucket = 0; bucket < buckets; bucket++) {
        created.writers.add(new KeyFile.Writer(file(directory.toString(), name, bucket)));
      }
      return created;
    } catch (IOException | RuntimeException e) {
      created.close();
      throw e;
    }
  }

  static Path file(String directory, String name, int bucket) {
    return new Path(directory, name + "-" + bucket);
  }

  void write(byte[] key, String cursor) throws IOException {
    writers.get(KeyCodec.bucket(key, writers.size())).write(key, cursor);
  }

  @Override
  public void close() throws IOException {
    IOException first = null;
    for (KeyFile.Writer writer : writers) {
      try {
        writer.close();
      } catch (IOException e) {
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
