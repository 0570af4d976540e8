package io.beamhouse.pipelines.increment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.testing.Faults;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever step a run dies at, and whatever the source does before the next start: nothing is lost,
 * nothing comes twice, and the target equals the source.
 */
class IncrementLawTest {
  static final List<String> STEPS =
      Stream.concat(
              ProtocolSteps.ALL.stream(),
              Stream.of(
                  "files.stage",
                  "files.manifest",
                  "files.publish",
                  FakeTable.DATA,
                  FakeTable.COMMIT))
          .toList();

  @TempDir Path directory;

  static Stream<Arguments> firstLoads() {
    return faults(FakeWorld.Kind.BRONZE, STEPS);
  }

  static Stream<Arguments> increments() {
    List<String> steps =
        STEPS.stream().filter(step -> !step.equals(ProtocolSteps.STATE_INIT)).toList();
    return Stream.of(
            faults(FakeWorld.Kind.BRONZE, steps),
            faults(FakeWorld.Kind.INTERNAL, List.of("files.manifest", FakeTable.COMMIT)),
            faults(FakeWorld.Kind.REPLAYABLE, List.of("files.publish", FakeTable.COMMIT)))
        .flatMap(s -> s);
  }

  private static Stream<Arguments> faults(FakeWorld.Kind kind, List<String> steps) {
    return steps.stream()
        .flatMap(
            step -> Stream.of("before", "after").map(moment -> Arguments.of(kind, step, moment)));
  }

  @ParameterizedTest(name = "{0} {2} {1}")
  @MethodSource("firstLoads")
  void aFirstLoadSurvivesAFault(FakeWorld.Kind kind, String step, String moment) {
    FakeWorld world = new FakeWorld(directory, kind, 2);
    long late = world.seed();
    failAt(world, step, moment);
    world.disturb(late);
    world.finishAndCheck();
  }

  @ParameterizedTest(name = "{0} {2} {1}")
  @MethodSource("increments")
  void anIncrementSurvivesAFault(FakeWorld.Kind kind, String step, String moment) {
    FakeWorld world = new FakeWorld(directory, kind, 1);
    long late = world.seed();
    world.run();
    long later = world.secondWave(late);
    failAt(world, step, moment);
    world.disturb(later);
    world.finishAndCheck();
  }

  private static void failAt(FakeWorld world, String step, String moment) {
    try (Faults.Armed fault = Faults.throwAt(step, moment)) {
      assertThatThrownBy(world::run).hasStackTraceContaining("injected " + moment + " " + step);
      assertThat(fault.struck()).isTrue();
    }
  }
}
