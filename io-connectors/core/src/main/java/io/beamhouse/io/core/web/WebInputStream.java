package io.beamhouse.io.core.web;

import java.io.EOFException;
import java.io.IOException;
import org.apache.hadoop.fs.FSInputStream;

/** A file on a server in blocks of a megabyte, one in memory; each is asked for on its own. */
final class WebInputStream extends FSInputStream {
  static final int BLOCK = 1024 * 1024;

  private final WebRequests requests;
  private final WebFile file;
  private long position;
  private long start;
  private byte[] block = new byte[0];

  WebInputStream(WebRequests requests, WebFile file) {
    this.requests = requests;
    this.file = file;
  }

  @Override
  public void seek(long to) throws IOException {
    if (to < 0 || to > file.length()) {
      throw new EOFException("position " + to + " of a file of " + file.length() + " bytes");
    }
    position = to;
  }

  @Override
  public long getPos() {
    return position;
  }

  @Override
  public boolean seekToNewSource(long to) {
    return false;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (position >= file.length()) {
      return -1;
    }
    if (position < start || position >= start + block.length) {
      long first = position - position % BLOCK;
      block = requests.read(file, first, (int) Math.min(BLOCK, file.length() - first));
      start = first;
    }
    int at = (int) (position - start);
    int count = Math.min(length, block.length - at);
    System.arraycopy(block, at, into, offset, count);
    position += count;
    return count;
  }
}
