package io.beamhouse.io.delta.merge;

import io.beamhouse.core.error.StateRefusedException;
import io.beamhouse.core.step.DurableSteps;
import io.beamhouse.io.core.storage.Storage;
import io.beamhouse.io.delta.log.TableSnapshot;
import io.beamhouse.io.delta.log.WriterTransaction;
import io.beamhouse.io.delta.merge.TombstoneFile.Header;
import io.beamhouse.io.delta.merge.TombstoneFile.Tombstone;
import java.io.BufferedOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * The deletes that a table remembers, so that a late older change does not bring a row back.
 *
 * <p>Each merge with deletes adds a file before it commits; the file counts iff the merge's
 * transaction is in the log. Every {@link #COMPACTED}th file takes the others in; those it replaces
 * are passed over, and removed a quarter of an hour later.
 */
final class Tombstones {
  /** The durable step of a tombstone file: whole, but without its commit. */
  static final String STEP = "delta.tombstones";

  private static final String SUFFIX = ".tombstones";
  private static final String WRITING = ".writing";
  private static final int COMPACTED = 8;

  /** For merges under way, which would else begin anew. */
  private static final long KEPT_MILLIS = 15L * 60 * 1000;

  /** By path of a tombstone file: a version of the table in which its commit is. */
  private static final Map<String, Long> COMMITTED =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
              return size() > 10_000;
            }
          });

  private final Path directory;
  private final String shape;
  private final String tablePath;

  Tombstones(String table, MergeShape shape) {
    this.tablePath = table;
    this.directory = new Path(Storage.path(table), WorkFiles.HOME + "/tombstones");
    this.shape = describe(shape);
  }

  private static String describe(MergeShape shape) {
    return "keys "
        + names(shape, shape.probed())
        + ", order "
        + names(shape, shape.sequence())
        + (shape.perParent() ? ", per parent" : names(shape, shape.lineage()));
  }

  private static String names(MergeShape shape, int[] columns) {
    return IntStream.of(columns)
        .mapToObj(c -> shape.name(c) + " " + shape.payload().type(c))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  /** The files that count at {@code snapshot}, opened; to be closed. */
  List<TombstoneFile> valid(TableSnapshot snapshot) throws IOException {
    List<TombstoneFile> files = new ArrayList<>();
    Set<String> replaced = new HashSet<>();
    Map<String, Long> versions = new HashMap<>();
    try {
      for (FileStatus status : newestFirst()) {
        // Newer files replace older ones, of which there may be hundreds.
        if (replaced.contains(status.getPath().getName())) {
          continue;
        }
        TombstoneFile file = TombstoneFile.open(status.getPath(), status.getLen());
        if (counts(file, snapshot, versions)) {
          files.add(file);
          replaced.addAll(file.header.replaces());
        } else {
          file.close();
        }
      }
      List<TombstoneFile> counting = new ArrayList<>();
      for (TombstoneFile file : files) {
        if (replaced.contains(file.name())) {
          file.close();
        } else {
          counting.add(file);
        }
      }
      counting.forEach(this::requireSameShape);
      return counting;
    } catch (IOException | RuntimeException e) {
      close(files);
      throw e;
    }
  }

  /** Asking the log is dear: once for each application, and never again for a committed file. */
  private static boolean counts(
      TombstoneFile file, TableSnapshot snapshot, Map<String, Long> versions) {
    String path = file.path.toString();
    Long since = COMMITTED.get(path);
    if (since != null && since <= snapshot.version()) {
      return true;
    }
    long newest =
        versions.computeIfAbsent(
            file.header.appId(), appId -> snapshot.transactionVersion(appId).orElse(-1));
    if (newest < file.header.version()) {
      return false;
    }
    COMMITTED.put(path, snapshot.version());
    return true;
  }

  /** The names of the files that count at {@code snapshot}. */
  Set<String> names(TableSnapshot snapshot) throws IOException {
    List<TombstoneFile> files = valid(snapshot);
    close(files);
    return files.stream().map(TombstoneFile::name).collect(Collectors.toCollection(TreeSet::new));
  }

  static void close(List<TombstoneFile> files) throws IOException {
    for (TombstoneFile file : files) {
      file.close();
    }
  }

  private List<FileStatus> list() throws IOException {
    try {
      return Arrays.stream(Storage.of(directory).listStatus(directory))
          .filter(status -> status.getPath().getName().endsWith(SUFFIX))
          .sorted(Comparator.comparing(FileStatus::getPath))
          .toList();
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  private List<FileStatus> newestFirst() throws IOException {
    return list().stream()
        .sorted(
            Comparator.comparingLong(FileStatus::getModificationTime)
                .reversed()
                .thenComparing(FileStatus::getPath))
        .toList();
  }

  private void requireSameShape(TombstoneFile file) {
    if (!file.header.shape().equals(shape)) {
      throw new StateRefusedException(
          "Delta table "
              + tablePath
              + " remembers deletes by "
              + file.header.shape()
              + ", this merge has "
              + shape
              + ". Merge with those columns, or forget the deletes by removing "
              + directory
              + ".");
    }
  }

  /**
   * Writes the deletes that {@code parts} hold (files of {@link #writePart}, in order of hash and
   * disjoint) as one file, which counts once {@code transaction} is committed.
   *
   * @return false when there is no delete
   */
  boolean write(List<String> parts, WriterTransaction transaction, TableSnapshot snapshot)
      throws IOException {
    if (parts.isEmpty()) {
      return false;
    }
    List<TombstoneFile> old = valid(snapshot);
    List<TombstoneFile> open = new ArrayList<>(old);
    try {
      boolean compact = old.size() + 1 >= COMPACTED;
      List<TombstoneFile> sources = new ArrayList<>(compact ? old : List.of());
      for (String part : parts) {
        Path path = new Path(part);
        TombstoneFile file =
            TombstoneFile.open(path, Storage.of(path).getFileStatus(path).getLen());
        open.add(file);
        sources.add(file);
      }
      List<String> replaces = compact ? replacedBy(old) : List.of();
      // Others list this directory; they must not meet a file that is half written.
      String name = UUID.randomUUID().toString();
      Path path = new Path(directory, name + WRITING);
      Header header = new Header(transaction.appId(), transaction.version(), shape, replaces);
      DurableSteps.before(STEP);
      try (OutputStream out =
          new BufferedOutputStream(Storage.of(path).create(path, false), 1 << 16)) {
        merge(sources, new TombstoneFile.Writer(out, header));
      }
      if (!Storage.of(path).rename(path, new Path(directory, name + SUFFIX))) {
        throw new IOException("cannot rename " + path);
      }
      DurableSteps.after(STEP);
      return true;
    } finally {
      close(open);
    }
  }

  /** {@code files} and, as far as they still lie there, the files that those replaced. */
  private List<String> replacedBy(List<TombstoneFile> files) throws IOException {
    Set<String> there =
        list().stream().map(status -> status.getPath().getName()).collect(Collectors.toSet());
    Set<String> replaced = new TreeSet<>();
    for (TombstoneFile file : files) {
      replaced.add(file.name());
      replaced.addAll(file.header.replaces());
    }
    replaced.retainAll(there);
    return List.copyOf(replaced);
  }

  /** Merges sorted files; of a key that is in several the latest delete stays. */
  private static void merge(List<TombstoneFile> sources, TombstoneFile.Writer out)
      throws IOException {
    PriorityQueue<TombstoneFile.Stream> heads =
        new PriorityQueue<>((a, b) -> a.current().compareKey(b.current()));
    for (TombstoneFile source : sources) {
      TombstoneFile.Stream stream = source.from(0);
      if (stream.current() != null) {
        heads.add(stream);
      }
    }
    Tombstone pending = null;
    while (!heads.isEmpty()) {
      TombstoneFile.Stream head = heads.poll();
      Tombstone next = head.current();
      head.advance();
      if (head.current() != null) {
        heads.add(head);
      }
      if (pending != null && pending.compareKey(next) == 0) {
        pending = pending.later(next);
      } else {
        if (pending != null) {
          out.add(pending);
        }
        pending = next;
      }
    }
    if (pending != null) {
      out.add(pending);
    }
    out.finish();
  }

  /** Writes some deletes, which it sorts, to a file that {@link #write} takes; empty for none. */
  String writePart(List<Tombstone> deletes, String workDirectory) throws IOException {
    if (deletes.isEmpty()) {
      return "";
    }
    deletes.sort(Tombstone::compareKey);
    return WorkFiles.write(
        workDirectory,
        WorkFiles.TOMBSTONES,
        out -> {
          TombstoneFile.Writer writer =
              new TombstoneFile.Writer(out, new Header("", 0, shape, List.of()));
          for (Tombstone delete : deletes) {
            writer.add(delete);
          }
          writer.finish();
        });
  }

  /** Removes files that other files replaced, some time later. */
  void removeReplaced(TableSnapshot snapshot) throws IOException {
    Set<String> counting = names(snapshot);
    Set<String> replaced = new HashSet<>();
    for (FileStatus status : list()) {
      if (counting.contains(status.getPath().getName())) {
        try (TombstoneFile file = TombstoneFile.open(status.getPath(), status.getLen())) {
          replaced.addAll(file.header.replaces());
        }
      }
    }
    for (FileStatus status : list()) {
      boolean old = status.getModificationTime() < System.currentTimeMillis() - KEPT_MILLIS;
      if (old && replaced.contains(status.getPath().getName())) {
        Storage.of(directory).delete(status.getPath(), false);
      }
    }
  }
}
