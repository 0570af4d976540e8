package io.beamhouse.io.delta.merge;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.io.delta.log.WriterTransaction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What merges leave beside a table does not grow with the number of merges. */
class WorkFilesTest {
  @TempDir Path table;

  private Path merge(WriterTransaction transaction, Duration age) throws IOException {
    Path directory = Path.of(directory(transaction, "t"));
    Path pin = Files.createDirectories(directory).resolve(MergePlanner.PIN);
    FileTime then = FileTime.from(Instant.now().minus(age));
    Files.setLastModifiedTime(Files.writeString(pin, "1"), then);
    Files.setLastModifiedTime(directory, then);
    return directory;
  }

  private String directory(WriterTransaction transaction, String token) {
    return WorkFiles.directory(table.toString(), transaction, token).replaceFirst("^file:", "");
  }

  @Test
  void earlierRunsOfAnApplicationGoButForTheLatest() throws IOException {
    Path other = merge(WriterTransaction.of("other", 1), Duration.ofDays(6));
    Path unnamed = merge(null, Duration.ofDays(6));
    Path longAgo = merge(WriterTransaction.of("another", 2), Duration.ofDays(8));
    Path first = merge(WriterTransaction.of("app", 1), Duration.ZERO);
    Path second = merge(WriterTransaction.of("app", 2), Duration.ZERO);
    Path later = merge(WriterTransaction.of("app", 1000), Duration.ZERO);

    WriterTransaction run = WriterTransaction.of("app", WorkFiles.KEPT_RUNS + 1L);
    WorkFiles.deleteOld(table.toString(), run);

    assertThat(longAgo).doesNotExist();
    assertThat(first).doesNotExist();
    assertThat(second).exists();
    assertThat(later).exists();
    assertThat(other).exists();
    assertThat(unnamed).exists();
  }
}
