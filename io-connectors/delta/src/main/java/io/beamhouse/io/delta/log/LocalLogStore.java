package io.beamhouse.io.delta.log;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.apache.hadoop.fs.Path;

/**
 * Local files: a temporary file, forced to disk, then a hard link, which the file system creates
 * only when the name is free.
 *
 * <p>{@code rename} would overwrite silently and "exists, then rename" leaves a gap between two
 * processes.
 */
final class LocalLogStore implements LogStore {
  @Override
  public boolean supports(String scheme) {
    return scheme.equals("file");
  }

  @Override
  public boolean detectsConflicts() {
    return true;
  }

  @Override
  public void putIfAbsent(Path target, Content content) throws IOException {
    java.nio.file.Path file = local(target);
    java.nio.file.Path temporary = written(file, content);
    try {
      Files.createLink(file, temporary);
    } finally {
      Files.deleteIfExists(temporary);
    }
    forceDirectory(file.getParent());
  }

  @Override
  public void replace(Path target, Content content) throws IOException {
    java.nio.file.Path file = local(target);
    Files.move(written(file, content), file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static java.nio.file.Path written(java.nio.file.Path file, Content content)
      throws NotPutException {
    java.nio.file.Path temporary =
        file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      try (FileChannel channel =
              FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
          OutputStream out = Channels.newOutputStream(channel)) {
        content.writeTo(out);
        out.flush();
        channel.force(true);
      }
      return temporary;
    } catch (IOException e) {
      delete(temporary, e);
      throw new NotPutException("cannot write " + temporary + ": " + e.getMessage(), e);
    } catch (RuntimeException e) {
      delete(temporary, e);
      throw e;
    }
  }

  private static void delete(java.nio.file.Path temporary, Exception cause) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /** Makes the new name itself survive a power failure; not every file system allows it. */
  private static void forceDirectory(java.nio.file.Path directory) {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      org.slf4j.LoggerFactory.getLogger(LocalLogStore.class)
          .debug("cannot sync directory {}", directory, e);
    }
  }

  private static java.nio.file.Path local(Path path) {
    return java.nio.file.Path.of(path.toUri().getPath());
  }
}
