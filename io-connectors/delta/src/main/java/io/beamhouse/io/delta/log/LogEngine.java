package io.beamhouse.io.delta.log;

import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.engine.ExpressionHandler;
import io.delta.kernel.engine.FileSystemClient;
import io.delta.kernel.engine.JsonHandler;
import io.delta.kernel.engine.MetricsReporter;
import io.delta.kernel.engine.ParquetHandler;
import io.delta.kernel.expressions.Column;
import io.delta.kernel.expressions.Predicate;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.DataFileStatus;
import io.delta.kernel.utils.FileStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Kernel's default engine whose writes go through our {@link LogStore}. */
final class LogEngine implements Engine {
  private final LogStore store;
  private final Engine kernel;

  /**
   * @param commitLine applied to each line of a commit file before it is put
   */
  LogEngine(LogStore store, UnaryOperator<String> commitLine) {
    this(store, commitLine, "");
  }

  /**
   * @param first the name from which on files of the log are listed; empty for all
   */
  LogEngine(LogStore store, UnaryOperator<String> commitLine, String first) {
    this.store = store;
    this.kernel = DefaultEngine.create(new LogFileIO(store, commitLine, first));
  }

  @Override
  public ExpressionHandler getExpressionHandler() {
    return kernel.getExpressionHandler();
  }

  @Override
  public JsonHandler getJsonHandler() {
    return kernel.getJsonHandler();
  }

  @Override
  public FileSystemClient getFileSystemClient() {
    return kernel.getFileSystemClient();
  }

  @Override
  public ParquetHandler getParquetHandler() {
    return new CheckpointHandler(kernel.getParquetHandler());
  }

  @Override
  public List<MetricsReporter> getMetricsReporters() {
    return List.of();
  }

  /**
   * Puts a checkpoint after all of it has been written.
   *
   * <p>Kernel's own handler closes its file when reading the log fails half way, which ends it with
   * a valid footer and publishes a checkpoint that lacks files.
   */
  private final class CheckpointHandler implements ParquetHandler {
    private final ParquetHandler kernel;

    CheckpointHandler(ParquetHandler kernel) {
      this.kernel = kernel;
    }

    @Override
    public CloseableIterator<ColumnarBatch> readParquetFiles(
        CloseableIterator<FileStatus> files, StructType schema, Optional<Predicate> predicate)
        throws IOException {
      return kernel.readParquetFiles(files, schema, predicate);
    }

    @Override
    public CloseableIterator<DataFileStatus> writeParquetFiles(
        String directory, CloseableIterator<FilteredColumnarBatch> data, List<Column> statistics)
        throws IOException {
      return kernel.writeParquetFiles(directory, data, statistics);
    }

    @Override
    public void writeParquetFileAtomically(
        String target, CloseableIterator<FilteredColumnarBatch> data) throws IOException {
      Path spool = Files.createTempFile("beamhouse-checkpoint", ".parquet");
      try {
        kernel.writeParquetFileAtomically(
            spool.toUri().toString(),
            StreamTransactions.withoutOld(data, System.currentTimeMillis()));
        store.putIfAbsent(new org.apache.hadoop.fs.Path(target), out -> Files.copy(spool, out));
      } finally {
        Files.deleteIfExists(spool);
      }
    }
  }
}
