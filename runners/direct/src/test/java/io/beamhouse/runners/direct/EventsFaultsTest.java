package io.beamhouse.runners.direct;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.pipelines.cli.Main;
import io.beamhouse.testing.ChildJvm;
import io.beamhouse.testing.Faults;
import io.beamhouse.testing.events.EventGenerator;
import io.beamhouse.testing.events.EventGenerator.Shares;
import io.beamhouse.testing.events.EventsProof;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events while whatever can fail does; the many kills are in {@link EventsKillTest}. */
class EventsFaultsTest {
  private static final String[] TO_THE_END = {"--continuous", "--until-idle", "--trigger=0s"};
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** Where a run of bronze fails, one time each. */
  private static final List<String> BRONZE =
      List.of(
          "protocol.attempt:after",
          "protocol.plan:after",
          "files.stage:after",
          "files.manifest:before",
          "files.manifest:after",
          "files.publish:before",
          "protocol.applied:after",
          "protocol.done:before",
          "protocol.head:before");

  /** Where a first run of silver fails. */
  private static final List<String> SILVER = List.of("protocol.plan:before", "delta.data:after");

  /** Where one fails that was halted between its sinks. */
  private static final List<String> HALTED_SILVER =
      List.of("delta.commit:before", "delta.commit:after", "protocol.done:after");

  @TempDir Path home;

  @Test
  void aFailureAtEachStepAKilledDriverAndAKilledBrokerLoseAndDoubleNothing() throws Exception {
    EventGenerator events =
        EventGenerator.create(11)
            .withReference(200, 100)
            .withRate(50)
            .withShares(new Shares(0.05, 0.05, 0.1, 0.05, 0.3));
    try (EventsWorld world = new EventsWorld(home, events, 3)) {
      Instant start = Instant.now().minusSeconds(60);
      world.send(2_000, start);
      halt(world, EventsWorld.BRONZE, "files.manifest:after:halt", "--set=max_records=700");
      failing(world, EventsWorld.BRONZE, BRONZE, "--set=max_records=700");
      failing(world, EventsWorld.SILVER, SILVER);
      world.send(500, start); // all of them once more
      assertThat(world.run(EventsWorld.BRONZE, "--set=max_records=700")).isZero();
      halt(world, EventsWorld.SILVER, "delta.commit:after:halt:2");
      failing(world, EventsWorld.SILVER, HALTED_SILVER);

      EventsProof proof = world.proof();
      assertThat(proof.holds()).as("%s", proof).isTrue();
      assertThat(proof.sent()).isEqualTo(2_500);
    }
  }

  private static void halt(EventsWorld world, String spec, String fault, String... more) {
    try (ChildJvm child =
        ChildJvm.of(Main.class.getName())
            .withProperty("beamhouse.faults", fault)
            .withArguments(world.arguments(spec, more))
            .start()) {
      assertThat(child.waitFor(PATIENCE)).as(child::output).isEqualTo(137);
    }
  }

  /** Runs until all failures are behind; the broker is killed in front of the second run. */
  private static void failing(EventsWorld world, String spec, List<String> steps, String... more) {
    List<Faults.Armed> armed = new ArrayList<>();
    try {
      for (String step : steps) {
        armed.add(Faults.throwAt(step.split(":")[0], step.split(":")[1]));
      }
      for (long struck = 0, runs = 0; struck < steps.size(); runs++) {
        assertThat(world.run(spec, more)).as(world::printed).isNotZero();
        // Sinks work side by side: two of them may fail in one run.
        long now = armed.stream().filter(Faults.Armed::struck).count();
        assertThat(now).isGreaterThan(struck);
        struck = now;
        if (runs == 0) {
          world.broker().kill();
          world.broker().restart();
        }
      }
      String[] toTheEnd =
          Stream.concat(Stream.of(more), Stream.of(TO_THE_END)).toArray(String[]::new);
      assertThat(world.run(spec, toTheEnd)).as(world::printed).isZero();
    } finally {
      armed.forEach(Faults.Armed::close);
    }
  }
}
