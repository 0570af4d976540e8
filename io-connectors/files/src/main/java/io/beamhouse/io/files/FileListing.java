package io.beamhouse.io.files;

import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.io.core.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The files that a path means: itself, those of a directory, or those that match a pattern of
 * Hadoop's form ({@code *}, {@code ?}, {@code [a-c]}, {@code {a,b}}).
 *
 * <p>Names that start with {@code _} or a dot are nobody's business, at any level that the pattern
 * leaves open. Directories that match are listed, not their children.
 */
final class FileListing {
  private static final Pattern WILD = Pattern.compile("[*?\\[{]");

  private FileListing() {}

  static boolean isPattern(String path) {
    return WILD.matcher(path).find();
  }

  /**
   * Returns the visible files and, for a pattern, directories.
   *
   * @throws SourceFailedException when the path, or a pattern's fixed beginning, does not exist
   */
  static List<FileStatus> matches(String path) throws IOException {
    Path pattern = Storage.path(path);
    FileSystem fileSystem = Storage.of(pattern);
    Path base = base(pattern);
    if (!fileSystem.exists(base)) {
      throw new SourceFailedException(
          base + " does not exist. Check the path, or run what writes it first.");
    }
    if (!isPattern(path)) {
      return List.of(fileSystem.getFileStatus(pattern));
    }
    List<FileStatus> found = new ArrayList<>();
    FileStatus[] matching = fileSystem.globStatus(pattern);
    for (FileStatus status : matching == null ? new FileStatus[0] : matching) {
      if (visible(status.getPath(), base)) {
        found.add(status);
      }
    }
    return found;
  }

  /** Web servers have files and no directories. */
  static boolean isOnTheWeb(String path) {
    return Storage.path(path).toUri().getScheme().startsWith("http");
  }

  /** Whether the path, or a pattern's fixed beginning, does not exist. */
  static boolean isMissing(String path) throws IOException {
    Path base = base(Storage.path(path));
    return !Storage.of(base).exists(base);
  }

  /** Returns the visible files of a directory, sorted by name. */
  static List<FileStatus> children(Path directory) throws IOException {
    List<FileStatus> files = new ArrayList<>();
    for (FileStatus status : Storage.of(directory).listStatus(directory)) {
      if (status.isFile() && visible(status.getPath(), directory)) {
        files.add(status);
      }
    }
    files.sort(Comparator.comparing(FileStatus::getPath));
    return files;
  }

  /** Returns the files that {@code path} means, sorted by path. */
  static List<FileStatus> files(String path) throws IOException {
    List<FileStatus> files = new ArrayList<>();
    for (FileStatus status : matches(path)) {
      if (status.isDirectory()) {
        files.addAll(children(status.getPath()));
      } else {
        files.add(status);
      }
    }
    files.sort(Comparator.comparing(FileStatus::getPath));
    return files;
  }

  static FileToRead toRead(FileStatus status) {
    return new FileToRead(
        status.getPath().toString(),
        List.of(),
        0,
        status.getLen(),
        status.getModificationTime(),
        "",
        FileToRead.UNKNOWN);
  }

  private static Path base(Path pattern) {
    Path base = pattern;
    for (Path path = pattern; path != null; path = path.getParent()) {
      if (WILD.matcher(path.getName()).find()) {
        base = path.getParent();
      }
    }
    return base;
  }

  private static boolean visible(Path path, Path base) {
    for (Path at = path; at != null && at.depth() > base.depth(); at = at.getParent()) {
      if (at.getName().startsWith("_") || at.getName().startsWith(".")) {
        return false;
      }
    }
    return true;
  }
}
