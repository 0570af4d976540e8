package io.beamhouse.io.core.manifest;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.StateRefusedException;
import io.beamhouse.core.error.StorageFailedException;
import io.beamhouse.core.rowwise.Tally;
import io.beamhouse.core.step.DurableSteps;
import io.beamhouse.io.core.increment.SinkContext;
import io.beamhouse.io.core.manifest.Manifest.PublishedFile;
import io.beamhouse.io.core.state.StateStore;
import io.beamhouse.io.core.state.StateStores;
import io.beamhouse.io.core.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The published files of a directory.
 *
 * <p>Layout: {@code _staging/<name>/<attempt>/<uuid>.<ext>} while a run writes, {@code
 * _manifests/<name>.json} (from run 1,000 on {@code
 * _manifests/runs/<publisher>/<thousand>/<name>.json}) once it has published, {@code
 * part-<name>-<index>.<ext>} for everybody; {@code name} is a {@link ManifestName}. Directories of
 * a {@link PartitionPath} stand before a file's name in both places. The put of the manifest is the
 * one moment of truth; the renames after it may be done by anyone, any number of times, in any
 * order. A file is found under its published name or, before its rename, its staged one. What is
 * inside {@code _} directories is not seen by globs.
 *
 * <p>Durable steps: {@code files.manifest}, {@code files.publish} (one for each file).
 */
@Evolving
public final class Manifests {
  /** A run may publish at most this many files, since a manifest is one object in memory. */
  public static final int MAX_FILES = 100_000;

  private static final String MANIFESTS = "_manifests";
  private static final String STAGING = "_staging";

  /** Names above an attempt's files: staging, manifest, attempt. */
  private static final int STAGING_DEPTH = 3;

  private final Path directory;
  private final StateStore store;
  private final ManifestKeys keys;

  private Manifests(Path directory, StateStore store) {
    this.directory = directory;
    this.store = store;
    this.keys = new ManifestKeys(new Path(directory, MANIFESTS));
  }

  /** The manifests of {@code directory}, which need not exist. */
  public static Manifests at(String directory) {
    Path path = Storage.path(directory);
    return new Manifests(path, StateStores.at(new Path(path, MANIFESTS).toString()));
  }

  /** Whether {@code directory} has manifests, so that its files must be read by them. */
  public static boolean exist(String directory) throws IOException {
    Path path = new Path(Storage.path(directory), MANIFESTS);
    return Storage.of(path).exists(path);
  }

  public String directory() {
    return directory.toString();
  }

  /** Returns the names of all manifests, sorted by publisher, run and chunk. */
  public List<ManifestName> list() throws IOException {
    return store.list("").stream()
        .map(ManifestKeys::parse)
        .flatMap(Optional::stream)
        .sorted()
        .toList();
  }

  /**
   * Returns the names of all manifests after certain runs, and of some before; sorted as {@link
   * #list}. Of the runs before, those in the same thousand are all named. The cost does not grow
   * with the runs before.
   *
   * @param runs by {@link ManifestName#publisher}; all manifests of a publisher that is not named
   */
  public List<ManifestName> listAfter(Map<String, Long> runs) throws IOException {
    return keys.listAfter(runs);
  }

  public Optional<Manifest> get(ManifestName name) throws IOException {
    Optional<byte[]> found = store.get(ManifestKeys.key(name));
    if (found.isEmpty() && !ManifestKeys.key(name).equals(ManifestKeys.flatKey(name))) {
      found = store.get(ManifestKeys.flatKey(name));
    }
    return found.map(bytes -> ManifestJson.fromBytes(bytes, where(name)));
  }

  /**
   * Returns manifests that together name each row of the directory once, sorted as {@link #list}:
   * in the place of runs that were put together there is one.
   */
  public List<Manifest> all() throws IOException {
    List<CompactedRuns> compacted = Compactions.at(directory()).after(Map.of());
    List<Manifest> all = new ArrayList<>();
    for (ManifestName name : list()) {
      if (compacted.stream().noneMatch(runs -> runs.covers(name))) {
        get(name).ifPresent(all::add);
      }
    }
    compacted.forEach(runs -> all.add(runs.manifest()));
    all.sort(Comparator.comparing(ManifestName::of));
    return all;
  }

  /** When {@code name} was put, in milliseconds since 1970; nothing when it is not there. */
  public OptionalLong putAt(ManifestName name) throws IOException {
    for (String key : List.of(ManifestKeys.key(name), ManifestKeys.flatKey(name))) {
      Path path = new Path(of(directory), key);
      try {
        return OptionalLong.of(Storage.of(path).getFileStatus(path).getModificationTime());
      } catch (FileNotFoundException e) {
        continue; // The other place, or none.
      }
    }
    return OptionalLong.empty();
  }

  /** Where the manifests of {@code directory} lie. */
  static Path of(Path directory) {
    return new Path(directory, MANIFESTS);
  }

  /** Returns the SHA-256 of a manifest's content, in hex. */
  public static String hash(Manifest manifest) {
    return hash(ManifestJson.toBytes(manifest));
  }

  static String hash(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Returns what {@code context}'s run published, after finishing its renames. */
  public Optional<Manifest> committed(SinkContext context) throws IOException {
    Optional<Manifest> manifest = get(ManifestName.of(context));
    if (manifest.isPresent()) {
      checkSame(manifest.get(), context);
      finish(manifest.get());
    }
    return manifest;
  }

  /** Returns the newest run that {@code stateId}'s sink has published here. */
  public OptionalLong newestRun(String stateId, String sinkId) throws IOException {
    return keys.newestRun(ManifestName.firstEight(stateId) + "-" + sinkId);
  }

  /**
   * Publishes {@code staged} as the run of {@code context}, or adopts what an earlier attempt of
   * the same run and plan published; then finishes the renames.
   *
   * @throws StateRefusedException when somebody else has published under this name
   */
  public Manifest publish(
      SinkContext context,
      RowFileFormat format,
      Schema schema,
      List<StagedFile> staged,
      Tally tally)
      throws IOException {
    ManifestName name = ManifestName.of(context);
    if (staged.size() > MAX_FILES) {
      throw new StorageFailedException(
          "Run "
              + context.run()
              + " staged "
              + staged.size()
              + " files for "
              + directory
              + "; a manifest holds at most "
              + MAX_FILES
              + ". Write larger files, fewer rows in one run, or a coarser partition_path.");
    }
    Manifest mine = manifest(context, format, schema, staged, tally);
    DurableSteps.before("files.manifest");
    boolean put = store.putIfAbsent(ManifestKeys.key(name), ManifestJson.toBytes(mine));
    DurableSteps.after("files.manifest");
    Manifest winner = put ? mine : get(name).orElseThrow(() -> vanished(name));
    checkSame(winner, context);
    finish(winner);
    return winner;
  }

  /** Finishes the renames of {@code manifest}; does nothing for files that are in place. */
  public void finish(Manifest manifest) throws IOException {
    finish(manifest.files());
  }

  void finish(List<PublishedFile> files) throws IOException {
    FileSystem fileSystem = Storage.of(directory);
    Path made = directory;
    for (PublishedFile file : files) {
      if (!inPlace(fileSystem, file)) {
        Path parent = new Path(directory, file.name()).getParent();
        if (!parent.equals(made)) {
          fileSystem.mkdirs(parent);
          made = parent;
        }
        DurableSteps.before("files.publish");
        rename(fileSystem, file);
        DurableSteps.after("files.publish");
      }
    }
  }

  /** Returns where {@code file} is: under its published name, its staged one, or replaced. */
  public Path resolve(PublishedFile file) throws IOException {
    FileSystem fileSystem = Storage.of(directory);
    Path published = new Path(directory, file.name());
    if (fileSystem.exists(published)) {
      return published;
    }
    Path staged = new Path(directory, file.staged());
    if (fileSystem.exists(staged)) {
      return staged;
    }
    Path replaced = new Path(directory, Compactions.REPLACED + "/" + file.name());
    // Between the looks somebody may have renamed it.
    return fileSystem.exists(replaced) ? replaced : published;
  }

  /**
   * Deletes the staging files of runs up to {@code doneRun} of one sink, which the caller knows to
   * be done; finishes their renames before.
   *
   * @return how many runs' (and chunks') staging was deleted
   */
  public int clean(String stateId, String sinkId, long doneRun) throws IOException {
    Path staging = new Path(directory, STAGING);
    FileSystem fileSystem = Storage.of(directory);
    String state8 = ManifestName.firstEight(stateId);
    int deleted = 0;
    for (FileStatus status : children(fileSystem, staging)) {
      Optional<ManifestName> name = ManifestName.parse(status.getPath().getName());
      if (name.isEmpty()
          || !name.get().state8().equals(state8)
          || !name.get().sink().equals(sinkId)
          || name.get().run() > doneRun) {
        continue;
      }
      Optional<Manifest> manifest = get(name.get());
      if (manifest.isPresent()) {
        finish(manifest.get());
      }
      fileSystem.delete(status.getPath(), true);
      deleted++;
    }
    return deleted;
  }

  /** Where {@code context}'s attempt writes before it publishes. */
  static String staging(String directory, SinkContext context) {
    return new Path(
            Storage.path(directory),
            STAGING + "/" + ManifestName.of(context) + "/" + context.attempt())
        .toString();
  }

  private Manifest manifest(
      SinkContext context,
      RowFileFormat format,
      Schema schema,
      List<StagedFile> staged,
      Tally tally) {
    List<StagedFile> sorted = new ArrayList<>(staged);
    // By content first: attempts that cut their bundles alike then name equal files alike.
    sorted.sort(
        Comparator.comparing(this::partition)
            .thenComparing(StagedFile::source)
            .thenComparing(StagedFile::checksum)
            .thenComparing(StagedFile::path));
    ManifestName name = ManifestName.of(context);
    List<PublishedFile> files = new ArrayList<>();
    for (StagedFile file : sorted) {
      files.add(
          new PublishedFile(
              name.part(partition(file), files.size(), format.extension()),
              relative(file.path()),
              file.rows(),
              file.bytes(),
              file.checksum(),
              file.source(),
              file.counts()));
    }
    return new Manifest(
        ManifestJson.VERSION,
        context.stateId(),
        context.sinkId(),
        context.run(),
        context.chunk(),
        context.attempt(),
        context.planHash(),
        format.name(),
        format.options(),
        schema,
        files,
        tally.counts(),
        tally.judgements());
  }

  /** Returns the directories between the attempt's own one and the file. */
  private String partition(StagedFile file) {
    String[] names = relative(file.path()).split("/");
    return names.length <= STAGING_DEPTH || !names[0].equals(STAGING)
        ? ""
        : String.join("/", Arrays.asList(names).subList(STAGING_DEPTH, names.length - 1));
  }

  private String relative(String path) {
    String root = directory + "/";
    if (!path.startsWith(root)) {
      throw new IllegalArgumentException(path + " was not staged below " + directory);
    }
    return path.substring(root.length());
  }

  private void checkSame(Manifest found, SinkContext context) {
    if (found.stateId().equals(context.stateId())
        && found.sink().equals(context.sinkId())
        && found.run() == context.run()
        && found.chunk() == context.chunk()
        && found.planHash().equals(context.planHash())) {
      return;
    }
    throw new StateRefusedException(
        where(ManifestName.of(context))
            + " was published by state "
            + found.stateId()
            + ", run "
            + found.run()
            + ", plan "
            + found.planHash()
            + "; this is state "
            + context.stateId()
            + ", run "
            + context.run()
            + ", plan "
            + context.planHash()
            + ". Nothing was changed. Choose: run again with the state and spec that wrote it;"
            + " write to another directory; or reset the state, which publishes everything anew.");
  }

  private boolean inPlace(FileSystem fileSystem, PublishedFile file) throws IOException {
    Path published = new Path(directory, file.name());
    try {
      long found = fileSystem.getFileStatus(published).getLen();
      if (found == file.bytes()) {
        return true;
      }
      throw new StorageFailedException(
          published
              + " has "
              + found
              + " bytes, its manifest says "
              + file.bytes()
              + ". It was changed from outside: move it away or restore it, then run again.");
    } catch (FileNotFoundException e) {
      return false;
    }
  }

  private void rename(FileSystem fileSystem, PublishedFile file) throws IOException {
    Path staged = new Path(directory, file.staged());
    IOException cause = null;
    try {
      if (fileSystem.getFileStatus(staged).getLen() == file.bytes()
          && fileSystem.rename(staged, new Path(directory, file.name()))) {
        return;
      }
    } catch (IOException e) {
      cause = e;
    }
    // Somebody else may have renamed it since we looked, and even have put it together with others.
    Path replaced = new Path(directory, Compactions.REPLACED + "/" + file.name());
    if (!inPlace(fileSystem, file) && !fileSystem.exists(replaced)) {
      throw new StorageFailedException(
          "The published file "
              + file.name()
              + " is neither in "
              + directory
              + " nor, whole, at "
              + file.staged()
              + ". Restore it from a backup, or remove its manifest and run the capture again.",
          cause);
    }
  }

  private static FileStatus[] children(FileSystem fileSystem, Path path) throws IOException {
    try {
      return fileSystem.listStatus(path);
    } catch (FileNotFoundException e) {
      return new FileStatus[0];
    }
  }

  private String where(ManifestName name) {
    return directory + "/" + MANIFESTS + "/" + ManifestKeys.key(name);
  }

  private StorageFailedException vanished(ManifestName name) {
    return new StorageFailedException(
        where(name) + " existed and vanished while it was read. Is somebody cleaning? Run again.");
  }
}
