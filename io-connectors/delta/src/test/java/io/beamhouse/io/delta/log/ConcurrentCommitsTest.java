package io.beamhouse.io.delta.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.io.delta.DeltaSpark;
import io.beamhouse.testing.ChildJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many writers on one table: nothing lost, nothing twice, no file of the log rewritten. */
class ConcurrentCommitsTest {
  private static final Schema SCHEMA =
      Schema.builder().addStringField("writer").addInt64Field("n").build();

  @TempDir Path directory;

  /** Commits of one writer; arguments: table, name, number of commits. */
  public static void main(String[] args) {
    write(args[0], args[1], Integer.parseInt(args[2]));
  }

  private static List<Long> write(String path, String writer, int commits) {
    DeltaLog log = DeltaLog.at(path);
    List<Long> versions = new ArrayList<>();
    for (long n = 1; n <= commits; n++) {
      Row row = Row.withSchema(SCHEMA).addValues(writer, n).build();
      NewFile file = DeltaLogTest.file(path, writer + "-" + n + ".parquet", SCHEMA, row);
      versions.add(
          log.commit(
                  CommitRequest.on(log.latest(), "WRITE")
                      .withAdds(List.of(file))
                      .withTransaction(WriterTransaction.of(writer, n)))
              .version());
    }
    return versions;
  }

  private String create(String name) {
    String path = directory.resolve(name).toString();
    DeltaLog.at(path).create(TableDefinition.of(SCHEMA));
    return path;
  }

  @Test
  void eightWritersOf25CommitsLoseAndDoubleNothing() throws Exception {
    String path = create("threads");
    LogWatch watch = new LogWatch(Path.of(path, "_delta_log"));
    ExecutorService threads = Executors.newFixedThreadPool(8);
    List<Callable<List<Long>>> writers = new ArrayList<>();
    for (int w = 0; w < 8; w++) {
      String name = "w" + w;
      writers.add(() -> write(path, name, 25));
    }
    List<Long> versions = new ArrayList<>();
    for (Future<List<Long>> writer : watch.during(() -> threads.invokeAll(writers))) {
      assertThat(writer.get()).isSorted().hasSize(25);
      versions.addAll(writer.get());
    }
    threads.shutdown();
    assertThat(versions)
        .containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(1, 200).boxed().toList());
    watch.assertNothingRewritten(201);
    assertComplete(path, 8, 25);
  }

  @Test
  void twoProcessesLoseAndDoubleNothing() throws Exception {
    String path = create("processes");
    LogWatch watch = new LogWatch(Path.of(path, "_delta_log"));
    List<ChildJvm> children = new ArrayList<>();
    for (String name : List.of("w0", "w1")) {
      children.add(
          ChildJvm.of(ConcurrentCommitsTest.class.getName())
              .withArguments(path, name, "25")
              .start());
    }
    watch.during(
        () -> {
          for (ChildJvm child : children) {
            try (child) {
              assertThat(child.waitFor(Duration.ofMinutes(2))).as(child.output()).isZero();
            }
          }
          return children;
        });
    watch.assertNothingRewritten(51);
    assertComplete(path, 2, 25);
  }

  private static void assertComplete(String path, int writers, int commits) {
    TableSnapshot latest = DeltaLog.at(path).latest();
    assertThat(latest.version()).isEqualTo((long) writers * commits);
    List<String> expected = new ArrayList<>();
    for (int w = 0; w < writers; w++) {
      assertThat(latest.transactionVersion("w" + w)).hasValue(commits);
      for (int n = 1; n <= commits; n++) {
        expected.add("{\"writer\":\"w" + w + "\",\"n\":" + n + "}");
      }
    }
    assertThat(DeltaSpark.json(path)).containsExactlyInAnyOrderElementsOf(expected);
  }

  /** Takes the hash of every file of a log when it is first seen, and again at the end. */
  private static final class LogWatch {
    private final Path log;
    private final Map<String, String> first = new ConcurrentHashMap<>();

    LogWatch(Path log) {
      this.log = log;
    }

    <T> T during(Callable<T> work) throws Exception {
      ExecutorService thread = Executors.newSingleThreadExecutor();
      Future<?> watching =
          thread.submit(
              () -> {
                while (!Thread.currentThread().isInterrupted()) {
                  look();
                  LockSupport.parkNanos(2_000_000);
                }
              });
      try {
        return work.call();
      } finally {
        watching.cancel(true);
        thread.shutdownNow();
      }
    }

    /** Temporary files come and go; {@code _last_checkpoint} is a hint that is replaced. */
    private List<String> names() {
      try (Stream<Path> files = Files.list(log)) {
        return files
            .map(file -> file.getFileName().toString())
            .filter(name -> !name.startsWith(".") && !name.startsWith("_"))
            .toList();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void look() {
      names().forEach(name -> first.computeIfAbsent(name, n -> hash(log.resolve(n))));
    }

    void assertNothingRewritten(int commits) throws IOException {
      look();
      Map<String, String> last = new TreeMap<>();
      names().forEach(name -> last.put(name, hash(log.resolve(name))));
      assertThat(last).containsExactlyInAnyOrderEntriesOf(first);
      assertThat(last.keySet().stream().filter(CommitFile::isCommit)).hasSize(commits);
      try (Stream<Path> files = Files.list(log)) {
        assertThat(files).noneMatch(file -> file.toString().endsWith(".tmp"));
      }
    }

    private static String hash(Path file) {
      try {
        return HexFormat.of()
            .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
      } catch (IOException | NoSuchAlgorithmException e) {
        throw new AssertionError("a file of the log vanished: " + file, e);
      }
    }
  }
}
