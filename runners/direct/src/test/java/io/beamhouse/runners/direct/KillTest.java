package io.beamhouse.runners.direct;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.pipelines.increment.ProtocolSteps;
import io.beamhouse.testing.ChildJvm;
import io.beamhouse.testing.Faults;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The main job, from PostgreSQL to bronze to silver, dies at each of its durable steps while the
 * source changes, and ends as if nothing had happened.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KillTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** The table of the spec gets a checkpoint each second commit. */
  private static final int RUNS_UNTIL_EVERY_STEP = 4;

  @TempDir static Path home;
  private static KillWorld world;

  static List<String> steps() {
    return Stream.concat(
            ProtocolSteps.ALL.stream(),
            Stream.of(
                "jdbc.keys",
                "files.stage",
                "files.manifest",
                "files.publish",
                "delta.data",
                "delta.tombstones",
                "delta.commit",
                "delta.checkpoint"))
        .toList();
  }

  static Stream<Arguments> manyTimes() {
    return IntStream.range(0, 20)
        .boxed()
        .flatMap(
            round ->
                steps().stream()
                    .map(
                        step ->
                            Arguments.of(
                                step, round % 2 == 0 ? "after" : "before", 1 + round / 2 % 2)));
  }

  @BeforeAll
  static void start() throws Exception {
    world = new KillWorld(DemoDatabase.start(home.resolve("postgres")), home);
  }

  @AfterAll
  static void stop() throws Exception {
    world.close();
  }

  @Test
  @Order(1)
  void everyStepThatIsTakenIsKilledBelow() throws Exception {
    Faults.clear();
    for (int i = 0; i < RUNS_UNTIL_EVERY_STEP; i++) {
      world.change();
      assertThat(world.run()).as(world::lastOutput).isZero();
      world.disturb();
    }
    assertThat(Faults.seen().stream().map(seen -> seen.split(":")[0]).distinct())
        .containsExactlyInAnyOrderElementsOf(steps());
    world.finishAndCheck();
  }

  @ParameterizedTest
  @MethodSource("steps")
  @Order(2)
  void aFailureBeforeAndAHaltAfterAStepLeaveNoTrace(String step) throws Exception {
    prepare(step);
    boolean struck = false;
    try (Faults.Armed fault = Faults.throwAt(step, "before")) {
      for (int i = 0; i < RUNS_UNTIL_EVERY_STEP && !struck; i++) {
        world.change();
        int code = world.run();
        struck = fault.struck();
        // A checkpoint only makes reading faster, so its failure is not one of the run.
        boolean fails = struck && !step.equals("delta.checkpoint");
        assertThat(code != 0).as(world::lastOutput).isEqualTo(fails);
        world.disturb();
      }
    }
    assertThat(struck).isTrue();
    halt(step, "after", 1);
  }

  @Tag("kill")
  @ParameterizedTest
  @MethodSource("manyTimes")
  @Order(3)
  void manyHaltsLeaveNoTrace(String step, String moment, int nth) throws Exception {
    halt(step, moment, nth);
  }

  private static void halt(String step, String moment, int nth) throws Exception {
    prepare(step);
    boolean struck = false;
    for (int i = 0; i < RUNS_UNTIL_EVERY_STEP && !struck; i++) {
      world.change();
      try (ChildJvm child = world.start(step + ":" + moment + ":halt:" + nth)) {
        int code = child.waitFor(PATIENCE);
        assertThat(code).as(child::output).isIn(0, 20, 137);
        struck = code == 137;
      }
      world.disturb();
      if (nth > 1) {
        break; // A step that is not taken that often in one invocation.
      }
    }
    assertThat(struck || nth > 1).isTrue();
    world.finishAndCheck();
  }

  private static void prepare(String step) {
    if (step.equals(ProtocolSteps.STATE_INIT)) {
      world.newLake();
    }
  }
}
