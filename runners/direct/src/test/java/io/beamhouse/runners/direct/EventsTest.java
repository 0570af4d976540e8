package io.beamhouse.runners.direct;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.testing.events.EventGenerator;
import io.beamhouse.testing.events.EventGenerator.Shares;
import io.beamhouse.testing.events.EventsProof;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventsTest {
  private static final String[] TO_THE_END = {"--continuous", "--until-idle", "--trigger=0s"};

  @TempDir Path home;

  @Test
  void eachEventIsWhereItBelongsOnce() throws Exception {
    EventGenerator events =
        EventGenerator.create(7)
            .withReference(200, 100)
            .withRate(50)
            .withShares(new Shares(0.05, 0.05, 0.1, 0.05, 0.3));
    try (EventsWorld world = new EventsWorld(home, events, 3)) {
      Instant now = Instant.now();
      world.send(2_000, now.minusSeconds(60));
      assertThat(world.run(EventsWorld.BRONZE, more("--set", "max_records=700")))
          .as(world::printed)
          .isZero();
      assertThat(world.run(EventsWorld.SILVER, TO_THE_END)).as(world::printed).isZero();

      EventsProof proof = world.proof();
      assertThat(proof.holds()).as("%s", proof).isTrue();
      assertThat(proof.sent()).isEqualTo(2_000);
      assertThat(List.of(proof.duplicates(), proof.bad(), proof.paired(), proof.open()))
          .allMatch(count -> count > 0);
      try (Stream<Path> files = Files.walk(world.lake().resolve("bronze/youflix/events"))) {
        assertThat(files.filter(file -> file.getFileName().toString().startsWith("part-")))
            .allMatch(file -> file.getParent().toString().matches(".*/\\d{4}(/\\d\\d){4}"));
      }
    }
  }

  private static String[] more(String... more) {
    return Stream.concat(Stream.of(TO_THE_END), Stream.of(more)).toArray(String[]::new);
  }
}
