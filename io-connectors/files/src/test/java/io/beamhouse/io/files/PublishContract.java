package io.beamhouse.io.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.StateRefusedException;
import io.beamhouse.core.error.StorageFailedException;
import io.beamhouse.core.rowwise.Tally;
import io.beamhouse.io.core.increment.SinkContext;
import io.beamhouse.io.core.manifest.Manifest;
import io.beamhouse.io.core.manifest.ManifestName;
import io.beamhouse.io.core.manifest.Manifests;
import io.beamhouse.io.core.manifest.PublishFiles;
import io.beamhouse.io.core.storage.Storage;
import io.beamhouse.testing.Faults;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.beam.sdk.values.Row;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What publishing promises on every kind of store. */
abstract class PublishContract {
  abstract String newDirectory();

  private static PublishFiles users(String directory, int attempt) {
    return FilesIO.writeCsv(directory)
        .withContext(Lake.context(1, 0, attempt))
        .withMaxRowsPerFile(7);
  }

  private static void assertPublished(String directory, List<Row> rows) throws Exception {
    Manifest manifest =
        Manifests.at(directory).get(ManifestName.of(Lake.context(1, 0, 1))).orElseThrow();
    assertThat(Lake.visible(directory))
        .containsExactlyInAnyOrderElementsOf(
            manifest.files().stream().map(Manifest.PublishedFile::name).toList());
    assertThat(Lake.byManifest(directory)).containsExactlyInAnyOrderElementsOf(rows);
    assertThat(Lake.byGlob(directory)).containsExactlyInAnyOrderElementsOf(rows);
    assertThat(manifest.counts()).containsEntry("written", (long) rows.size());
  }

  @ParameterizedTest
  @CsvSource({
    "files.stage,before,1",
    "files.stage,after,2",
    "files.manifest,before,1",
    "files.manifest,after,1",
    "files.publish,before,1",
    "files.publish,before,2",
    "files.publish,after,1"
  })
  void aRunThatFailsAnywhereIsFinishedByTheNextAttempt(String step, String moment, int nth)
      throws Exception {
    String directory = newDirectory();
    List<Row> rows = Lake.rows(0, 50);
    try (Faults.Armed fault = Faults.throwAt(step, moment, nth)) {
      assertThatThrownBy(() -> Lake.write(users(directory, 1), rows))
          .hasStackTraceContaining("injected " + moment + " " + step);
      assertThat(fault.struck()).isTrue();
    }
    Lake.write(users(directory, 2), rows);
    assertPublished(directory, rows);
  }

  @Test
  void anEmptyInputPublishesAnEmptyManifest() throws Exception {
    String directory = newDirectory();
    Lake.write(users(directory, 1), List.of());
    Manifests manifests = Manifests.at(directory);
    assertThat(manifests.list()).containsExactly(ManifestName.of(Lake.context(1, 0, 1)));
    assertThat(manifests.committed(Lake.context(1, 0, 9)).orElseThrow().files()).isEmpty();
    assertThat(manifests.newestRun(Lake.STATE, "users")).hasValue(1);
    assertThat(manifests.newestRun(Lake.STATE, "others")).isEmpty();
  }

  @Test
  void aReaderFindsFilesThatHaveNotBeenRenamedYet() throws Exception {
    String directory = newDirectory();
    List<Row> rows = Lake.rows(0, 20);
    try (Faults.Armed fault = Faults.throwAt("files.publish", "before", 2)) {
      assertThatThrownBy(() -> Lake.write(users(directory, 1), rows))
          .hasStackTraceContaining("injected");
      assertThat(fault.struck()).isTrue();
    }
    assertThat(Lake.visible(directory)).hasSize(1);
    assertThat(Lake.byManifest(directory)).containsExactlyInAnyOrderElementsOf(rows);

    Manifest finished = Manifests.at(directory).committed(Lake.context(1, 0, 2)).orElseThrow();
    assertThat(Lake.visible(directory)).hasSameSizeAs(finished.files());
    assertPublished(directory, rows);
  }

  @Test
  void ofAttemptsThatRaceOneWinsWhole() throws Exception {
    String directory = newDirectory();
    int attempts = 4;
    CsvFormat format = new CsvFormat(CsvOptions.DEFAULT, Compression.NONE);
    CyclicBarrier together = new CyclicBarrier(attempts);
    ExecutorService threads = Executors.newFixedThreadPool(attempts);
    try {
      List<Future<Manifest>> results = new ArrayList<>();
      for (int a = 1; a <= attempts; a++) {
        SinkContext context = Lake.context(1, 0, a);
        List<io.beamhouse.io.core.manifest.StagedFile> staged =
            Staging.stage(directory, context, format, Lake.rows(a * 100L, a * 100L + 30), 10);
        results.add(
            threads.submit(
                () -> {
                  together.await();
                  return Manifests.at(directory)
                      .publish(context, format, Lake.SCHEMA, staged, new Tally());
                }));
      }
      Manifest first = results.get(0).get();
      for (Future<Manifest> result : results) {
        assertThat(result.get()).isEqualTo(first);
      }
      long winner = first.attempt();
      assertPublished(directory, Lake.rows(winner * 100, winner * 100 + 30));
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aRunOfAnotherPlanOrStateIsRefusedAndLeavesEverythingAsItWas() throws Exception {
    String directory = newDirectory();
    List<Row> rows = Lake.rows(0, 5);
    Lake.write(users(directory, 1), rows);
    SinkContext other = new SinkContext(Lake.STATE, "users", 1, 0, 2, "another plan");
    assertThatThrownBy(
            () -> Lake.write(FilesIO.writeCsv(directory).withContext(other), Lake.rows(9, 99)))
        .hasStackTraceContaining(StateRefusedException.class.getName())
        .hasStackTraceContaining("another plan")
        .hasStackTraceContaining("reset the state");
    String sameEight = Lake.STATE.substring(0, 8) + "-ffff-4000-8000-000000000001";
    SinkContext stranger = new SinkContext(sameEight, "users", 1, 0, 1, "plan-1");
    assertThatThrownBy(() -> Manifests.at(directory).committed(stranger))
        .isInstanceOf(StateRefusedException.class)
        .hasMessageContaining(Lake.STATE)
        .hasMessageContaining(sameEight);
    assertPublished(directory, rows);
  }

  @Test
  void aPublishedFileThatWasChangedFromOutsideIsNotOverwritten() throws Exception {
    String directory = newDirectory();
    Lake.write(users(directory, 1), Lake.rows(0, 20));
    Path victim = new Path(Storage.path(directory), Lake.visible(directory).get(0));
    try (OutputStream out = Storage.of(victim).create(victim, true)) {
      out.write(1);
    }
    assertThatThrownBy(() -> Manifests.at(directory).committed(Lake.context(1, 0, 2)))
        .isInstanceOf(StorageFailedException.class)
        .hasMessageContaining("changed from outside");
    Storage.of(victim).delete(victim, false);
    assertThatThrownBy(() -> Manifests.at(directory).committed(Lake.context(1, 0, 2)))
        .isInstanceOf(StorageFailedException.class)
        .hasMessageContaining("Restore it");
  }

  @Test
  void cleaningDeletesTheStagingOfDoneRunsOnly() throws Exception {
    String directory = newDirectory();
    List<Row> rows = Lake.rows(0, 20);
    try (Faults.Armed fault = Faults.throwAt("files.publish", "before", 2)) {
      assertThatThrownBy(() -> Lake.write(users(directory, 1), rows)).isNotNull();
      assertThat(fault.struck()).isTrue();
    }
    CsvFormat format = new CsvFormat(CsvOptions.DEFAULT, Compression.NONE);
    Staging.stage(directory, Lake.context(2, 0, 1), format, rows, 100);
    Manifests manifests = Manifests.at(directory);
    assertThat(manifests.clean(Lake.STATE, "others", 9)).isZero();
    assertThat(manifests.clean(Lake.STATE, "users", 1)).isEqualTo(1);
    assertPublished(directory, rows);
    assertThat(manifests.clean(Lake.STATE, "users", 1)).isZero();
    assertThat(manifests.clean(Lake.STATE, "users", 2)).isEqualTo(1);
  }
}
