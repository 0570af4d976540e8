package io.beamhouse.io.delta.log;

import io.beamhouse.io.core.storage.Storage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.util.EnumSet;
import java.util.UUID;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;

/**
 * HDFS: a temporary file, synced, then a rename without overwrite, which the name node does in one
 * step.
 */
final class HdfsLogStore implements LogStore {
  @Override
  public boolean supports(String scheme) {
    return scheme.equals("hdfs") || scheme.equals("viewfs");
  }

  @Override
  public boolean detectsConflicts() {
    return true;
  }

  @Override
  public void putIfAbsent(Path target, Content content) throws IOException {
    put(target, content, Options.Rename.NONE);
  }

  @Override
  public void replace(Path target, Content content) throws IOException {
    put(target, content, Options.Rename.OVERWRITE);
  }

  private static void put(Path target, Content content, Options.Rename mode) throws IOException {
    FileContext files = FileContext.getFileContext(target.toUri(), Storage.configuration());
    Path temporary =
        new Path(target.getParent(), "." + target.getName() + "." + UUID.randomUUID() + ".tmp");
    write(files, temporary, content);
    boolean renamed = false;
    try {
      files.rename(temporary, target, mode);
      renamed = true;
    } catch (org.apache.hadoop.fs.FileAlreadyExistsException e) {
      throw (IOException) new FileAlreadyExistsException(target.toString()).initCause(e);
    } finally {
      if (!renamed) {
        deleteQuietly(files, temporary);
      }
    }
  }

  private static void write(FileContext files, Path temporary, Content content)
      throws NotPutException {
    try (FSDataOutputStream out =
        files.create(temporary, EnumSet.of(CreateFlag.CREATE), Options.CreateOpts.createParent())) {
      OutputStream stream = out;
      content.writeTo(stream);
      out.hsync();
    } catch (IOException e) {
      deleteQuietly(files, temporary);
      throw new NotPutException("cannot write " + temporary + ": " + e.getMessage(), e);
    } catch (RuntimeException e) {
      deleteQuietly(files, temporary);
      throw e;
    }
  }

  private static void deleteQuietly(FileContext files, Path temporary) {
    try {
      files.delete(temporary, false);
    } catch (IOException e) {
      org.slf4j.LoggerFactory.getLogger(HdfsLogStore.class)
          .warn("cannot delete {}; it may be deleted by hand", temporary, e);
    }
  }
}
