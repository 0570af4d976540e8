package io.beamhouse.io.delta.log;

import io.beamhouse.io.core.storage.Storage;
import io.delta.kernel.defaults.engine.fileio.FileIO;
import io.delta.kernel.defaults.engine.fileio.InputFile;
import io.delta.kernel.defaults.engine.fileio.OutputFile;
import io.delta.kernel.defaults.engine.fileio.PositionOutputStream;
import io.delta.kernel.defaults.engine.hadoopio.HadoopFileIO;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;

/**
 * Kernel's way to files: reads by Hadoop, every write to the log by our {@link LogStore}.
 *
 * <p>Kernel's stock log stores guard nothing on local files and need {@code delta-storage}.
 */
final class LogFileIO implements FileIO {
  private final FileIO hadoop = new HadoopFileIO(Storage.configuration());
  private final LogStore store;
  private final UnaryOperator<String> commitLine;
  private final String first;

  /**
   * @param commitLine applied to each line of a commit file before it is put
   * @param first the name from which on files are listed; empty for all
   */
  LogFileIO(LogStore store, UnaryOperator<String> commitLine, String first) {
    this.store = store;
    this.commitLine = commitLine;
    this.first = first;
  }

  @Override
  public CloseableIterator<FileStatus> listFrom(String filePath) throws IOException {
    Path asked = new Path(filePath);
    Path from = asked.getName().compareTo(first) < 0 ? new Path(asked.getParent(), first) : asked;
    List<FileStatus> found =
        LogDirectory.listFrom(from).stream()
            .map(s -> FileStatus.of(s.getPath().toString(), s.getLen(), s.getModificationTime()))
            .toList();
    return Utils.toCloseableIterator(found.iterator());
  }

  @Override
  public FileStatus getFileStatus(String path) throws IOException {
    return hadoop.getFileStatus(path);
  }

  @Override
  public String resolvePath(String path) throws IOException {
    return hadoop.resolvePath(path);
  }

  @Override
  public boolean mkdirs(String path) throws IOException {
    return hadoop.mkdirs(path);
  }

  @Override
  public InputFile newInputFile(String path, long fileSize) {
    return hadoop.newInputFile(path, fileSize);
  }

  @Override
  public OutputFile newOutputFile(String path) {
    return new LogOutputFile(new Path(path));
  }

  @Override
  public boolean delete(String path) throws IOException {
    return hadoop.delete(path);
  }

  @Override
  public Optional<String> getConf(String confKey) {
    return hadoop.getConf(confKey);
  }

  private final class LogOutputFile implements OutputFile {
    private final Path path;

    LogOutputFile(Path path) {
      this.path = path;
    }

    @Override
    public String path() {
      return path.toString();
    }

    @Override
    public PositionOutputStream create(boolean atomically) throws IOException {
      return new Stream(Storage.of(path).create(path, true));
    }

    @Override
    public void writeAtomically(CloseableIterator<String> lines, boolean overwrite)
        throws IOException {
      UnaryOperator<String> edit =
          CommitFile.isCommit(path.getName()) ? commitLine : UnaryOperator.identity();
      LogStore.Content content =
          out -> {
            OutputStream buffered = new BufferedOutputStream(out, 1 << 16);
            while (lines.hasNext()) {
              buffered.write(edit.apply(lines.next()).getBytes(StandardCharsets.UTF_8));
              buffered.write('\n');
            }
            buffered.flush();
          };
      try (lines) {
        if (overwrite) {
          store.replace(path, content);
        } else {
          store.putIfAbsent(path, content);
        }
      }
    }
  }

  private static final class Stream extends PositionOutputStream {
    private final FSDataOutputStream out;

    Stream(FSDataOutputStream out) {
      this.out = out;
    }

    @Override
    public long getPos() {
      return out.getPos();
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
