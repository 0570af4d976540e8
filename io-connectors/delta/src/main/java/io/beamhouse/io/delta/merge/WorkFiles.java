package io.beamhouse.io.delta.merge;

import io.beamhouse.io.core.storage.Storage;
import io.beamhouse.io.delta.log.WriterTransaction;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.lang.ref.SoftReference;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.checkerframework.checker.nullness.qual.Nullable;

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

  /** A merge of an application keeps the files of its latest runs, for whoever sleeps in one. */
  static final int KEPT_RUNS = 200;

  private static final long OLD_MILLIS = 7L * 24 * 60 * 60 * 1000;
  private static final int SHARED = 32;

  /** What was read or written last, by path. */
  private static final Map<String, SoftReference<Object>> READ =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, SoftReference<Object>> eldest) {
              return size() > SHARED;
            }
          });

  private WorkFiles() {}

  /**
   * Where the files of the merge called {@code token} go; its name begins with its application and
   * version, so that a later run of the application knows it by its name.
   */
  static String directory(String table, @Nullable WriterTransaction transaction, String token) {
    String run =
        transaction == null ? "" : application(transaction) + "." + transaction.version() + ".";
    return Storage.path(table) + "/" + HOME + "/tmp/" + run + token;
  }

  private static String application(WriterTransaction transaction) {
    byte[] id = transaction.appId().getBytes(StandardCharsets.UTF_8);
    return UUID.nameUUIDFromBytes(id).toString();
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

  /** {@code object} is shared with those who read it in this process: nobody changes it. */
  static String writeObject(String directory, String kind, Serializable object) throws IOException {
    String path =
        write(
            directory,
            kind,
            out -> {
              ObjectOutputStream objects = new ObjectOutputStream(out);
              objects.writeObject(object);
              objects.flush();
            });
    READ.put(path, new SoftReference<>(object));
    return path;
  }

  /** Reads what {@link #writeObject} wrote; the latest are kept while memory allows. */
  static <T> T readObject(String path, Class<T> type) throws IOException {
    SoftReference<Object> reference = READ.get(path);
    Object object = reference == null ? null : reference.get();
    if (object == null) {
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
   * Removes what merges left that nobody runs any more: those that pinned their version long ago,
   * and earlier runs of {@code transaction}'s application but for {@link #KEPT_RUNS}.
   */
  static void deleteOld(String table, @Nullable WriterTransaction transaction) throws IOException {
    Path home = new Path(directory(table, null, "x")).getParent();
    long limit = System.currentTimeMillis() - OLD_MILLIS;
    for (FileStatus merge : Storage.of(home).listStatus(home)) {
      if (isOver(merge.getPath().getName(), transaction)
          || (merge.getModificationTime() < limit && isOld(home, merge, limit))) {
        Storage.of(home).delete(merge.getPath(), true);
      }
    }
  }

  private static boolean isOver(String name, @Nullable WriterTransaction transaction) {
    if (transaction == null || !name.startsWith(application(transaction) + ".")) {
      return false;
    }
    int version = application(transaction).length() + 1;
    String run = name.substring(version, name.indexOf('.', version));
    return Long.parseLong(run) <= transaction.version() - KEPT_RUNS;
  }

  private static boolean isOld(Path home, FileStatus merge, long limit) throws IOException {
    FileStatus[] pins = Storage.of(home).globStatus(new Path(merge.getPath(), MergePlanner.PIN));
    return pins != null && pins.length == 1 && pins[0].getModificationTime() < limit;
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
