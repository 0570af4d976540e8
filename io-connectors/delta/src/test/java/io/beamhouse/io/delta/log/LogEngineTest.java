package io.beamhouse.io.delta.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogEngineTest {
  private static final Schema SCHEMA = Schema.builder().addInt64Field("id").build();

  @TempDir Path directory;

  /** Hands out all batches, then does {@code end}. */
  private CloseableIterator<FilteredColumnarBatch> batches(Engine engine, Runnable end)
      throws IOException {
    NewFile file =
        DeltaLogTest.file(
            directory.toString(),
            "data.parquet",
            SCHEMA,
            Row.withSchema(SCHEMA).addValue(1L).build());
    CloseableIterator<FilteredColumnarBatch> read =
        engine
            .getParquetHandler()
            .readParquetFiles(
                Utils.singletonCloseableIterator(
                    FileStatus.of(directory.resolve("data.parquet").toString(), file.bytes(), 0)),
                new StructType().add("id", LongType.LONG),
                Optional.empty())
            .map(batch -> new FilteredColumnarBatch(batch, Optional.empty()));
    return new CloseableIterator<>() {
      @Override
      public boolean hasNext() {
        if (!read.hasNext()) {
          end.run();
        }
        return read.hasNext();
      }

      @Override
      public FilteredColumnarBatch next() {
        return read.next();
      }

      @Override
      public void close() throws IOException {
        read.close();
      }
    };
  }

  @Test
  void checkpointWhoseContentBreaksOffIsNotPublished() throws IOException {
    Engine engine = new LogEngine(new LocalLogStore(), UnaryOperator.identity());
    Path target = directory.resolve("checkpoint.parquet");
    String uri = target.toUri().toString();
    assertThatThrownBy(
            () ->
                engine
                    .getParquetHandler()
                    .writeParquetFileAtomically(
                        uri,
                        batches(
                            engine,
                            () -> {
                              throw new IllegalStateException("a commit cannot be read");
                            })))
        .hasStackTraceContaining("a commit cannot be read");
    assertThat(target).doesNotExist();
    Files.delete(directory.resolve("data.parquet"));
    engine.getParquetHandler().writeParquetFileAtomically(uri, batches(engine, () -> {}));
    assertThat(target).exists();
  }
}
