package io.beamhouse.io.files;

import io.beamhouse.core.error.SourceChangedException;
import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.io.core.storage.Storage;
import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A file being read, held against what its plan says before and after.
 *
 * <p>A file that a manifest describes is broken when it differs (SourceFailedException); any other
 * one has changed (SourceChangedException).
 */
final class OpenFile implements Closeable {
  private static final int DRAIN = 64 * 1024;

  private final FileToRead file;
  private final FileStatus status;
  private InputStream stream;

  private OpenFile(FileToRead file, FileStatus status) {
    this.file = file;
    this.status = status;
  }

  static OpenFile open(FileToRead file) throws IOException {
    OpenFile open = new OpenFile(file, find(file));
    open.checkStatus(open.status);
    return open;
  }

  /** Where the file was found. */
  Path path() {
    return status.getPath();
  }

  long length() {
    return status.getLen();
  }

  /** The name for messages and lineage, the same before and after the file's rename. */
  String name() {
    return file.name();
  }

  /** The file's bytes as they are, unpacked by nobody. May be asked for once. */
  InputStream stream() throws IOException {
    InputStream content = Storage.of(path()).open(path());
    stream = file.checksum().isEmpty() ? content : new DigestInputStream(content, sha256());
    return stream;
  }

  /** Reads the whole file for its checksum; for formats that do not read from start to end. */
  void verifyContent() throws IOException {
    if (!file.checksum().isEmpty()) {
      try (InputStream in = stream()) {
        checkContent(in);
      }
      stream = null;
    }
  }

  /** To be called when all records were read. */
  void verify(long records) throws IOException {
    if (stream != null) {
      checkContent(stream);
    }
    FileStatus now = find(file);
    checkStatus(now);
    if (now.getLen() != status.getLen()
        || now.getModificationTime() != status.getModificationTime()) {
      throw differs("was changed while it was read");
    }
    if (file.rows() >= 0 && file.rows() != records) {
      throw differs("has " + records + " records where " + file.rows() + " were written");
    }
  }

  private void checkContent(InputStream in) throws IOException {
    byte[] buffer = new byte[DRAIN];
    while (in.read(buffer) >= 0) {
      // A reader may stop before the end: behind a Gzip member, for example.
    }
    if (in instanceof DigestInputStream digested) {
      String found = HexFormat.of().formatHex(digested.getMessageDigest().digest());
      if (!file.checksum().equals(found)) {
        throw differs("has another SHA-256 than when it was written");
      }
    }
  }

  private void checkStatus(FileStatus found) {
    if (file.bytes() >= 0 && file.bytes() != found.getLen()) {
      throw differs("has " + found.getLen() + " bytes where " + file.bytes() + " were expected");
    }
    if (file.modified() >= 0 && file.modified() != found.getModificationTime()) {
      throw differs("was modified since the plan was made");
    }
  }

  private static FileStatus find(FileToRead file) throws IOException {
    Path published = new Path(file.path());
    FileSystem fileSystem = Storage.of(published);
    List<Path> places = new ArrayList<>();
    places.add(published);
    file.elsewhere().forEach(place -> places.add(new Path(place)));
    for (Path place : places) {
      try {
        return fileSystem.getFileStatus(place);
      } catch (FileNotFoundException e) {
        continue; // Moved between two looks, or really gone: the last look tells.
      }
    }
    try {
      return fileSystem.getFileStatus(published);
    } catch (FileNotFoundException e) {
      throw differs(file, "has vanished", e);
    }
  }

  private RuntimeException differs(String how) {
    return differs(file, how, null);
  }

  private static RuntimeException differs(FileToRead file, String how, IOException cause) {
    if (file.checksum().isEmpty()) {
      return new SourceChangedException(
          file.path()
              + " "
              + how
              + ". Nothing of it was published. Run again, which plans it anew; keep files"
              + " unchanged once they are there, or set min_age.",
          cause);
    }
    return new SourceFailedException(
        file.path()
            + " "
            + how
            + "; its manifest says otherwise, so it is broken. Nothing of it was published. Restore"
            + " it from a backup, or capture it again.",
        cause);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  @Override
  public void close() throws IOException {
    if (stream != null) {
      stream.close();
    }
  }
}
