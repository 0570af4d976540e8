package io.beamhouse.pipelines.increment;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.io.contract.ChildJvm;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The law when the process is gone at once: no finally block, no shutdown hook. */
class IncrementHaltTest {
  @TempDir Path directory;

  static Stream<Arguments> steps() {
    return IncrementLawTest.STEPS.stream()
        .flatMap(step -> Stream.of(Arguments.of(step, "before"), Arguments.of(step, "after")));
  }

  @Test
  void aProcessThatIsHaltedAfterItsPlanIsFollowedAtOnce() throws Exception {
    haltAt(ProtocolSteps.PLAN, "after");
  }

  @Tag("kill")
  @ParameterizedTest
  @MethodSource("steps")
  void aHaltedProcessIsFollowedAtOnce(String step, String moment) throws Exception {
    haltAt(step, moment);
  }

  private void haltAt(String step, String moment) throws Exception {
    FakeWorld world = new FakeWorld(directory, FakeWorld.Kind.BRONZE, 2);
    long late = world.seed();
    Process child =
        ChildJvm.start(
            directory.resolve("child.log"),
            List.of("-Dbeamhouse.faults=" + step + ":" + moment + ":halt"),
            IncrementChild.class.getName(),
            directory.toString(),
            FakeWorld.Kind.BRONZE.name(),
            "2");
    assertThat(child.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(child.exitValue()).isEqualTo(137);
    world.disturb(late);
    assertThat(world.run().finished()).as("nobody waits for a dead process").isNotEmpty();
    world.finishAndCheck();
  }
}
