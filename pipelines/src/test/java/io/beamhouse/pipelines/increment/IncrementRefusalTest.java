package io.beamhouse.pipelines.increment;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.HeldException;
import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.error.StateRefusedException;
import io.beamhouse.io.core.increment.Delivery;
import io.beamhouse.io.core.increment.Increment;
import io.beamhouse.io.core.increment.IncrementalSource;
import io.beamhouse.io.core.increment.PlanRequest;
import io.beamhouse.io.core.state.StateStore;
import io.beamhouse.io.core.state.StateStores;
import io.beamhouse.testing.Faults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens when state and world do not fit together, and that the state stays unharmed. */
class IncrementRefusalTest {
  @TempDir Path directory;
  private FakeWorld world;

  @BeforeEach
  void seed() {
    world = new FakeWorld(directory, FakeWorld.Kind.BRONZE, 1);
    world.database.upsert(1, "one");
  }

  @Test
  void anInterruptedRunIsNotFinishedUnderAnotherSpec() {
    interrupt();
    assertThatThrownBy(() -> world.runner().run(world.job("spec 2"), RunOptions.create()))
        .isInstanceOf(StateRefusedException.class)
        .hasMessageContainingAll("spec 1", "spec 2", "run 1", "reset");
    world.finishAndCheck();
  }

  @Test
  void anotherSpecMayPlanTheNextRun() {
    world.run();
    world.database.upsert(2, "two");
    assertThat(world.runner().run(world.job("spec 2"), RunOptions.create()).finished()).hasSize(1);
    world.finishAndCheck();
  }

  @Test
  void aTableAheadOfItsStateIsRefusedWithBothNumbers() throws IOException {
    world.run();
    Path copy = directory.resolve("backup");
    copy(directory.resolve("state"), copy);
    for (int id = 2; id < 4; id++) {
      world.database.upsert(id, "more");
      world.run();
    }
    delete(directory.resolve("state"));
    copy(copy, directory.resolve("state"));
    world.database.upsert(4, "even more");
    assertThatThrownBy(world::run)
        .isInstanceOf(StateRefusedException.class)
        .hasMessageContainingAll("holds run 3", "planned only 1 run", "reset");
  }

  @Test
  void aRecreatedTableIsRefusedBeforeAPlanAndOnReplay() throws IOException {
    world.run();
    world.database.upsert(2, "two");
    Path silver = directory.resolve("lake/silver");
    delete(silver);
    assertThatThrownBy(world::run)
        .isInstanceOf(StateRefusedException.class)
        .hasMessageContainingAll("does not exist", "reset");

    FakeWorld other = new FakeWorld(directory.resolve("other"), FakeWorld.Kind.BRONZE, 1);
    Files.createDirectories(directory.resolve("other"));
    other.database.upsert(1, "one");
    other.run();
    copy(directory.resolve("other/lake/silver"), silver);
    assertThatThrownBy(world::run)
        .isInstanceOf(StateRefusedException.class)
        .hasMessageContainingAll("re-created", "reset");
    delete(silver);
    assertThat(world.command().reset()).isPresent();
    delete(directory.resolve("lake"));
    world.finishAndCheck();
  }

  @Test
  void aTableRestoredFromAnOlderCopyIsRefused() throws IOException {
    world.run();
    Path silver = directory.resolve("lake/silver");
    copy(silver, directory.resolve("backup"));
    world.database.upsert(2, "two");
    world.run();
    delete(silver);
    copy(directory.resolve("backup"), silver);
    world.database.upsert(3, "three");
    assertThatThrownBy(world::run)
        .isInstanceOf(StateRefusedException.class)
        .hasMessageContainingAll("holds run 1", "run 2 was committed", "older than its state");
  }

  @ParameterizedTest
  @ValueSource(strings = {"plan.json", "done.json"})
  void unreadableRecordsAreNamedAndAResetHelps(String name) throws IOException {
    world.run();
    StateStore store = StateStores.at(world.stateLocation());
    String key = store.list("").stream().filter(k -> k.endsWith(name)).findFirst().orElseThrow();
    byte[] whole = store.get(key).orElseThrow();
    world.database.upsert(2, "two");
    for (String broken : List.of("", "{", "[]", "{\"version\": 1}", "not json")) {
      store.put(key, broken.getBytes(UTF_8));
      assertThatThrownBy(world::run)
          .as("'%s'", broken)
          .isInstanceOf(StateRefusedException.class)
          .hasMessageContainingAll(key, "cannot be read", "reset");
    }
    store.put(key, "{\"version\": 99}".getBytes(UTF_8));
    assertThatThrownBy(world::run)
        .isInstanceOf(StateRefusedException.class)
        .hasMessageContainingAll(key, "version 99", "newer Beamhouse");
    store.put(key, whole);
    world.finishAndCheck();
  }

  @Test
  void anUnreadableIdentityIsKeptAsideByAReset() throws IOException {
    world.run();
    StateStore store = StateStores.at(world.stateLocation());
    store.put("fake/users/state.json", "broken".getBytes(UTF_8));
    assertThatThrownBy(world::run)
        .isInstanceOf(StateRefusedException.class)
        .hasMessageContaining("state.json");
    assertThat(world.command().reset()).isEmpty();
    assertThat(store.list("fake/users")).anyMatch(key -> key.contains("/unreadable-"));
    assertThat(world.run().finished()).hasSize(1);
  }

  @Test
  void theStateOfAnotherPipelineIsRefused() throws IOException {
    world.run();
    copy(directory.resolve("state/fake/users"), directory.resolve("state/fake/orders"));
    FakeWorld.Job job = world.job("spec 1");
    FakeWorld.Job orders =
        new FakeWorld.Job("fake/orders", "spec 1", job.sources(), job.sinks(), job.capture());
    assertThatThrownBy(() -> world.runner().run(orders, RunOptions.create()))
        .isInstanceOf(StateRefusedException.class)
        .hasMessageContainingAll("'fake/users'", "'fake/orders'");
  }

  @Test
  void aLostStateStartsAfreshUnderANewId() throws IOException {
    world.run();
    delete(directory.resolve("state"));
    delete(directory.resolve("lake"));
    world.database.upsert(2, "two");
    world.finishAndCheck();
  }

  @Test
  void aLostHintIsFoundAgain() throws IOException {
    world.run();
    world.database.upsert(2, "two");
    world.run();
    StateStore store = StateStores.at(world.stateLocation());
    for (String key : store.list("")) {
      if (key.endsWith("head.json")) {
        store.delete(key);
      }
    }
    assertThat(world.run().nothingNew()).isTrue();
    assertThat(world.command().show().lastDone()).isEqualTo(2);
    world.finishAndCheck();
  }

  @Test
  void aSourceThatFailsToPlanLeavesNoTrace() throws IOException {
    IncrementalSource failing =
        new IncrementalSource() {
          @Override
          public boolean replayable() {
            return false;
          }

          @Override
          public Increment plan(PlanRequest request) {
            throw new SourceFailedException("wrong password");
          }

          @Override
          public Session open(Increment increment, int chunk, long run) {
            throw new IllegalStateException("never planned");
          }
        };
    FakeWorld.Job job = world.job("spec 1");
    FakeWorld.Job broken =
        new FakeWorld.Job(
            job.name(), "spec 1", Map.of("read users", failing), job.sinks(), job.capture());
    assertThatThrownBy(() -> world.runner().run(broken, RunOptions.create()))
        .isInstanceOf(SourceFailedException.class);
    assertThat(StateStores.at(world.stateLocation()).list("fake/users"))
        .containsExactly("fake/users/state.json");
    world.finishAndCheck();
  }

  @Test
  void aJobNameThatLeavesTheStateIsRefused() {
    FakeWorld.Job job = world.job("spec 1");
    for (String name : List.of("../up", "a//b", "/abs", ".hidden", "a b")) {
      FakeWorld.Job bad =
          new FakeWorld.Job(name, "spec 1", job.sources(), job.sinks(), job.capture());
      assertThatThrownBy(() -> world.runner().run(bad, RunOptions.create()))
          .isInstanceOf(SpecException.class)
          .hasMessageContaining(name);
    }
  }

  @Test
  void aBackfillWithoutAnIncrementalSourceIsRefused() {
    FakeWorld.Job job = world.job("spec 1");
    FakeWorld.Job plain =
        new FakeWorld.Job("plain", "spec 1", Map.of(), job.sinks(), Optional.empty());
    RunOptions backfill = RunOptions.create().withBackfill("1", Optional.empty());
    assertThatThrownBy(() -> world.runner().run(plain, backfill))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("incremental source");
  }

  @Test
  void aHeldPipelineIsNeitherResetNorCleaned() throws Exception {
    Path pause = directory.resolve("pause");
    try (Faults.Armed fault = Faults.pauseAt(ProtocolSteps.APPLIED, "before", pause)) {
      Thread holder = new Thread(world::run);
      holder.start();
      while (!Files.exists(pause)) {
        Thread.onSpinWait();
      }
      assertThatThrownBy(world::run)
          .isInstanceOf(HeldException.class)
          .hasMessageContainingAll("attempt 1", "process " + ProcessHandle.current().pid());
      assertThat(world.command().show().heldBy()).contains("attempt 1");
      assertThatThrownBy(() -> world.command().reset()).isInstanceOf(HeldException.class);
      assertThatThrownBy(() -> world.command().clean(world.job(""), 1))
          .isInstanceOf(HeldException.class);
      Files.delete(pause);
      holder.join();
    }
    world.finishAndCheck();
  }

  @Test
  void anAtLeastOnceSinkThatWasAppliedAgainIsMarked() {
    FakeTable loose = new FakeTable(directory.resolve("loose").toString(), Delivery.AT_LEAST_ONCE);
    FakeWorld.Job job = world.job("spec 1").withSinks(Map.of("loose", loose));
    try (Faults.Armed fault = Faults.throwAt(FakeTable.COMMIT, "after")) {
      assertThatThrownBy(() -> world.runner().run(job, RunOptions.create())).isNotNull();
    }
    RunReport report = world.runner().run(job, RunOptions.create()).finished().get(0);
    RunReport.SinkReport sink = report.sinks().get("loose");
    assertThat(sink.appliedAgain()).isTrue();
    assertThat(sink.counts()).as("unknown").isNull();
    assertThat(loose.applied()).hasSize(2);
    world.database.upsert(2, "two");
    RunReport next = world.runner().run(job, RunOptions.create()).finished().get(0);
    assertThat(next.sinks().get("loose").appliedAgain()).isFalse();
  }

  private void interrupt() {
    try (Faults.Armed fault = Faults.throwAt(ProtocolSteps.PLAN, "after")) {
      assertThatThrownBy(world::run).isInstanceOf(Faults.InjectedFault.class);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    }
  }

  private static void delete(Path tree) throws IOException {
    if (!Files.exists(tree)) {
      return;
    }
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
