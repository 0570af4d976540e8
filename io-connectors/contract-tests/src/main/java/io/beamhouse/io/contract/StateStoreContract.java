package io.beamhouse.io.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.StorageFailedException;
import io.beamhouse.io.core.state.StateStore;
import io.beamhouse.io.core.state.StateStores;
import io.beamhouse.io.core.storage.Storage;
import io.beamhouse.testing.ChildJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link StateStore} must do; a subclass says where. */
@Evolving
@Timeout(120)
public abstract class StateStoreContract {
  private static final int THREADS = 8;
  private static final int PROCESSES = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int RACES = 20;

  private String location;
  private StateStore store;

  /** Returns a new, empty location that {@link StateStores#at} opens, in other processes too. */
  protected abstract String newLocation() throws Exception;

  @BeforeEach
  void open() throws Exception {
    location = newLocation();
    store = StateStores.at(location);
  }

  @Test
  void anEmptyStoreHasNothing() throws IOException {
    assertThat(store.get("runs/1/plan.json")).isEmpty();
    assertThat(store.list("")).isEmpty();
    assertThat(store.list("runs")).isEmpty();
    store.delete("runs/1/plan.json");
  }

  @Test
  void theFirstPutWinsAndAReplacementReplaces() throws IOException {
    assertThat(store.putIfAbsent("a/b.json", bytes("first"))).isTrue();
    assertThat(store.putIfAbsent("a/b.json", bytes("second"))).isFalse();
    assertThat(text("a/b.json")).contains("first");
    store.put("a/b.json", bytes("third"));
    assertThat(text("a/b.json")).contains("third");
    store.put("c", new byte[0]);
    assertThat(text("c")).contains("");
    store.delete("a/b.json");
    assertThat(store.get("a/b.json")).isEmpty();
    assertThat(store.putIfAbsent("a/b.json", bytes("again"))).isTrue();
  }

  @Test
  void pruningRemovesWhatHoldsNoKeyAndNothingElse() throws IOException {
    store.put("runs/1/attempts/1.json", bytes("gone"));
    store.put("runs/2/attempts/1.json", bytes("kept"));
    store.delete("runs/1/attempts/1.json");

    store.prune("runs/1");
    store.prune("runs/2");
    store.prune("runs/3");

    Path runs = new Path(store.location(), "runs");
    FileSystem files = runs.getFileSystem(Storage.configuration());
    assertThat(files.exists(new Path(runs, "1"))).isFalse();
    assertThat(text("runs/2/attempts/1.json")).contains("kept");
    assertThat(store.putIfAbsent("runs/1/attempts/1.json", bytes("again"))).isTrue();
  }

  @Test
  void listingIsSortedDeepAndBoundedByWholeSegments() throws IOException {
    for (String key :
        List.of("runs/2/plan", "runs/10/plan", "runs/1/a/1", "runsnot", "z", "b-c.d")) {
      store.putIfAbsent(key, bytes(key));
    }
    assertThat(store.list("runs")).containsExactly("runs/1/a/1", "runs/10/plan", "runs/2/plan");
    assertThat(store.list("runs/1")).containsExactly("runs/1/a/1");
    assertThat(store.list("")).contains("runsnot", "z", "b-c.d").hasSize(6).isSorted();
    assertThat(store.list("z")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/a",
        "a/",
        "a//b",
        "..",
        "../a",
        "a/../b",
        "a/./b",
        ".a",
        "a\\b",
        "a b",
        "ä",
        "a\u0000b",
        "a:b",
        "a*"
      })
  void unsafeKeysAreRefused(String key) {
    byte[] content = bytes("x");
    assertThatThrownBy(() -> store.putIfAbsent(key, content))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.put(key, content)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.get(key)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.delete(key)).isInstanceOf(IllegalArgumentException.class);
    if (!key.isEmpty()) {
      assertThatThrownBy(() -> store.list(key)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void largeContentsAreKeptAndTooLargeOnesRefused() throws IOException {
    byte[] large = StateStoreContender.sealed(7, 20_000_000);
    large[19_999_999] = 1;
    assertThat(store.putIfAbsent("large", large)).isTrue();
    assertThat(Arrays.equals(store.get("large").orElseThrow(), large)).isTrue();
    byte[] tooLarge = new byte[StateStore.MAX_BYTES + 1];
    assertThatThrownBy(() -> store.putIfAbsent("more", tooLarge))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.put("more", tooLarge))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(store.get("more")).isEmpty();
  }

  @Test
  void oneOfManyThreadsWinsAndItsContentIsComplete() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    try {
      CyclicBarrier start = new CyclicBarrier(THREADS);
      List<Future<List<Boolean>>> wins = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        int thread = t;
        Callable<List<Boolean>> contender =
            () -> {
              List<Boolean> won = new ArrayList<>();
              for (int race = 0; race < RACES; race++) {
                start.await();
                won.add(
                    store.putIfAbsent(
                        "race/" + race, StateStoreContender.sealed(thread, 1_000 + thread)));
              }
              return won;
            };
        wins.add(pool.submit(contender));
      }
      for (int race = 0; race < RACES; race++) {
        List<Integer> winners = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
          if (wins.get(t).get().get(race)) {
            winners.add(t);
          }
        }
        assertThat(winners).as("winners of race %s", race).hasSize(1);
        int winner = winners.get(0);
        assertThat(store.get("race/" + race).orElseThrow())
            .isEqualTo(StateStoreContender.sealed(winner, 1_000 + winner));
      }
      assertThat(store.list("race")).hasSize(RACES);
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void oneOfManyProcessesWinsEachKey() throws Exception {
    List<ChildJvm> processes = new ArrayList<>();
    try {
      for (int i = 0; i < PROCESSES; i++) {
        processes.add(contender("p" + i, "race", 2 * RACES));
      }
      processes.get(0).waitUntil(() -> keys("ready").size() == PROCESSES, PATIENCE);
      store.putIfAbsent("go", new byte[0]);
      for (ChildJvm process : processes) {
        assertThat(process.waitFor(PATIENCE)).as(process::output).isZero();
      }
    } finally {
      processes.forEach(ChildJvm::close);
    }
    int all = 0;
    for (int i = 0; i < PROCESSES; i++) {
      String name = "p" + i;
      List<String> won =
          Stream.of(text("won/" + name).orElseThrow().split(" "))
              .filter(s -> !s.isEmpty())
              .toList();
      for (String race : won) {
        assertThat(text("race/" + race)).contains(name);
      }
      all += won.size();
    }
    assertThat(all).isEqualTo(2 * RACES);
  }

  @Test
  void whatAKilledProcessWroteIsCompleteOrAbsent() throws Exception {
    for (int round = 0; round < 2; round++) {
      String name = "k" + round;
      try (ChildJvm writer = contender(name, "write", 2_000_000)) {
        writer.waitUntil(() -> keys("written/" + name).size() >= 3, PATIENCE);
      }
      List<String> keys = store.list("");
      assertThat(keys).allMatch(key -> key.matches("(written/k\\d+/\\d+)|(replaced/k\\d+)"));
      for (String key : keys) {
        byte[] content = store.get(key).orElseThrow();
        assertThat(Arrays.equals(content, StateStoreContender.sealed(content[0], 2_000_000)))
            .as(key)
            .isTrue();
      }
    }
  }

  @Test
  void aReaderNeverSeesHalfOfAReplacement() throws Exception {
    store.put("beat", StateStoreContender.sealed(0, 300_000));
    AtomicBoolean stop = new AtomicBoolean();
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try {
      Callable<Integer> writer =
          () -> {
            int i = 0;
            while (!stop.get()) {
              store.put("beat", StateStoreContender.sealed(++i, 300_000));
            }
            return i;
          };
      Future<Integer> written = pool.submit(writer);
      for (int i = 0; i < 200; i++) {
        byte[] content = store.get("beat").orElseThrow();
        assertThat(Arrays.equals(content, StateStoreContender.sealed(content[0], 300_000)))
            .isTrue();
      }
      stop.set(true);
      assertThat(written.get()).isPositive();
    } finally {
      stop.set(true);
      pool.shutdownNow();
    }
  }

  @Test
  void anUnknownOutcomeIsReadBack() throws IOException {
    StateStore answerLost =
        StateStores.readingBack(
            new AlteredStateStore(store) {
              @Override
              public boolean putIfAbsent(String key, byte[] content) throws IOException {
                store.putIfAbsent(key, content);
                throw new IOException("connection reset");
              }
            });
    assertThat(answerLost.putIfAbsent("a", bytes("mine"))).isTrue();
    assertThat(answerLost.putIfAbsent("a", bytes("other"))).isFalse();
    assertThat(text("a")).contains("mine");

    StateStore full =
        StateStores.readingBack(
            new AlteredStateStore(store) {
              @Override
              public boolean putIfAbsent(String key, byte[] content) throws IOException {
                throw new IOException("No space left on device");
              }
            });
    assertThatThrownBy(() -> full.putIfAbsent("b", bytes("x")))
        .isInstanceOf(StorageFailedException.class)
        .hasMessageContaining(store.location())
        .hasMessageContaining("free space");
    assertThat(store.get("b")).isEmpty();
  }

  private ChildJvm contender(String name, String mode, int number) {
    return ChildJvm.of(StateStoreContender.class.getName())
        .withJvmArguments("-Xmx300m")
        .withArguments(location, name, mode, String.valueOf(number))
        .start();
  }

  private List<String> keys(String prefix) {
    try {
      return store.list(prefix);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Optional<String> text(String key) throws IOException {
    return store.get(key).map(content -> new String(content, UTF_8));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
