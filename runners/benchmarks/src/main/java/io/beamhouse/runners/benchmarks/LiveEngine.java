package io.beamhouse.runners.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** An engine that runs while events come. */
final class LiveEngine implements AutoCloseable {
  private static final long QUIET_SECONDS = 10;

  private final Process process;

  private LiveEngine(Process process) {
    this.process = process;
  }

  static LiveEngine start(String main, String heap, Path log, String... arguments)
      throws IOException {
    return new LiveEngine(
        new ProcessBuilder(Measured.command(heap, main, arguments))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start());
  }

  /** Waits until {@code table} has got no commit for a while. */
  void awaitQuiet(Path table, Duration most) throws IOException, InterruptedException {
    Instant end = Instant.now().plus(most);
    long commits = -1;
    Instant changed = Instant.now();
    while (Duration.between(changed, Instant.now()).toSeconds() < QUIET_SECONDS) {
      if (process.waitFor(1, TimeUnit.SECONDS) || Instant.now().isAfter(end)) {
        throw new IOException("it has ended, or its table is never quiet: " + table);
      }
      long now = commits(table);
      if (now != commits) {
        commits = now;
        changed = Instant.now();
      }
    }
  }

  private static long commits(Path table) throws IOException {
    Path log = table.resolve("_delta_log");
    if (!Files.exists(log)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(log)) {
      return files.filter(file -> file.toString().endsWith(".json")).count();
    }
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }
}
