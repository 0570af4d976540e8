package io.beamhouse.io.delta.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log from which Kernel has removed expired commits. */
class LogDirectoryTest {
  @TempDir Path directory;

  @BeforeEach
  void files() throws Exception {
    for (int version = 0; version < 6; version++) {
      Files.writeString(directory.resolve(String.format("%020d.crc", version)), "{}");
      if (version > 2) {
        Files.writeString(directory.resolve(String.format("%020d.json", version)), "{}");
      }
    }
    Files.writeString(directory.resolve("00000000000000000003.checkpoint.parquet"), "p");
    Files.writeString(directory.resolve("_last_checkpoint"), "{}");
  }

  private static org.apache.hadoop.fs.Path hadoop(Path path) {
    return new org.apache.hadoop.fs.Path("file", null, path.toString());
  }

  @Test
  void onlyFilesFromANameOnAreLookedAt() throws Exception {
    assertThat(LogDirectory.listFrom(hadoop(directory.resolve("00000000000000000005."))))
        .extracting(status -> status.getPath().getName())
        .containsExactly(
            "00000000000000000005.crc", "00000000000000000005.json", "_last_checkpoint");
    assertThatThrownBy(() -> LogDirectory.listFrom(hadoop(directory.resolve("none/0"))))
        .isInstanceOf(FileNotFoundException.class);
  }

  @Test
  void checksumsGoWithTheirCommits() throws Exception {
    LogDirectory.deleteChecksumsWithoutCommit(hadoop(directory));
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "00000000000000000003.crc",
              "00000000000000000003.json",
              "00000000000000000003.checkpoint.parquet",
              "00000000000000000004.crc",
              "00000000000000000004.json",
              "00000000000000000005.crc",
              "00000000000000000005.json",
              "_last_checkpoint");
    }
  }
}
