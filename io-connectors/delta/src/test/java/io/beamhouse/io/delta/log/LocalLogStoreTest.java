package io.beamhouse.io.delta.log;

import java.io.IOException;
import java.nio.file.Files;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.io.TempDir;

class LocalLogStoreTest extends LogStoreContract {
  @TempDir java.nio.file.Path directory;

  @Override
  LogStore store() {
    return new LocalLogStore();
  }

  @Override
  Path newDirectory() throws IOException {
    return new Path(Files.createTempDirectory(directory, "a log ü").toUri());
  }
}
