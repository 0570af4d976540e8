package io.beamhouse.io.core.manifest;

import io.beamhouse.io.core.storage.Storage;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;

/** Counts and digests what it writes; after {@link #finish} the file is on the medium. */
final class StagingOutput extends OutputStream {
  private final FSDataOutputStream out;
  private final MessageDigest digest;
  private long bytes;

  StagingOutput(Path path) throws IOException {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
    out = Storage.of(path).create(path, false);
  }

  @Override
  public void write(int b) throws IOException {
    out.write(b);
    digest.update((byte) b);
    bytes++;
  }

  @Override
  public void write(byte[] from, int offset, int length) throws IOException {
    out.write(from, offset, length);
    digest.update(from, offset, length);
    bytes += length;
  }

  long bytes() {
    return bytes;
  }

  /** Forces the content to the medium where the store knows how, closes, returns the SHA-256. */
  String finish() throws IOException {
    if (out.hasCapability(StreamCapabilities.HSYNC)) {
      out.hsync();
    }
    out.close();
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Lets go of the stream; the file is nobody's. */
  @Override
  public void close() throws IOException {
    out.close();
  }
}
