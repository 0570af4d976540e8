package io.beamhouse.runners.direct;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.pipelines.increment.RunReport.SourceReport;
import io.beamhouse.pipelines.increment.StateCommand;
import io.beamhouse.testing.events.EventGenerator;
import io.beamhouse.testing.events.EventsProof;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was written while nothing ran comes with the first increment after it. */
class DowntimeTest {
  private static final int PARTITIONS = 6;
  private static final Duration DOWN = Duration.ofMinutes(22);

  @TempDir Path home;

  @Test
  void theFirstIncrementTakesAllOf22MinutesOfUnevenPartitions() throws Exception {
    comesBack(1_320);
  }

  /** At 200 events a second, with the bound that the spec has by itself. */
  @Test
  @Tag("kill")
  void anIncrementHolds22MinutesAtAUsualRate() throws Exception {
    comesBack(Integer.getInteger("beamhouse.events", 264_000));
  }

  private void comesBack(int down) throws Exception {
    int up = 200;
    EventGenerator events =
        EventGenerator.create(22)
            .withReference(200, 100)
            .withRate((double) down / DOWN.toSeconds());
    try (EventsWorld world = new EventsWorld(home, events, PARTITIONS)) {
      Instant end = Instant.now();
      // The last partition has never had a record, the one before it has none from now on.
      world.send(up, end.minus(DOWN).minus(DOWN), uneven(PARTITIONS - 1));
      bronze(world, up);
      assertThat(facts(world).get("ranges")).contains("events/0 0-", "events/4 0-");

      world.send(down, end.minus(DOWN), uneven(PARTITIONS - 2));
      bronze(world, down);
      once(world, EventsWorld.SILVER);

      assertThat(facts(world))
          .containsEntry("lag_records", "0")
          .containsEntry("partitions", "" + PARTITIONS)
          .satisfies(
              facts ->
                  assertThat(facts.get("ranges").split(", "))
                      .hasSize(PARTITIONS - 2)
                      .noneMatch(range -> range.contains("/4 ") || range.contains("/5 ")));
      EventsProof proof = world.proof();
      assertThat(proof.holds()).as("%s", proof).isTrue();
      assertThat(proof.sent()).isEqualTo(up + down);
      for (String spec : new String[] {EventsWorld.BRONZE, EventsWorld.SILVER}) {
        assertThat(world.run(spec, "--exit-nothing-new")).as(world::printed).isEqualTo(20);
      }
    }
  }

  private static Map<String, String> uneven(int used) {
    return Map.of(
        "partitioner.class",
        UnevenPartitions.class.getName(),
        UnevenPartitions.USED,
        "" + used,
        "batch.size",
        "500000");
  }

  private static void once(EventsWorld world, String spec) {
    assertThat(world.run(spec)).as(world::printed).isZero();
  }

  private static void bronze(EventsWorld world, long rows) {
    once(world, EventsWorld.BRONZE);
    assertThat(topic(world).rows()).isEqualTo(rows);
  }

  private static Map<String, String> facts(EventsWorld world) {
    return topic(world).facts();
  }

  private static SourceReport topic(EventsWorld world) {
    return StateCommand.at(world.lake().resolve("_state").toString(), "youflix-events-bronze")
        .show()
        .lastReport()
        .sources()
        .get("topic");
  }
}
