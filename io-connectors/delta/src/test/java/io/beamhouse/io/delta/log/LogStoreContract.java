package io.beamhouse.io.delta.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.io.core.storage.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;

/** What every log store must do. */
abstract class LogStoreContract {
  private static final int WRITERS = 8;
  private static final int VERSIONS = 40;

  abstract LogStore store();

  /** A new directory, which exists. */
  abstract Path newDirectory() throws IOException;

  private static LogStore.Content text(String text) {
    return out -> out.write(text.getBytes(StandardCharsets.UTF_8));
  }

  static String read(Path path) throws IOException {
    try (FSDataInputStream in = Storage.of(path).open(path)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static List<String> names(Path directory) throws IOException {
    return Arrays.stream(Storage.of(directory).listStatus(directory))
        .map(FileStatus::getPath)
        .map(Path::getName)
        .sorted()
        .toList();
  }

  @Test
  void firstPutWinsAndLaterOnesLeaveItUntouched() throws Exception {
    Path directory = newDirectory();
    Path target = new Path(directory, "00000000000000000001.json");
    store().putIfAbsent(target, text("first"));
    assertThatThrownBy(() -> store().putIfAbsent(target, text("second")))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(read(target)).isEqualTo("first");
    store().replace(target, text("third"));
    assertThat(read(target)).isEqualTo("third");
    assertThat(names(directory)).containsExactly(target.getName());
  }

  @Test
  void contentThatBreaksOffIsNotPut() throws Exception {
    Path directory = newDirectory();
    Path target = new Path(directory, "00000000000000000001.json");
    assertThatThrownBy(
            () ->
                store()
                    .putIfAbsent(
                        target,
                        out -> {
                          out.write(new byte[100_000]);
                          throw new IOException("no space left on device");
                        }))
        .isInstanceOf(LogStore.NotPutException.class)
        .hasMessageContaining("no space left");
    assertThatThrownBy(
            () ->
                store()
                    .putIfAbsent(
                        target,
                        out -> {
                          out.write(1);
                          throw new IllegalStateException("cannot read the actions");
                        }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(names(directory)).isEmpty();
    store().putIfAbsent(target, text("whole"));
    assertThat(read(target)).isEqualTo("whole");
  }

  @Test
  void ofManyWritersExactlyOneWinsEachVersion() throws Exception {
    Path directory = newDirectory();
    CyclicBarrier start = new CyclicBarrier(WRITERS);
    ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
    List<Future<List<Integer>>> writers = new ArrayList<>();
    for (int w = 0; w < WRITERS; w++) {
      String name = "writer-" + w + "\n";
      writers.add(
          threads.submit(
              () -> {
                start.await();
                return contend(store(), directory, name.repeat(1000));
              }));
    }
    List<String> expected = new ArrayList<>();
    int total = 0;
    for (int w = 0; w < WRITERS; w++) {
      List<Integer> won = writers.get(w).get();
      total += won.size();
      for (int version : won) {
        expected.add(version + " " + ("writer-" + w + "\n").repeat(1000));
      }
    }
    threads.shutdown();
    List<String> found = new ArrayList<>();
    for (int v = 0; v < VERSIONS; v++) {
      found.add(v + " " + read(new Path(directory, v + ".json")));
    }
    assertThat(total).isEqualTo(VERSIONS);
    assertThat(found).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(names(directory)).hasSize(VERSIONS);
  }

  private static List<Integer> contend(LogStore store, Path directory, String content)
      throws IOException {
    List<Integer> won = new ArrayList<>();
    for (int v = 0; v < VERSIONS; v++) {
      try {
        store.putIfAbsent(new Path(directory, v + ".json"), text(content));
        won.add(v);
      } catch (FileAlreadyExistsException e) {
        // Another writer was first.
      }
    }
    return won;
  }
}
