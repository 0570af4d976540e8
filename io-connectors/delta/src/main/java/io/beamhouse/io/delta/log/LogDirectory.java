package io.beamhouse.io.delta.log;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamhouse.io.core.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The directory of a log, which holds the files of weeks while a reader needs the last few. */
final class LogDirectory {
  private static final Pattern COMMIT = Pattern.compile("(\\d{20})\\.json");
  private static final Pattern CHECKSUM = Pattern.compile("(\\d{20})\\.crc");

  private LogDirectory() {}

  /** The files whose names are not before that of {@code from}, by name. */
  static List<FileStatus> listFrom(Path from) throws IOException {
    FileSystem files = Storage.of(from);
    List<FileStatus> found = new ArrayList<>();
    if (isLocal(from)) {
      List<String> names = Storage.names(from.getParent());
      if (names.isEmpty() && !files.exists(from.getParent())) {
        throw new FileNotFoundException(from.getParent() + " does not exist");
      }
      for (String name : names) {
        if (name.compareTo(from.getName()) >= 0) {
          addIfThere(files, new Path(from.getParent(), name), found);
        }
      }
    } else {
      Arrays.stream(files.listStatus(from.getParent()))
          .filter(status -> status.getPath().getName().compareTo(from.getName()) >= 0)
          .forEach(found::add);
    }
    found.sort(Comparator.comparing(status -> status.getPath().getName()));
    return found;
  }

  /**
   * What the names of the newest checkpoint begin with, if it is of {@code version} or before;
   * empty where that is not so or not known, which costs a look through the log.
   */
  static String newestCheckpoint(Path directory, long version) throws IOException {
    FileSystem files = Storage.of(directory);
    long newest;
    try (InputStream hint = files.open(new Path(directory, "_last_checkpoint"))) {
      newest = new ObjectMapper().readTree(hint).path("version").asLong(Long.MAX_VALUE);
    } catch (FileNotFoundException | JsonProcessingException e) {
      return ""; // A hint, says the protocol: nobody may rely on it.
    }
    String prefix = String.format("%020d.", newest);
    boolean known =
        newest <= version && files.exists(new Path(directory, prefix + "checkpoint.parquet"));
    return known ? prefix : "";
  }

  /**
   * Deletes checksum files of versions whose commits are gone: Kernel writes one for each commit,
   * and removes expired commits and checkpoints only.
   */
  static void deleteChecksumsWithoutCommit(Path directory) throws IOException {
    List<String> names = Storage.names(directory);
    String oldest =
        names.stream()
            .map(COMMIT::matcher)
            .filter(java.util.regex.Matcher::matches)
            .map(matcher -> matcher.group(1))
            .min(Comparator.naturalOrder())
            .orElse("");
    for (String name : names) {
      if (CHECKSUM.matcher(name).matches() && name.compareTo(oldest) < 0) {
        Storage.of(directory).delete(new Path(directory, name), false);
      }
    }
  }

  private static boolean isLocal(Path path) {
    return "file".equals(path.toUri().getScheme());
  }

  private static void addIfThere(FileSystem files, Path path, List<FileStatus> found)
      throws IOException {
    try {
      found.add(files.getFileStatus(path));
    } catch (FileNotFoundException e) {
      return; // Another process cleaned it up since its name was read.
    }
  }
}
