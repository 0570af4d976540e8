package io.beamhouse.io.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.StorageFailedException;
import io.beamhouse.io.core.state.StateStore;
import io.beamhouse.io.core.state.StateStores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStateStoreTest extends StateStoreContract {
  @TempDir Path directory;

  @Override
  protected String newLocation() throws IOException {
    return Files.createTempDirectory(directory, "state").resolve("not yet there").toString();
  }

  @Test
  void nothingButTheContentsRemains() throws IOException {
    StateStore store = StateStores.at(directory.toUri() + "tidy");
    store.putIfAbsent("a", new byte[] {1});
    store.putIfAbsent("a", new byte[] {2});
    store.put("a", new byte[] {3});
    try (Stream<Path> files = Files.list(directory.resolve("tidy"))) {
      assertThat(files).containsExactly(directory.resolve("tidy/a"));
    }
  }

  @Test
  void aLocationThatCannotBeWrittenIsNamedWithTheWayOut() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    StateStore store = StateStores.at(file.toString());
    assertThatThrownBy(() -> store.putIfAbsent("a", new byte[] {1}))
        .isInstanceOf(StorageFailedException.class)
        .hasMessageContaining("file");
    // Read-only also for root, unlike a directory without permissions.
    StateStore readOnly = StateStores.at("/proc/beamhouse-state");
    assertThatThrownBy(() -> readOnly.putIfAbsent("a", new byte[] {1}))
        .isInstanceOf(StorageFailedException.class)
        .hasMessageContaining("/proc/beamhouse-state");
  }

  @Test
  void schemesWithoutAnAtomicCreateAreRefused() {
    assertThatThrownBy(() -> StateStores.at("ftp://host/state"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'ftp'")
        .hasMessageContaining("file, hdfs");
  }
}
