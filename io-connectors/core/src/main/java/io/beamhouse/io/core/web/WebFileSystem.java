package io.beamhouse.io.core.web;

import io.beamhouse.core.Internal;
import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * Single files on web servers ({@code http}, {@code https}), to be read; there is no listing.
 *
 * <p>A file is known by length and by a time made of Last-Modified and ETag, so that readers see a
 * change. Reads go by ranges of a megabyte, each tried several times. Memory: one range for each
 * open file. Errors: FileNotFoundException for 404 and 410, SourceChangedException for another file
 * in the place of the one that was opened, IOException with the server's answer for anything else.
 */
@Internal
public final class WebFileSystem extends FileSystem {
  /** Configuration: how often a request is tried in all; default 5. */
  public static final String ATTEMPTS = "beamhouse.web.attempts";

  /** Configuration: milliseconds before the second try, doubled for each further; default 500. */
  public static final String BACKOFF = "beamhouse.web.backoff.ms";

  private URI root;
  private WebRequests requests;

  @Override
  public void initialize(URI name, Configuration configuration) throws IOException {
    super.initialize(name, configuration);
    root = URI.create(name.getScheme() + "://" + name.getAuthority());
    requests =
        new WebRequests(
            Math.max(1, configuration.getInt(ATTEMPTS, 5)),
            Math.max(0, configuration.getLong(BACKOFF, 500)));
  }

  @Override
  public URI getUri() {
    return root;
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    return new FSDataInputStream(new WebInputStream(requests, look(path)));
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    WebFile file = look(path);
    return new FileStatus(
        file.length(), false, 1, WebInputStream.BLOCK, file.modified(), makeQualified(path));
  }

  private WebFile look(Path path) throws IOException {
    return requests.look(URI.create(makeQualified(path).toUri().toASCIIString()));
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    throw new IOException("a web server has no listing; name the file itself, without a pattern");
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    throw readOnly();
  }

  @Override
  public FSDataOutputStream append(Path path, int bufferSize, Progressable progress)
      throws IOException {
    throw readOnly();
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    throw readOnly();
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    throw readOnly();
  }

  @Override
  public boolean mkdirs(Path path, FsPermission permission) throws IOException {
    throw readOnly();
  }

  private static IOException readOnly() {
    return new IOException("files on web servers can be read only");
  }

  @Override
  public void setWorkingDirectory(Path path) {
    throw new UnsupportedOperationException("paths on web servers are absolute");
  }

  @Override
  public Path getWorkingDirectory() {
    return new Path(root.toString(), "/");
  }
}
