package io.beamhouse.pipelines.increment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.HeldException;
import io.beamhouse.io.contract.AlteredStateStore;
import io.beamhouse.io.core.state.StateStore;
import io.beamhouse.io.core.state.StateStores;
import io.beamhouse.testing.Faults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A driver cleans while others, of the same state, go on or sleep. */
class StateCleaningTest {
  @TempDir Path directory;
  private FakeWorld world;
  private int id;

  @BeforeEach
  void twoRuns() {
    world = new FakeWorld(directory, FakeWorld.Kind.BRONZE, 1);
    runOnce(RunOptions.create());
    runOnce(RunOptions.create());
  }

  private void runOnce(RunOptions options) {
    world.database.upsert(++id, "v" + id);
    assertThat(world.run(options).finished()).hasSize(1);
  }

  private int clean(StateStore store) {
    return new StateCommand(store, world.job("").name(), InstantSource.system())
        .clean(world.job("spec 1"), 1);
  }

  @Test
  void aRunThatBeginsAndEndsMeanwhileKeepsItsRecords() {
    StateStore busy =
        new AlteredStateStore(StateStores.at(world.stateLocation())) {
          @Override
          public List<String> list(String prefix) throws IOException {
            if (prefix.endsWith("runs")) {
              runOnce(RunOptions.create());
            }
            return super.list(prefix);
          }
        };

    assertThat(clean(busy)).isPositive();

    assertThat(world.command().show().lastDone()).isEqualTo(3);
    runOnce(RunOptions.create());
    world.finishAndCheck();
  }

  @Test
  void nothingIsLeftOfARunThatWasCleaned() throws IOException {
    clean(StateStores.at(world.stateLocation()));

    try (Stream<Path> all = Files.walk(directory)) {
      assertThat(all.filter(path -> path.getParent().endsWith("runs")))
          .extracting(path -> path.getFileName().toString())
          .containsOnly("2");
    }
  }

  /** What it puts then must not be taken for the newest run, nor its position for the last one. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        ProtocolSteps.ATTEMPT + ":after",
        ProtocolSteps.PLAN + ":before",
        ProtocolSteps.PLAN + ":after",
        ProtocolSteps.APPLIED + ":before",
        ProtocolSteps.DONE + ":before",
        ProtocolSteps.DONE + ":after"
      })
  void aDriverThatSleptUntilItsRunWasCleanedAwayIsToldToRunAgain(String moment) throws Exception {
    assertThatThrownBy(() -> sleepAt(moment))
        .isInstanceOf(HeldException.class)
        .hasMessageContaining("run 3 was finished by another attempt");
    assertThat(world.command().show().lastDone()).isEqualTo(5);
    runOnce(RunOptions.create());
    clean(StateStores.at(world.stateLocation()));
    assertThat(StateStores.at(world.stateLocation()).list(""))
        .noneMatch(key -> key.contains("/runs/3/"));
    world.finishAndCheck();
  }

  @Test
  void aDriverThatSleptBeforeItWroteTheHeadDoesNotTakeItBack() throws Exception {
    assertThat(sleepAt(ProtocolSteps.HEAD + ":before").finished()).hasSize(1);
    assertThat(world.command().show().lastDone()).isEqualTo(5);
    runOnce(RunOptions.create());
    world.finishAndCheck();
  }

  /** The third run sleeps at {@code moment} until others have made it and two more, and cleaned. */
  private RunOutcome sleepAt(String moment) throws Exception {
    Path pause = directory.resolve("pause");
    String[] step = moment.split(":");
    world.database.upsert(++id, "v" + id);
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try (Faults.Armed fault = Faults.pauseAt(step[0], step[1], pause)) {
      Future<RunOutcome> sleeper = pool.submit((Callable<RunOutcome>) world::run);
      while (!Files.exists(pause)) {
        Thread.onSpinWait();
      }
      world.run(FakeWorld.muchLater(1));
      while (world.command().show().lastDone() < 5) {
        runOnce(FakeWorld.muchLater(1));
      }
      assertThat(clean(StateStores.at(world.stateLocation()))).isPositive();
      Files.delete(pause);
      return sleeper.get();
    } catch (ExecutionException e) {
      throw (Exception) e.getCause();
    } finally {
      pool.shutdownNow();
    }
  }
}
