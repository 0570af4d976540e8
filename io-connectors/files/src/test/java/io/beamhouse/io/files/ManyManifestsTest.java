package io.beamhouse.io.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.StateRefusedException;
import io.beamhouse.core.rowwise.Tally;
import io.beamhouse.io.core.increment.Increment;
import io.beamhouse.io.core.increment.PlanRequest;
import io.beamhouse.io.core.increment.SinkContext;
import io.beamhouse.io.core.manifest.ManifestName;
import io.beamhouse.io.core.manifest.Manifests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Thousands of runs: what is new is found without looking at what is old. */
class ManyManifestsTest {
  private static final String OTHER_STATE = "ffffffff-0000-4000-8000-000000000001";

  @TempDir Path lake;

  private void publish(String state, long run) throws IOException {
    Manifests.at(lake.toString())
        .publish(
            new SinkContext(state, "users", run, 0, 1, "plan-" + run),
            new JsonFormat(Compression.NONE),
            Lake.SCHEMA,
            List.of(),
            new Tally());
  }

  private Increment plan(String position) {
    NewFiles source =
        NewFiles.of(ReadNewFilesProvider.Config.builder().setPath(lake.toString()).build());
    return source.plan(
        new PlanRequest(
            1, Optional.ofNullable(position), Instant.EPOCH, Optional.empty(), lake + "/work"));
  }

  private List<ManifestName> after(Map<String, Long> runs) throws IOException {
    return Manifests.at(lake.toString()).listAfter(runs);
  }

  @Test
  void runsAreFoundWhereverTheirManifestsLie() throws Exception {
    for (long run : new long[] {1, 2, 999, 1_000, 1_001, 2_500, 7_000_000}) {
      publish(Lake.STATE, run);
    }
    publish(OTHER_STATE, 1_500);
    Manifests manifests = Manifests.at(lake.toString());
    assertThat(manifests.newestRun(Lake.STATE, "users")).hasValue(7_000_000);
    assertThat(manifests.newestRun(OTHER_STATE, "users")).hasValue(1_500);
    assertThat(manifests.newestRun(OTHER_STATE, "others")).isEmpty();
    assertThat(manifests.list()).hasSize(8).isEqualTo(after(Map.of())).isSorted();
    for (ManifestName name : manifests.list()) {
      assertThat(ManifestName.of(manifests.get(name).orElseThrow())).isEqualTo(name);
    }
    assertThat(after(Map.of("0a1b2c3d-users", 2_500L)))
        .extracting(ManifestName::run)
        // Of a publisher that is not named all, of the others what lies beside what is new.
        .containsExactly(1L, 2L, 999L, 2_500L, 7_000_000L, 1_500L);
    try (Stream<Path> files = Files.list(lake.resolve("_manifests"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "0a1b2c3d-users-1-0.json",
              "0a1b2c3d-users-2-0.json",
              "0a1b2c3d-users-999-0.json",
              "runs");
    }
  }

  @Test
  void aFollowerGoesOnAcrossThousandsAndItsPositionStaysSmall() throws Exception {
    for (long run = 998; run <= 1_002; run++) {
      publish(Lake.STATE, run);
    }
    Increment first = plan(null);
    assertThat(first.position()).contains("0a1b2c3d-users-1002-0");
    for (long run = 1_003; run <= 1_005; run++) {
      publish(Lake.STATE, run);
    }
    publish(OTHER_STATE, 1_200);
    Increment second = plan(first.position());
    assertThat(second.position()).contains("0a1b2c3d-users-1005-0", "ffffffff-users-1200-0");
    assertThat(second.position().length()).isLessThan(1_000);
    // A run behind the position, in the thousand that is looked at.
    publish(Lake.STATE, 1_000 + 500);
    Increment third = plan(second.position());
    publish(Lake.STATE, 1_300);
    assertThatThrownBy(() -> plan(third.position()))
        .isInstanceOf(StateRefusedException.class)
        .hasMessageContaining("were not there");
  }

  @Test
  void manifestsThatWerePutSideBySideBeforeAreFound() throws Exception {
    publish(Lake.STATE, 1_234);
    Path manifests = lake.resolve("_manifests");
    Files.move(
        manifests.resolve("runs/0a1b2c3d-users/000000000000001/0a1b2c3d-users-1234-0.json"),
        manifests.resolve("0a1b2c3d-users-1234-0.json"));
    assertThat(Manifests.at(lake.toString()).newestRun(Lake.STATE, "users")).hasValue(1_234);
    assertThat(plan(null).position()).contains("0a1b2c3d-users-1234-0");
  }
}
