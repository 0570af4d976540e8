package io.beamhouse.pipelines.increment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.HeldException;
import io.beamhouse.io.core.state.StateStores;
import io.beamhouse.testing.Faults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class IncrementRunnerTest {
  @TempDir Path directory;

  @Test
  void nothingNewMakesNoRunNoPipelineAndNoTrace() throws IOException {
    FakeWorld world = new FakeWorld(directory, FakeWorld.Kind.BRONZE, 2);
    assertThat(world.run().nothingNew()).as("an empty table").isTrue();
    world.database.upsert(1, "one");
    assertThat(world.run().finished()).hasSize(1);
    List<String> keys = StateStores.at(world.stateLocation()).list("");
    IncrementRunner runner =
        IncrementRunner.at(
            world.stateLocation(),
            (label, build) -> {
              throw new AssertionError("a pipeline was started: " + label);
            },
            LinesSink.CAPTURE_FILES);
    Faults.clear();
    assertThat(runner.run(world.job("spec 1"), RunOptions.create()).nothingNew()).isTrue();
    assertThat(StateStores.at(world.stateLocation()).list("")).isEqualTo(keys);
    assertThat(Faults.seen())
        .containsExactly(ProtocolSteps.ATTEMPT + ":before", ProtocolSteps.ATTEMPT + ":after");
  }

  @Test
  void chunksOfAFirstLoadThatAreCapturedAreNotReadAgain() {
    FakeWorld world = new FakeWorld(directory, FakeWorld.Kind.BRONZE, 4);
    long late = world.seed();
    try (Faults.Armed fault = Faults.throwAt(ProtocolSteps.CAPTURED, "after", 2)) {
      assertThatThrownBy(world::run).isInstanceOf(Faults.InjectedFault.class);
    }
    assertThat(world.database.reads()).containsExactly("1 0", "1 1");
    world.disturb(late);
    RunOutcome outcome = world.run();
    assertThat(world.database.reads()).containsExactly("1 0", "1 1", "1 2", "1 3", "2 0");
    assertThat(outcome.finished()).extracting(RunReport::run).containsExactly(1L, 2L);
    assertThat(outcome.finished().get(0).sinks().get("bronze").versions()).hasSize(4);
    world.finishAndCheck();
  }

  @Test
  void aBackfillReadsItsRangeAndLeavesThePositionAlone() {
    FakeWorld world = new FakeWorld(directory, FakeWorld.Kind.BRONZE, 1);
    for (int id = 1; id <= 5; id++) {
      world.database.upsert(id, "v" + id);
    }
    world.run();
    StateCommand.View before = world.command().show();
    RunOptions backfill = RunOptions.create().withBackfill("2", Optional.of("4"));
    try (Faults.Armed fault = Faults.throwAt(FakeTable.COMMIT, "after")) {
      assertThatThrownBy(() -> world.run(backfill)).isNotNull();
    }
    RunReport report = world.run(backfill).finished().get(0);
    assertThat(report.backfill()).isEqualTo(Map.of("from", "2", "to", "4"));
    assertThat(report.run()).isEqualTo(1);
    assertThat(report.sources().get("read users").rows()).isEqualTo(2);
    assertThat(world.silver.applied()).as("once more, once").hasSize(7);
    StateCommand.View after = world.command().show();
    assertThat(after.positions()).isEqualTo(before.positions());
    assertThat(after.lastDone()).isEqualTo(1);
    assertThat(after.backfills().values()).containsExactly(1L);
    assertThat(world.run().nothingNew()).isTrue();
    assertThat(world.run(backfill).finished()).as("asked again").hasSize(1);
    assertThat(world.silver.applied()).hasSize(9);
    assertThat(world.silver.live()).isEqualTo(world.database.live());
  }

  @Test
  void aJobWithoutIncrementalSourcesRunsEachTimeAndFinishesAnInterruptedRunFirst() {
    FakeWorld world = new FakeWorld(directory, FakeWorld.Kind.BRONZE, 1);
    FakeWorld.Job job = world.job("spec 1");
    FakeWorld.Job plain =
        new FakeWorld.Job("plain", "spec 1", Map.of(), job.sinks(), Optional.empty());
    assertThat(runs(world, plain)).containsExactly(1L);
    assertThat(runs(world, plain)).containsExactly(2L);
    try (Faults.Armed fault = Faults.throwAt(ProtocolSteps.DONE, "before")) {
      assertThatThrownBy(() -> runs(world, plain)).isInstanceOf(Faults.InjectedFault.class);
    }
    assertThat(runs(world, plain)).as("the interrupted one, not one more").containsExactly(3L);
  }

  @Test
  void aResetLoadsEverythingAgainUnderANewIdAndKeepsTheOldState() throws IOException {
    FakeWorld world = new FakeWorld(directory, FakeWorld.Kind.INTERNAL, 1);
    for (int id = 1; id <= 8; id++) {
      world.database.upsert(id, "v" + id);
    }
    world.run();
    String old = world.command().show().stateId();
    assertThat(world.command().reset()).contains(old);
    StateCommand.View view = world.command().show();
    assertThat(view.stateId()).isNotEqualTo(old);
    assertThat(view.lastDone()).isZero();
    assertThat(view.positions()).isEmpty();
    assertThat(StateStores.at(world.stateLocation()).list("fake/users/" + old)).isNotEmpty();
    RunReport report = world.run().finished().get(0);
    assertThat(report.run()).isEqualTo(1);
    assertThat(report.sources().get("read users").rows()).isEqualTo(8);
    assertThat(world.silver.live()).isEqualTo(world.database.live());
  }

  @Test
  void cleaningKeepsThePositionAndWhatIsPublished() throws IOException {
    FakeWorld world = new FakeWorld(directory, FakeWorld.Kind.INTERNAL, 1);
    for (int id = 1; id <= 4; id++) {
      world.database.upsert(id, "v" + id);
      world.run();
    }
    StateCommand.View before = world.command().show();
    assertThat(world.command().clean(world.job("spec 1"), 1)).isPositive();
    assertThat(world.command().show()).isEqualTo(before);
    List<String> keys = StateStores.at(world.stateLocation()).list("");
    assertThat(keys).noneMatch(key -> key.contains("/work/") && !key.contains("/work/4/"));
    assertThat(keys).filteredOn(key -> key.endsWith("plan.json")).hasSize(1);
    assertThat(directory.resolve("lake/bronze/_staging")).isEmptyDirectory();
    assertThat(world.run().nothingNew()).isTrue();
    world.database.upsert(5, "v5");
    assertThat(world.run().finished()).hasSize(1);
    assertThat(world.silver.live()).isEqualTo(world.database.live());
  }

  @Test
  void theReportIsTheSameFromWhicheverAttempt() throws IOException {
    FakeWorld world = new FakeWorld(directory, FakeWorld.Kind.BRONZE, 2);
    world.database.commit(world.seed(), 10, "late");
    Path pause = directory.resolve("pause");
    RunReport byTheSecond;
    Future<RunOutcome> first;
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try (Faults.Armed fault = Faults.pauseAt(ProtocolSteps.DONE, "before", pause)) {
      first = pool.submit((Callable<RunOutcome>) world::run);
      awaitPause(pause, first);
      byTheSecond = world.run(FakeWorld.muchLater(1)).finished().get(0);
      Files.delete(pause);
      assertThat(get(first).finished()).containsExactly(byTheSecond);
    } finally {
      pool.shutdownNow();
    }
    assertThat(Files.readString(shown())).isEqualTo(byTheSecond.toJson());
    world.finishAndCheck();
  }

  private Path shown() {
    return directory.resolve("state/fake/users/report.json");
  }

  @Test
  void aReportThatARunCouldNoLongerShowIsShownByTheNextStart() throws IOException {
    FakeWorld world = new FakeWorld(directory, FakeWorld.Kind.BRONZE, 2);
    world.seed();
    RunReport last = world.run().finished().get(0);
    Files.writeString(shown(), "not even JSON");
    assertThat(world.run().finished()).isEmpty();
    assertThat(Files.readString(shown())).isEqualTo(last.toJson());
  }

  static List<String> steps() {
    return IncrementLawTest.STEPS;
  }

  @ParameterizedTest
  @MethodSource("steps")
  void aPausedAttemptThatWakesAfterOthersHaveFinishedEndsWell(String step) throws Exception {
    FakeWorld world = new FakeWorld(directory, FakeWorld.Kind.BRONZE, 2);
    long late = world.seed();
    Path pause = directory.resolve("pause");
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try (Faults.Armed fault = Faults.pauseAt(step, "before", pause)) {
      Future<RunOutcome> first = pool.submit((Callable<RunOutcome>) world::run);
      awaitPause(pause, first);
      world.disturb(late);
      world.run(FakeWorld.muchLater(1));
      world.database.upsert(1, "once more");
      world.run(FakeWorld.muchLater(2));
      List<String> applied = world.silver.applied();
      String newest = Files.readString(shown());
      Files.delete(pause);
      RunOutcome late1 = get(first);
      assertThat(late1.finished()).allMatch(report -> report.run() <= 3);
      assertThat(world.silver.applied()).isEqualTo(applied);
      assertThat(Files.readString(shown())).as("the report that is shown").isEqualTo(newest);
    } finally {
      pool.shutdownNow();
    }
    world.finishAndCheck();
  }

  @Test
  void twoStartsAtOnceAreOneRunAndOneRefusal() throws Exception {
    FakeWorld world = new FakeWorld(directory, FakeWorld.Kind.BRONZE, 1);
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try {
      for (int round = 1; round <= 10; round++) {
        world.database.upsert(round, "round " + round);
        List<Future<RunOutcome>> both =
            List.of(
                pool.submit((Callable<RunOutcome>) world::run),
                pool.submit((Callable<RunOutcome>) world::run));
        int runs = 0;
        for (Future<RunOutcome> one : both) {
          try {
            runs += one.get().finished().size();
          } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(HeldException.class);
          }
        }
        assertThat(runs).isEqualTo(1);
      }
    } finally {
      pool.shutdownNow();
    }
    world.finishAndCheck();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anAttemptOfADeadProcessDoesNotHold(boolean sameHost) throws IOException {
    FakeWorld world = new FakeWorld(directory, FakeWorld.Kind.BRONZE, 1);
    world.database.upsert(1, "one");
    world.run();
    world.database.upsert(2, "two");
    StateCommand.View view = world.command().show();
    Instant now = Instant.now();
    StateStores.at(world.stateLocation())
        .putIfAbsent(
            "fake/users/" + view.stateId() + "/runs/2/attempts/1.json",
            StateJson.write(
                new Attempt.Start(
                    StateJson.VERSION,
                    1,
                    sameHost ? java.net.InetAddress.getLocalHost().getHostName() : "elsewhere",
                    ProcessHandle.current().pid(),
                    "1970-01-01T00:00:00Z",
                    now.toString(),
                    Duration.ofSeconds(10).toMillis())));
    if (sameHost) {
      assertThat(world.run().finished()).hasSize(1);
    } else {
      assertThatThrownBy(world::run)
          .isInstanceOf(HeldException.class)
          .hasMessageContaining("elsewhere");
      assertThat(world.run(FakeWorld.muchLater(1)).finished()).hasSize(1);
    }
  }

  @Test
  void progressIsToldPhaseByPhase() {
    FakeWorld world = new FakeWorld(directory, FakeWorld.Kind.BRONZE, 2);
    world.database.upsert(1, "one");
    List<String> lines = new ArrayList<>();
    world.run(RunOptions.create().withProgress(lines::add));
    assertThat(lines)
        .containsExactly(
            "fake/users: run 1: capture read users 1/2",
            "fake/users: run 1: capture read users 2/2",
            "fake/users: run 1: apply to silver");
  }

  private static List<Long> runs(FakeWorld world, IncrementJob job) {
    return world.runner().run(job, RunOptions.create()).finished().stream()
        .map(RunReport::run)
        .toList();
  }

  private static void awaitPause(Path pause, Future<?> paused) {
    while (!Files.exists(pause)) {
      if (paused.isDone()) {
        throw new AssertionError("ended before its pause: " + get(paused));
      }
      Thread.onSpinWait();
    }
  }

  private static <T> T get(Future<T> future) {
    try {
      return future.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }
}
