package io.beamhouse.pipelines.increment;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.testing.ChildJvm;
import java.nio.file.Path;
import java.time.Duration;
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
    try (ChildJvm child =
        ChildJvm.of(IncrementChild.class.getName())
            .withJvmArguments("-Xmx300m")
            .withProperty("beamhouse.faults", step + ":" + moment + ":halt")
            .withArguments(directory.toString(), FakeWorld.Kind.BRONZE.name(), "2")
            .start()) {
      assertThat(child.waitFor(Duration.ofMinutes(2))).as(child::output).isEqualTo(137);
    }
    world.disturb(late);
    assertThat(world.run().finished()).as("nobody waits for a dead process").isNotEmpty();
    world.finishAndCheck();
  }
}
