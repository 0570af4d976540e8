package io.beamhouse.runners.direct;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.pipelines.cli.Main;
import io.beamhouse.testing.ChildJvm;
import io.beamhouse.testing.events.EventGenerator;
import io.beamhouse.testing.events.EventGenerator.Shares;
import io.beamhouse.testing.events.EventsProof;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A million events from a producer that never rests, while drivers are killed at every step, the
 * broker ten times, and one driver sleeps for long and wakes.
 *
 * <p>{@code -Dbeamhouse.events=100000 -Dbeamhouse.kills=10} make it shorter.
 */
@Tag("kill")
class EventsKillTest {
  private static final int EVENTS = Integer.getInteger("beamhouse.events", 1_000_000);
  private static final int KILLS = Integer.getInteger("beamhouse.kills", 50);
  private static final int BROKER_KILLS = Math.max(1, KILLS / 5);
  private static final double SECONDS_EACH = 45;
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final String[] LIVE = {"--continuous", "--trigger=3s", "--keep-runs=5"};
  private static final String[] TO_THE_END = {"--continuous", "--until-idle", "--trigger=0s"};

  private static final List<String> BRONZE =
      List.of(
          "protocol.attempt",
          "protocol.plan",
          "files.stage",
          "files.manifest",
          "files.publish",
          "protocol.applied",
          "protocol.done",
          "protocol.head");
  private static final List<String> SILVER =
      List.of(
          "protocol.attempt",
          "protocol.plan",
          "delta.data",
          "delta.commit",
          "protocol.applied",
          "protocol.done",
          "protocol.head",
          "delta.checkpoint");

  @TempDir Path home;

  @Test
  void eachOfAMillionEventsIsWhereItBelongsOnce() throws Exception {
    EventGenerator events =
        EventGenerator.create(23)
            .withRate(EVENTS / (KILLS * SECONDS_EACH))
            .withShares(new Shares(0.01, 0.01, 0.02, 0.05, 0.3));
    try (EventsWorld world = new EventsWorld(home, events, 6)) {
      AtomicBoolean enough = new AtomicBoolean();
      CompletableFuture<Void> sending =
          CompletableFuture.runAsync(() -> world.sendLive(EVENTS, enough::get));
      ChildJvm sleeper = asleep(world);
      killAll(world);
      enough.set(true);
      sending.join();
      wake(sleeper);
      assertThat(world.run(EventsWorld.BRONZE, TO_THE_END)).as(world::printed).isZero();
      assertThat(world.run(EventsWorld.SILVER, TO_THE_END)).as(world::printed).isZero();

      EventsProof proof = world.proof();
      System.out.println(proof.sum());
      System.out.println(proof);
      assertThat(proof.holds()).as("%s", proof).isTrue();
      assertThat(proof.sent()).isGreaterThanOrEqualTo(EVENTS);
    }
  }

  /** Kills one pipeline at each step of it while the other goes on, then the other one. */
  private static void killAll(EventsWorld world) throws Exception {
    int kills = 0;
    for (int round = 0; kills < KILLS; round++) {
      boolean bronze = round % 2 == 0;
      String moment = round / 2 % 2 == 0 ? "after" : "before";
      // With more threads than one, one of them only waits for the others, at a core's full cost.
      try (ChildJvm other =
          child(
              world,
              bronze ? EventsWorld.SILVER : EventsWorld.BRONZE,
              "",
              "--targetParallelism=1")) {
        for (String step : bronze ? BRONZE : SILVER) {
          if (kills++ == KILLS) {
            break;
          }
          // Of checkpoints there is one in ten commits.
          int nth = step.equals("delta.checkpoint") ? 1 : 1 + kills % 3;
          String fault = step + ":" + moment + ":halt:" + nth;
          try (ChildJvm killed =
              child(world, bronze ? EventsWorld.BRONZE : EventsWorld.SILVER, fault)) {
            if (kills % (KILLS / BROKER_KILLS) == 0) {
              world.broker().kill();
              world.broker().restart();
            }
            assertThat(killed.waitFor(PATIENCE)).as(killed::output).isEqualTo(137);
          }
          System.out.println(
              Instant.now() + " kill " + kills + ": " + (bronze ? "bronze " : "silver ") + fault);
        }
        other.kill();
      }
    }
  }

  /** A driver of bronze that stands still right before its manifest. */
  private ChildJvm asleep(EventsWorld world) throws Exception {
    Path pause = home.resolve("pause");
    ChildJvm sleeper = child(world, EventsWorld.BRONZE, "files.manifest:before:pause@" + pause);
    sleeper.waitUntil(() -> Files.exists(pause), PATIENCE);
    sleeper.stop();
    Files.delete(pause);
    return sleeper;
  }

  /** Finds its run taken by others, and goes on as if nothing had been until it is told to stop. */
  private static void wake(ChildJvm sleeper) {
    try (sleeper) {
      sleeper.resume();
      sleeper.waitForOutput("youflix-events-bronze: ", PATIENCE);
      ProcessHandle.of(sleeper.pid()).orElseThrow().destroy();
      assertThat(sleeper.waitFor(PATIENCE)).as(sleeper::output).isZero();
    }
  }

  private static ChildJvm child(EventsWorld world, String spec, String fault, String... more) {
    return ChildJvm.of(Main.class.getName())
        .withProperty("beamhouse.faults", fault)
        .withJvmArguments("-Xmx1g", "-XX:TieredStopAtLevel=4")
        .withArguments(world.arguments(spec, LIVE))
        .withArguments(more)
        .start();
  }
}
