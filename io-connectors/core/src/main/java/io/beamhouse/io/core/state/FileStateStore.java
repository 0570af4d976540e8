package io.beamhouse.io.core.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A store in a local directory.
 *
 * <p>A content is written to a temporary file beside its key and forced to disk. A hard link then
 * creates the key, which POSIX makes atomic and refuses when the key exists; {@link #put} renames
 * instead. A killed process leaves at most a temporary file, whose name starts with a dot and which
 * {@link #list} does not show.
 */
final class FileStateStore implements StateStore {
  private static final String TEMPORARY = ".tmp-";

  private final Path root;

  FileStateStore(Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  @Override
  public boolean putIfAbsent(String key, byte[] content) throws IOException {
    Path target = path(key);
    StateKeys.checkSize(key, content);
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    Path temporary = write(target, content);
    try {
      Files.createLink(target, temporary);
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (UnsupportedOperationException e) {
      throw new IOException(
          "the file system of " + root + " has no hard links, which an atomic create needs", e);
    } finally {
      Files.deleteIfExists(temporary);
    }
    forceDirectory(target);
    return true;
  }

  @Override
  public void put(String key, byte[] content) throws IOException {
    Path target = path(key);
    StateKeys.checkSize(key, content);
    Path temporary = write(target, content);
    try {
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
    forceDirectory(target);
  }

  @Override
  public Optional<byte[]> get(String key) throws IOException {
    try {
      return Optional.of(Files.readAllBytes(path(key)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public List<String> list(String prefix) throws IOException {
    String start = StateKeys.checkedPrefix(prefix);
    List<String> keys = new ArrayList<>();
    collect(start.isEmpty() ? root : root.resolve(start), keys);
    Collections.sort(keys);
    return keys;
  }

  @Override
  public void delete(String key) throws IOException {
    Files.deleteIfExists(path(key));
  }

  @Override
  public void prune(String prefix) throws IOException {
    prune(path(prefix));
  }

  private static void prune(Path directory) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          prune(entry);
        }
      }
      Files.deleteIfExists(directory);
    } catch (NoSuchFileException | NotDirectoryException | DirectoryNotEmptyException e) {
      return; // There is nothing to remove, or something to keep.
    }
  }

  @Override
  public String location() {
    return root.toUri().toString();
  }

  private Path path(String key) {
    return root.resolve(StateKeys.checked(key));
  }

  private Path write(Path target, byte[] content) throws IOException {
    Files.createDirectories(target.getParent());
    Path temporary = target.resolveSibling(TEMPORARY + UUID.randomUUID());
    boolean written = false;
    try (FileChannel channel =
        FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
      written = true;
    } finally {
      if (!written) {
        Files.deleteIfExists(temporary);
      }
    }
    return temporary;
  }

  /** Makes the new name itself survive a power failure, where the system lets us. */
  private static void forceDirectory(Path target) throws IOException {
    if (target.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      try (FileChannel directory = FileChannel.open(target.getParent(), StandardOpenOption.READ)) {
        directory.force(true);
      }
    }
  }

  private void collect(Path directory, List<String> keys) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (entry.getFileName().toString().startsWith(".")) {
          continue;
        }
        if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          collect(entry, keys);
        } else {
          keys.add(root.relativize(entry).toString().replace('\\', '/'));
        }
      }
    } catch (NoSuchFileException e) {
      // Nothing was ever put there, or another process deleted it meanwhile.
      return;
    } catch (NotDirectoryException e) {
      if (Files.isRegularFile(directory) && !directory.equals(root)) {
        return;
      }
      throw e;
    }
  }
}
