package io.beamhouse.io.parquet;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;

/** Lets Parquet write to a stream that somebody else owns. */
final class StreamOutput implements OutputFile {
  private final OutputStream out;
  private long position;

  StreamOutput(OutputStream out) {
    this.out = out;
  }

  long position() {
    return position;
  }

  @Override
  public PositionOutputStream create(long blockSizeHint) {
    return new Positioned();
  }

  @Override
  public PositionOutputStream createOrOverwrite(long blockSizeHint) {
    return new Positioned();
  }

  @Override
  public boolean supportsBlockSize() {
    return false;
  }

  @Override
  public long defaultBlockSize() {
    return 0;
  }

  private final class Positioned extends PositionOutputStream {
    @Override
    public long getPos() {
      return position;
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
      position++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
      position += length;
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }

    @Override
    public void close() throws IOException {
      out.flush();
    }
  }
}
