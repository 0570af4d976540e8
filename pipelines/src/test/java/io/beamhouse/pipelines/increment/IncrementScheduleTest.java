package io.beamhouse.pipelines.increment;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.core.error.HeldException;
import io.beamhouse.testing.Faults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.Tuple;

/** The law under random days: changes, kills, sleeping drivers and several starts at once. */
class IncrementScheduleTest {
  /**
   * One thing that happens.
   *
   * @param step where a start fails or sleeps, if it does
   * @param nth the time at which it does so there
   */
  record Event(What what, String step, String moment, int nth, long id) {}

  enum What {
    UPSERT,
    DELETE,
    BEGIN,
    COMMIT,
    RUN,
    FAIL,
    SLEEP,
    WAKE,
    RACE,
    CLEAN
  }

  @Provide
  Arbitrary<List<Event>> days() {
    Arbitrary<What> what =
        Arbitraries.frequency(
            Tuple.of(6, What.UPSERT),
            Tuple.of(2, What.DELETE),
            Tuple.of(1, What.BEGIN),
            Tuple.of(1, What.COMMIT),
            Tuple.of(1, What.RUN),
            Tuple.of(4, What.FAIL),
            Tuple.of(2, What.SLEEP),
            Tuple.of(1, What.WAKE),
            Tuple.of(1, What.RACE),
            Tuple.of(1, What.CLEAN));
    return Combinators.combine(
            what,
            Arbitraries.of(IncrementLawTest.STEPS),
            Arbitraries.of("before", "after"),
            Arbitraries.integers().between(1, 3),
            Arbitraries.longs().between(1, 6))
        .as(Event::new)
        .list()
        .ofMinSize(6)
        .ofMaxSize(14);
  }

  @Property(tries = 12, shrinking = ShrinkingMode.OFF)
  void theLawHoldsOnAnyDay(
      @ForAll("days") List<Event> day, @ForAll FakeWorld.Kind kind, @ForAll boolean chunks)
      throws Exception {
    play(day, kind, chunks);
  }

  /** A schedule that was found by chance. */
  @Example
  void aSleeperWhoseRunWasFinishedAndCleanedIsHeld() throws Exception {
    List<Event> day = new ArrayList<>();
    day.add(new Event(What.UPSERT, "", "", 1, 1));
    day.add(new Event(What.SLEEP, "protocol.plan", "after", 1, 1));
    for (long id = 2; id < 5; id++) {
      day.add(new Event(What.RUN, "", "", 1, id));
      day.add(new Event(What.UPSERT, "", "", 1, id));
    }
    day.add(new Event(What.CLEAN, "", "", 1, 1));
    day.add(new Event(What.WAKE, "", "", 1, 1));
    play(day, FakeWorld.Kind.values()[0], false);
  }

  @Tag("kill")
  @Property(tries = 200, shrinking = ShrinkingMode.OFF)
  void theLawHoldsOnManyDays(
      @ForAll("days") List<Event> day, @ForAll FakeWorld.Kind kind, @ForAll boolean chunks)
      throws Exception {
    play(day, kind, chunks);
  }

  static void play(List<Event> day, FakeWorld.Kind kind, boolean chunks) throws Exception {
    Path directory = Files.createTempDirectory("day");
    FakeWorld world = new FakeWorld(directory, kind, chunks ? 2 : 1);
    List<Long> open = new ArrayList<>();
    List<Future<?>> sleepers = new ArrayList<>();
    List<Path> pauses = new ArrayList<>();
    ExecutorService pool = Executors.newCachedThreadPool();
    int hours = 0;
    try {
      for (Event event : day) {
        hours++;
        RunOptions options = FakeWorld.muchLater(hours);
        switch (event.what()) {
          case UPSERT -> world.database.upsert(event.id(), "at " + hours);
          case DELETE -> world.database.delete(event.id());
          case BEGIN -> open.add(world.database.begin());
          case COMMIT -> commit(world, open, event.id());
          case RUN -> runIgnoringHeld(world, options);
          case FAIL -> fail(world, options, event);
          case SLEEP -> sleep(world, options, event, directory, pool, sleepers, pauses);
          case WAKE -> wake(sleepers, pauses);
          case RACE -> {
            Future<?> other = pool.submit(() -> runIgnoringHeld(world, options));
            runIgnoringHeld(world, options);
            other.get();
          }
          case CLEAN -> world.command().clean(world.job("spec 1"), 2);
        }
      }
      wake(sleepers, pauses);
      while (!open.isEmpty()) {
        commit(world, open, 7);
      }
      world.finishAndCheck();
    } finally {
      pool.shutdownNow();
      delete(directory);
    }
  }

  private static void commit(FakeWorld world, List<Long> open, long id) {
    if (!open.isEmpty()) {
      world.database.commit(open.remove(0), id, "late");
    }
  }

  private static void runIgnoringHeld(FakeWorld world, RunOptions options) {
    try {
      world.run(options);
    } catch (HeldException e) {
      assertThat(e).hasMessageContaining("attempt");
    }
  }

  private static void fail(FakeWorld world, RunOptions options, Event event) {
    try (Faults.Armed fault = Faults.throwAt(event.step(), event.moment(), event.nth())) {
      world.run(options);
      assertThat(fault.struck()).isFalse();
    } catch (RuntimeException e) {
      assertThat(e).hasStackTraceContaining("injected");
    }
  }

  /** Starts a run that sleeps at a step, if it comes there. */
  private static void sleep(
      FakeWorld world,
      RunOptions options,
      Event event,
      Path directory,
      ExecutorService pool,
      List<Future<?>> sleepers,
      List<Path> pauses)
      throws InterruptedException, ExecutionException {
    Path pause = directory.resolve("pause-" + pauses.size());
    Faults.Armed fault = Faults.pauseAt(event.step(), event.moment(), pause);
    Future<?> run = pool.submit((Callable<RunOutcome>) () -> world.run(options));
    while (!Files.exists(pause) && !run.isDone()) {
      Thread.onSpinWait();
    }
    fault.close();
    if (run.isDone()) {
      run.get();
    } else {
      sleepers.add(run);
      pauses.add(pause);
    }
  }

  private static void wake(List<Future<?>> sleepers, List<Path> pauses) throws Exception {
    for (Path pause : pauses) {
      Files.deleteIfExists(pause);
    }
    for (Future<?> sleeper : sleepers) {
      try {
        sleeper.get();
      } catch (ExecutionException e) {
        assertThat(e.getCause()).isInstanceOf(HeldException.class);
      }
    }
    sleepers.clear();
  }

  private static void delete(Path tree) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
