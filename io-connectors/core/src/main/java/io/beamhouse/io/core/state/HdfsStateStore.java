package io.beamhouse.io.core.state;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PathIsNotEmptyDirectoryException;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * A store in HDFS, whose name node renames atomically and refuses an existing target.
 *
 * <p>A content is written to a temporary file beside its key, synced to the data nodes' disks and
 * renamed. A killed process leaves at most a temporary file, whose name starts with a dot and which
 * {@link #list} does not show.
 */
final class HdfsStateStore implements StateStore {
  private static final String TEMPORARY = ".tmp-";

  private final FileContext files;
  private final Path root;

  HdfsStateStore(Path root, Configuration configuration) throws IOException {
    this.files = FileContext.getFileContext(root.toUri(), configuration);
    this.root = files.makeQualified(root);
  }

  @Override
  public boolean putIfAbsent(String key, byte[] content) throws IOException {
    Path target = path(key);
    StateKeys.checkSize(key, content);
    if (files.util().exists(target)) {
      return false;
    }
    Path temporary = write(target, content);
    try {
      files.rename(temporary, target, Options.Rename.NONE);
      return true;
    } catch (FileAlreadyExistsException e) {
      // Gone means that a retried call found its own rename: the first answer was lost, we won.
      return !files.delete(temporary, false);
    }
  }

  @Override
  public void put(String key, byte[] content) throws IOException {
    Path target = path(key);
    StateKeys.checkSize(key, content);
    files.rename(write(target, content), target, Options.Rename.OVERWRITE);
  }

  @Override
  public Optional<byte[]> get(String key) throws IOException {
    try (FSDataInputStream in = files.open(path(key))) {
      return Optional.of(in.readAllBytes());
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  @Override
  public List<String> list(String prefix) throws IOException {
    String start = StateKeys.checkedPrefix(prefix);
    List<String> keys = new ArrayList<>();
    collect(start.isEmpty() ? root : new Path(root, start), keys);
    Collections.sort(keys);
    return keys;
  }

  @Override
  public void delete(String key) throws IOException {
    try {
      files.delete(path(key), false);
    } catch (FileNotFoundException e) {
      return; // Somebody else was faster.
    }
  }

  @Override
  public void prune(String prefix) throws IOException {
    prune(path(prefix));
  }

  private void prune(Path directory) throws IOException {
    try {
      RemoteIterator<FileStatus> entries = files.listStatus(directory);
      while (entries.hasNext()) {
        FileStatus entry = entries.next();
        if (entry.isDirectory()) {
          prune(entry.getPath());
        }
      }
      files.delete(directory, false);
    } catch (FileNotFoundException | PathIsNotEmptyDirectoryException e) {
      return; // There is nothing to remove, or something to keep.
    }
  }

  @Override
  public String location() {
    return root.toString();
  }

  private Path path(String key) {
    return new Path(root, StateKeys.checked(key));
  }

  private Path write(Path target, byte[] content) throws IOException {
    Path temporary = new Path(target.getParent(), TEMPORARY + UUID.randomUUID());
    boolean written = false;
    try (FSDataOutputStream out =
        files.create(temporary, EnumSet.of(CreateFlag.CREATE), Options.CreateOpts.createParent())) {
      out.write(content);
      out.hsync();
      written = true;
    } finally {
      if (!written) {
        files.delete(temporary, false);
      }
    }
    return temporary;
  }

  private void collect(Path directory, List<String> keys) throws IOException {
    try {
      RemoteIterator<FileStatus> entries = files.listStatus(directory);
      while (entries.hasNext()) {
        FileStatus entry = entries.next();
        if (entry.getPath().getName().startsWith(".") || entry.getPath().equals(directory)) {
          continue;
        }
        if (entry.isDirectory()) {
          collect(entry.getPath(), keys);
        } else {
          keys.add(root.toUri().relativize(entry.getPath().toUri()).getPath());
        }
      }
    } catch (FileNotFoundException e) {
      return; // Nothing was ever put there, or another process deleted it meanwhile.
    }
  }
}
