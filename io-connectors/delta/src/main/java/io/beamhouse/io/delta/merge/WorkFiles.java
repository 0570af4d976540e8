package io.beamhouse.io.delta.merge;

import io.beamhouse.io.core.storage.Storage;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.lang.ref.SoftReference;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * Files of one merge that the table never sees, each under a name of its own, so that two attempts
 * of a task never meet.
 */
final class WorkFiles {
  /** Below a table: what Beamhouse keeps there. Readers of Delta pass over it. */
  static final String HOME = "_beamhouse";

  /** Kinds of files that are of no use after the commit. */
  static final String CHANGES = "changes";

  static final String TOMBSTONES = "tombstones";

  private static final long OLD_MILLIS = 24L * 60 * 60 * 1000;
  private static final int MERGES_PER_SWEEP = 32;

  /** By table: how many this process has merged. */
  private static final Map<String, AtomicInteger> MERGES = new ConcurrentHashMap<>();

  private static final Map<String, SoftReference<Object>> READ = new ConcurrentHashMap<>();

  private WorkFiles() {}

  /** Where the files of the merge called {@code token} go. */
  static String directory(String table, String token) {
    return Storage.path(table) + "/" + HOME + "/tmp/" + token;
  }

  /** Writes a new file and returns its path. */
  static String write(String directory, String kind, Content content) throws IOException {
    Path path = new Path(directory, kind + "-" + UUID.randomUUID());
    try (OutputStream out =
        new BufferedOutputStream(Storage.of(path).create(path, false), 1 << 16)) {
      content.writeTo(out);
    }
    return path.toString();
  }

  static String writeObject(String directory, String kind, Serializable object) throws IOException {
    return write(
        directory,
        kind,
        out -> {
          ObjectOutputStream objects = new ObjectOutputStream(out);
          objects.writeObject(object);
          objects.flush();
        });
  }

  /** Reads what {@link #writeObject} wrote; kept while memory allows, as tasks share it. */
  static <T> T readObject(String path, Class<T> type) throws IOException {
    SoftReference<Object> reference = READ.get(path);
    Object object = reference == null ? null : reference.get();
    if (object == null) {
      READ.values().removeIf(r -> r.get() == null);
      Path file = new Path(path);
      try (InputStream in = Storage.of(file).open(file);
          ObjectInputStream objects = new ClassLoaderInput(in, type.getClassLoader())) {
        object = objects.readObject();
      } catch (ClassNotFoundException e) {
        throw new IOException("The file " + path + " was written by another version.", e);
      }
      READ.put(path, new SoftReference<>(object));
    }
    return type.cast(object);
  }

  /**
   * Removes the changes of a merge that has been committed. What a committer needs that runs again
   * stays: a few small files.
   */
  static void deleteChanges(String directory) throws IOException {
    Path path = new Path(directory);
    for (FileStatus file : Storage.of(path).listStatus(path)) {
      String name = file.getPath().getName();
      if (name.startsWith(CHANGES) || name.startsWith(TOMBSTONES)) {
        Storage.of(path).delete(file.getPath(), false);
      }
    }
  }

  /**
   * Removes what merges left that were last at work a day ago; nobody runs them any more. A walk
   * through all of them, so it is done once in a while.
   */
  static void deleteOld(String table) throws IOException {
    int merges =
        MERGES.computeIfAbsent(table, any -> new AtomicInteger()).getAndIncrement();
    if (merges % MERGES_PER_SWEEP == 0) {
      sweep(table);
    }
  }

  static void sweep(String table) throws IOException {
    Path home = new Path(directory(table, "x")).getParent();
    long limit = System.currentTimeMillis() - OLD_MILLIS;
    for (FileStatus merge : Storage.of(home).listStatus(home)) {
      if (lastAtWork(merge) < limit) {
        Storage.of(home).delete(merge.getPath(), true);
      }
    }
  }

  /** A store that tells no time of directories tells that of the pin. */
  private static long lastAtWork(FileStatus merge) throws IOException {
    if (merge.getModificationTime() > 0) {
      return merge.getModificationTime();
    }
    Path pin = new Path(merge.getPath(), MergePlanner.PIN);
    return Storage.of(pin).exists(pin)
        ? Storage.of(pin).getFileStatus(pin).getModificationTime()
        : Long.MAX_VALUE;
  }

  /** Writes the content of a new file. */
  @FunctionalInterface
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** On Spark our classes are not in the system's class loader. */
  private static final class ClassLoaderInput extends ObjectInputStream {
    private final ClassLoader loader;

    ClassLoaderInput(InputStream in, ClassLoader loader) throws IOException {
      super(new java.io.BufferedInputStream(in, 1 << 16));
      this.loader = loader;
    }

    @Override
    protected Class<?> resolveClass(java.io.ObjectStreamClass description)
        throws IOException, ClassNotFoundException {
      try {
        return Class.forName(description.getName(), false, loader);
      } catch (ClassNotFoundException e) {
        // Primitive types have no loader.
        return super.resolveClass(description);
      }
    }
  }
}
