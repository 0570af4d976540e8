package io.beamhouse.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.step.DurableSteps;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildJvmTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir Path directory;

  /** Appends a line for each step it takes, until there is a file named stop. */
  static final class Steps {
    public static void main(String[] args) throws Exception {
      Path directory = Path.of(args[0]);
      System.out.println("started with " + System.getenv("GREETING"));
      for (int i = 0; !Files.exists(directory.resolve("stop")); i++) {
        DurableSteps.before("steps.one");
        Files.writeString(directory.resolve("count"), Integer.toString(i));
        DurableSteps.after("steps.one");
      }
    }
  }

  @Test
  void aFaultHaltsTheChildAtItsStep() throws Exception {
    try (ChildJvm child = steps("steps.one:after:halt:3")) {
      assertThat(child.waitFor(SOON)).isEqualTo(137);
      assertThat(Files.readString(directory.resolve("count"))).isEqualTo("2");
      assertThat(child.output()).contains("started with hello");
    }
  }

  @Test
  void aPausedChildGoesOnWhenItsFileIsGone() throws Exception {
    Path pause = directory.resolve("pause");
    try (ChildJvm child = steps("steps.one:before:pause:2@" + pause)) {
      child.waitUntil(() -> Files.exists(pause), SOON);
      assertThat(Files.readString(directory.resolve("count"))).isEqualTo("0");

      Files.writeString(directory.resolve("stop"), "");
      Files.delete(pause);

      assertThat(child.waitFor(SOON)).isZero();
      assertThat(Files.readString(directory.resolve("count"))).isEqualTo("1");
    }
  }

  @Test
  void aStoppedChildDoesNothingUntilItIsResumedAndAKilledOneIsDead() {
    try (ChildJvm child = steps("")) {
      child.waitUntil(() -> Files.exists(directory.resolve("count")), SOON);
      child.stop();
      assertThatThrownBy(() -> child.waitFor(Duration.ofMillis(100)))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("started with hello");
      child.resume();
      child.kill();
      assertThat(child.waitFor(SOON)).isEqualTo(137);
    }
  }

  private ChildJvm steps(String faults) {
    return ChildJvm.of(Steps.class.getName())
        .withProperty("beamhouse.faults", faults)
        .withEnvironment("GREETING", "hello")
        .withArguments(directory.toString())
        .start();
  }
}
