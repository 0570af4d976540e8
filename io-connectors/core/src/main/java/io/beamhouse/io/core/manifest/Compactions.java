package io.beamhouse.io.core.manifest;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.StorageFailedException;
import io.beamhouse.core.step.DurableSteps;
import io.beamhouse.io.core.manifest.Manifest.PublishedFile;
import io.beamhouse.io.core.state.StateStore;
import io.beamhouse.io.core.state.StateStores;
import io.beamhouse.io.core.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Published files put together: the runs that were, and the moves that make it so for everybody.
 *
 * <p>Runs are taken from the first on without gaps, so that the key of the next compaction, {@code
 * _manifests/compacted/<publisher>/<first run>.json}, is the same for all who try: its put is the
 * one moment of truth. Afterwards the new files are renamed to their published names and those that
 * they replace are moved to {@code _replaced/}, directory by directory; that may be done by anyone,
 * any number of times. A reader that follows manifests finds each file in either place. A plain
 * pattern sees every row at any time, and some twice between the two.
 *
 * <p>Durable steps: {@code files.stage}, {@code files.compacted}, {@code files.publish}, {@code
 * files.replace}, {@code files.purge}.
 */
@Evolving
public final class Compactions {
  /** Where replaced files are kept. */
  public static final String REPLACED = "_replaced";

  private static final String COMPACTED = "compacted";
  private static final String SUFFIX = ".json";
  private static final String PURGED = ".purged";

  private final Path directory;
  private final StateStore store;
  private final Manifests manifests;

  Compactions(Path directory, StateStore store, Manifests manifests) {
    this.directory = directory;
    this.store = store;
    this.manifests = manifests;
  }

  /** The compactions of {@code directory}, which need not have any. */
  public static Compactions at(String directory) {
    Path path = Storage.path(directory);
    return new Compactions(
        path, StateStores.at(Manifests.of(path).toString()), Manifests.at(directory));
  }

  /** Returns the first runs of a publisher's compactions, ascending. */
  public List<Long> firstRuns(String publisher) throws IOException {
    return Storage.names(new Path(Manifests.of(directory), COMPACTED + "/" + publisher)).stream()
        .filter(name -> name.matches("\\d{18}\\" + SUFFIX))
        .map(name -> Long.valueOf(name.substring(0, name.length() - SUFFIX.length())))
        .sorted()
        .toList();
  }

  public Optional<CompactedRuns> get(String publisher, long firstRun) throws IOException {
    return get(key(publisher, firstRun));
  }

  /** Returns what {@link #key(CompactedRuns)} names. */
  public Optional<CompactedRuns> get(String key) throws IOException {
    return store
        .get(key + SUFFIX)
        .map(bytes -> CompactedRunsJson.fromBytes(bytes, directory + " " + key));
  }

  /** Names {@code runs} among all of the directory. */
  public static String key(CompactedRuns runs) {
    return key(runs.publisher(), runs.from());
  }

  private static String key(String publisher, long firstRun) {
    return COMPACTED + "/" + publisher + "/" + String.format("%018d", firstRun);
  }

  /** Returns the hash of the content, in hex. */
  public static String hash(CompactedRuns runs) {
    return Manifests.hash(CompactedRunsJson.toBytes(runs));
  }

  /** Returns the compaction that {@code name}'s run is in. */
  public Optional<CompactedRuns> covering(ManifestName name) throws IOException {
    List<Long> before =
        firstRuns(name.publisher()).stream().filter(run -> run <= name.run()).toList();
    return before.isEmpty()
        ? Optional.empty()
        : get(name.publisher(), before.get(before.size() - 1)).filter(runs -> runs.covers(name));
  }

  /** Returns the newest compaction of {@code publisher}. */
  public Optional<CompactedRuns> newest(String publisher) throws IOException {
    List<Long> all = firstRuns(publisher);
    return all.isEmpty() ? Optional.empty() : get(publisher, all.get(all.size() - 1));
  }

  /**
   * Returns the compactions of which no run is among those up to {@code runs}, in order.
   *
   * @param runs by publisher; all compactions of one that is not named
   */
  public List<CompactedRuns> after(Map<String, Long> runs) throws IOException {
    List<CompactedRuns> whole = new ArrayList<>();
    for (String publisher : Storage.names(new Path(Manifests.of(directory), COMPACTED))) {
      for (long firstRun : firstRuns(publisher)) {
        if (firstRun > runs.getOrDefault(publisher, -1L)) {
          get(publisher, firstRun).ifPresent(whole::add);
        }
      }
    }
    whole.sort(
        Comparator.comparing(CompactedRuns::publisher).thenComparingLong(CompactedRuns::from));
    return whole;
  }

  /** Writes one new file below {@code _staging}, which nobody knows of before {@link #put}. */
  public StagedFile stage(String staged, RowFileFormat format, Schema schema, Rows rows)
      throws IOException {
    Path path = new Path(directory, staged);
    StagingOutput out = new StagingOutput(path);
    boolean whole = false;
    try {
      long[] count = {0};
      RowFileFormat.RowFile file = format.open(out, schema);
      rows.forEach(
          row -> {
            file.write(row);
            count[0]++;
          });
      DurableSteps.before("files.stage");
      file.close();
      String checksum = out.finish();
      DurableSteps.after("files.stage");
      whole = true;
      return new StagedFile(path.toString(), count[0], out.bytes(), checksum, "", Map.of());
    } finally {
      if (!whole) {
        out.close();
      }
    }
  }

  /** Hands rows to a file. */
  @FunctionalInterface
  public interface Rows {
    void forEach(RowSink sink) throws IOException;
  }

  /** Takes a row. */
  @FunctionalInterface
  public interface RowSink {
    void write(Row row) throws IOException;
  }

  /**
   * Makes {@code mine} true, or finds that another compaction has the same first run; then finishes
   * the one that is.
   */
  public CompactedRuns put(CompactedRuns mine) throws IOException {
    DurableSteps.before("files.compacted");
    boolean put = store.putIfAbsent(key(mine) + SUFFIX, CompactedRunsJson.toBytes(mine));
    DurableSteps.after("files.compacted");
    CompactedRuns winner = put ? mine : get(mine.publisher(), mine.from()).orElseThrow();
    finish(winner);
    return winner;
  }

  /** Finishes the moves of {@code runs}; does nothing for files that are in place. */
  public void finish(CompactedRuns runs) throws IOException {
    Map<String, List<PublishedFile>> added = new LinkedHashMap<>();
    Map<String, List<String>> replaced = new LinkedHashMap<>();
    for (PublishedFile file : runs.manifest().files()) {
      added.computeIfAbsent(parent(file.name()), any -> new ArrayList<>()).add(file);
    }
    for (String name : runs.replaced()) {
      replaced.computeIfAbsent(parent(name), any -> new ArrayList<>()).add(name);
      added.putIfAbsent(parent(name), new ArrayList<>());
    }
    FileSystem fileSystem = Storage.of(directory);
    for (Map.Entry<String, List<PublishedFile>> entry : added.entrySet()) {
      manifests.finish(entry.getValue());
      for (String name : replaced.getOrDefault(entry.getKey(), List.of())) {
        replace(fileSystem, name);
      }
    }
  }

  private static String parent(String name) {
    return name.substring(0, name.lastIndexOf('/') + 1);
  }

  private void replace(FileSystem fileSystem, String name) throws IOException {
    Path published = new Path(directory, name);
    if (!fileSystem.exists(published)) {
      return; // Moved before, or even purged.
    }
    Path kept = new Path(directory, REPLACED + "/" + name);
    fileSystem.mkdirs(kept.getParent());
    DurableSteps.before("files.replace");
    if (!fileSystem.rename(published, kept) && fileSystem.exists(published)) {
      throw new StorageFailedException(
          published + " could not be moved to " + kept + ". Check rights, and run again.");
    }
    DurableSteps.after("files.replace");
  }

  /**
   * Deletes what compactions before {@code before} replaced: manifests in their order, then files.
   *
   * @param before in milliseconds since 1970
   * @return how many files were deleted
   */
  public int purge(String publisher, long before) throws IOException {
    List<Long> newestFirst = new ArrayList<>(firstRuns(publisher));
    newestFirst.sort(Comparator.reverseOrder());
    List<CompactedRuns> due = new ArrayList<>();
    for (long firstRun : newestFirst) {
      if (store.get(key(publisher, firstRun) + PURGED).isPresent()) {
        break; // So are all before.
      }
      get(publisher, firstRun).filter(runs -> runs.at() < before).ifPresent(due::add);
    }
    int deleted = 0;
    for (int i = due.size() - 1; i >= 0; i--) {
      deleted += purge(due.get(i));
    }
    return deleted;
  }

  private int purge(CompactedRuns runs) throws IOException {
    finish(runs);
    DurableSteps.before("files.purge");
    for (CompactedRuns.Input input : runs.inputs()) {
      store.delete(ManifestKeys.key(input.name()));
      store.delete(ManifestKeys.flatKey(input.name()));
    }
    FileSystem fileSystem = Storage.of(directory);
    int deleted = 0;
    for (String name : runs.replaced()) {
      deleted += fileSystem.delete(new Path(directory, REPLACED + "/" + name), false) ? 1 : 0;
    }
    store.putIfAbsent(key(runs) + PURGED, new byte[] {'1'});
    DurableSteps.after("files.purge");
    return deleted;
  }
}
