package io.beamhouse.io.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.StateRefusedException;
import io.beamhouse.core.rowwise.Tally;
import io.beamhouse.io.core.increment.Compacting;
import io.beamhouse.io.core.increment.Increment;
import io.beamhouse.io.core.increment.PlanRequest;
import io.beamhouse.io.core.manifest.CompactedRuns;
import io.beamhouse.io.core.manifest.Compactions;
import io.beamhouse.io.core.manifest.Manifest;
import io.beamhouse.io.core.manifest.Manifests;
import io.beamhouse.io.core.manifest.RowFileFormat;
import io.beamhouse.io.core.manifest.StagedFile;
import io.beamhouse.io.parquet.ParquetWriteOptions;
import io.beamhouse.testing.Faults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Published files put together under the eyes of followers. */
class FilesCompactionTest {
  private static final String PUBLISHER = "0a1b2c3d-users";
  private static final List<String> DIRECTORIES = List.of("", "10/01/", "10/02/");
  private static final List<String> STEPS =
      List.of("files.stage", "files.compacted", "files.publish", "files.replace", "files.purge");

  /** A directory, what was published to it, and who follows. */
  private static final class World {
    final Path lake;
    final RowFileFormat format;
    final List<Follower> followers = new ArrayList<>();
    long run;
    long rows;

    World(RowFileFormat format) throws IOException {
      this.lake = Files.createTempDirectory("compaction");
      this.format = format;
    }

    static World ofCsv() throws IOException {
      return new World(new CsvFormat(CsvOptions.DEFAULT, Compression.NONE));
    }

    /** A run of some files of some rows. */
    void publish(Random random) throws IOException {
      run += 1 + random.nextInt(2);
      Compactions stager = Compactions.at(lake.toString());
      for (int chunk = 0; chunk <= random.nextInt(2); chunk++) {
        List<StagedFile> staged = new ArrayList<>();
        for (int file = random.nextInt(3); file > 0; file--) {
          String name =
              "_staging/%s-%d-%d/1/%s%s.%s"
                  .formatted(
                      PUBLISHER,
                      run,
                      chunk,
                      DIRECTORIES.get(random.nextInt(DIRECTORIES.size())),
                      UUID.randomUUID(),
                      format.extension());
          long from = rows;
          rows += 1 + random.nextInt(3);
          staged.add(
              stager.stage(
                  name,
                  format,
                  Lake.SCHEMA,
                  sink -> {
                    for (Row row : Lake.rows(from, rows)) {
                      sink.write(row);
                    }
                  }));
        }
        Manifests.at(lake.toString())
            .publish(Lake.context(run, chunk, 1), format, Lake.SCHEMA, staged, new Tally());
      }
    }

    FilesCompact compact() {
      return FilesIO.compact(lake.toString()).withOlderThan(Duration.ZERO);
    }

    void compactAndDie(Random random) {
      String step = STEPS.get(random.nextInt(STEPS.size() - 1));
      String moment = random.nextBoolean() ? "before" : "after";
      try (Faults.Armed fault = Faults.throwAt(step, moment, 1 + random.nextInt(3))) {
        compact().run();
      } catch (Faults.InjectedFault e) {
        assertThat(e).isNotNull();
      }
    }

    /** What a pattern finds: every row, also between two moves. */
    List<Long> byGlob() throws IOException {
      List<FileToRead> files = new ArrayList<>();
      try (Stream<Path> all = Files.walk(lake)) {
        all.filter(Files::isRegularFile)
            .filter(file -> !lake.relativize(file).toString().startsWith("_"))
            .forEach(
                file ->
                    files.add(
                        new FileToRead(
                            file.toString(), List.of(), 0, file.toFile().length(), -1, "", -1)));
      }
      ReadFormat read = ReadFormat.of(format.name(), format.options(), 1 << 20);
      return files.isEmpty() ? List.of() : ids(FileSet.ofFiles(files, read, Lake.SCHEMA));
    }

    List<Long> all() {
      return LongStream.range(0, rows).boxed().toList();
    }
  }

  private static List<Long> ids(FileSet files) throws IOException {
    return Lake.read(files).stream().map(row -> row.getInt64("id")).sorted().toList();
  }

  /** Plans, and reads what was planned at some time. */
  private static final class Follower {
    final World world;
    final NewFiles source;
    final List<Long> seen = new ArrayList<>();
    Optional<String> position = Optional.empty();
    Increment planned;

    Follower(World world, long maxFiles) {
      this.world = world;
      this.source =
          NewFiles.of(
              ReadNewFilesProvider.Config.builder()
                  .setPath(world.lake.toString())
                  .setMaxFiles((int) maxFiles)
                  .build());
    }

    void plan() {
      if (planned == null) {
        planned =
            source.plan(
                new PlanRequest(
                    1, position, Instant.EPOCH, Optional.empty(), world.lake + "/_work"));
      }
    }

    void read() throws IOException {
      if (planned != null) {
        if (!planned.nothingNew()) {
          seen.addAll(ids(source.files(planned)));
        }
        position = Optional.of(planned.position());
        planned = null;
      }
    }

    void catchUp() throws IOException {
      read();
      String before;
      do {
        before = position.orElse("");
        plan();
        read();
      } while (!position.orElse("").equals(before));
    }

    void hasEachRowOnce() {
      assertThat(seen.stream().sorted().toList()).isEqualTo(world.all());
    }
  }

  /** 0-2: publish; 3: compact; 4: compact and die; 5: a new follower; 6-8: one plans or reads. */
  @Property(tries = 15)
  void everyFollowerHasEachRowOnce(
      @ForAll @Size(min = 5, max = 30) List<@IntRange(max = 8) Integer> steps, @ForAll long seed)
      throws IOException {
    World world = World.ofCsv();
    Random random = new Random(seed);
    world.publish(random);
    for (int step : steps) {
      if (step <= 2) {
        world.publish(random);
      } else if (step == 3) {
        world.compact().run();
        assertThat(world.byGlob()).isEqualTo(world.all());
      } else if (step == 4) {
        world.compactAndDie(random);
        assertThat(world.byGlob()).containsAll(world.all());
      } else if (step == 5 || world.followers.isEmpty()) {
        world.followers.add(new Follower(world, random.nextBoolean() ? 2 : 1_000));
      } else {
        Follower one = world.followers.get(random.nextInt(world.followers.size()));
        if (random.nextBoolean()) {
          one.plan();
        } else {
          one.read();
        }
      }
      assertThat(
              ids(
                  FileSet.ofManifests(
                      world.lake.toString(), Manifests.at(world.lake.toString()).all(), 1 << 20)))
          .isEqualTo(world.all());
    }
    world.followers.add(new Follower(world, 1_000));
    for (Follower follower : world.followers) {
      follower.catchUp();
      follower.hasEachRowOnce();
    }
    // Beyond retention: who has all goes on, who has nothing begins with what there is.
    world.compact().withKeepReplaced(Duration.ofSeconds(-60)).run();
    assertThat(world.byGlob()).isEqualTo(world.all());
    world.publish(random);
    world.publish(random);
    world.followers.add(new Follower(world, 2));
    for (Follower follower : world.followers) {
      follower.catchUp();
      follower.hasEachRowOnce();
    }
    try (Stream<Path> files = Files.walk(world.lake.resolve("_replaced"))) {
      assertThat(files.filter(Files::isRegularFile)).isEmpty();
    } catch (java.nio.file.NoSuchFileException e) {
      assertThat(e).isNotNull(); // Nothing was ever replaced.
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"csv", "json", "parquet"})
  void filesOfADirectoryBecomeOneAndTheirRunsOneManifest(String name) throws IOException {
    RowFileFormat format =
        switch (name) {
          case "csv" -> new CsvFormat(CsvOptions.DEFAULT, Compression.GZIP);
          case "json" -> new JsonFormat(Compression.NONE);
          default -> new ParquetFormat(ParquetWriteOptions.defaults());
        };
    World world = new World(format);
    Random random = new Random(7);
    while (world.run < 20) {
      world.publish(random);
    }
    assertThat(world.compact().withOlderThan(Duration.ofHours(1)).run().filesBefore()).isZero();
    assertThat(world.compact().withMinFiles(1_000).run().filesBefore()).isZero();
    FilesCompact.Result result = world.compact().run();
    assertThat(result.filesAfter()).isEqualTo(3);
    assertThat(result.filesBefore()).isGreaterThan(10);
    assertThat(world.byGlob()).isEqualTo(world.all());
    List<Manifest> all = Manifests.at(world.lake.toString()).all();
    // The newest run stays as it is.
    assertThat(all).hasSizeLessThanOrEqualTo(3);
    assertThat(all.get(0).files())
        .extracting(Manifest.PublishedFile::name)
        .allMatch(file -> file.contains("compact-0a1b2c3d-users-0-"))
        .hasSize(3);
    assertThat(world.compact().run().filesBefore()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {2, 5})
  void aFollowerInTheMiddleReadsOnUntilTheOldFilesAreDeleted(long maxFiles) throws IOException {
    World world = World.ofCsv();
    Random random = new Random(3);
    while (world.run < 20) {
      world.publish(random);
    }
    Follower middle = new Follower(world, maxFiles);
    middle.plan();
    middle.read();
    Follower late = new Follower(world, maxFiles);
    late.plan();
    late.read();
    world.compact().run();
    middle.catchUp();
    middle.hasEachRowOnce();
    world.compact().withKeepReplaced(Duration.ofSeconds(-60)).run();
    assertThatThrownBy(late::plan)
        .isInstanceOf(StateRefusedException.class)
        .hasMessageContaining("reset this state");
    middle.catchUp();
    middle.hasEachRowOnce();
  }

  /** Two at once: one is true, the other adopts it. */
  @ParameterizedTest
  @ValueSource(strings = {"files.compacted", "files.stage"})
  void twoCompactionsAtOnceAreOne(String step) throws Exception {
    World world = World.ofCsv();
    Random random = new Random(11);
    while (world.run < 10) {
      world.publish(random);
    }
    Path pause = Files.createTempDirectory("pause").resolve("file");
    java.util.concurrent.CompletableFuture<Void> slow;
    try (Faults.Armed fault = Faults.pauseAt(step, "before", pause)) {
      slow = java.util.concurrent.CompletableFuture.runAsync(() -> world.compact().run());
      while (!Files.exists(pause)) {
        Thread.onSpinWait();
      }
      world.compact().run();
      world.publish(random);
      world.publish(random);
      Files.delete(pause);
    }
    try {
      slow.get();
    } catch (java.util.concurrent.ExecutionException e) {
      // Its staging was cleaned away under it, so it says that nothing was lost.
      assertThat(e.getCause()).hasMessageContaining("No row was lost");
    }
    world.compact().run();
    assertThat(world.byGlob()).isEqualTo(world.all());
    Follower fresh = new Follower(world, 1_000);
    fresh.catchUp();
    fresh.hasEachRowOnce();
    List<CompactedRuns> compacted = Compactions.at(world.lake.toString()).after(java.util.Map.of());
    assertThat(compacted.get(0).from()).isZero();
    for (int i = 1; i < compacted.size(); i++) {
      assertThat(compacted.get(i).from()).isEqualTo(compacted.get(i - 1).to() + 1);
    }
  }

  /** What the driver asks a sink of a spec after a run. */
  @Test
  void aSinkThatIsToldToPutsItsFilesTogetherNowAndThen() throws IOException {
    World world = World.ofCsv();
    Random random = new Random(5);
    while (world.run < 150) {
      world.publish(random);
    }
    assertThat(sink(world, null).compact(Lake.STATE, "users", 128)).isEmpty();
    Compacting sink = sink(world, "0s");
    assertThat(sink.compact(Lake.STATE, "users", 127)).isEmpty();
    assertThat(sink.compact(Lake.STATE, "others", 128)).isEmpty();
    assertThat(sink.compact(Lake.STATE, "users", 128).orElseThrow())
        .startsWith("compacted")
        .contains("files of", "runs became 3");
    assertThat(world.byGlob()).isEqualTo(world.all());
  }

  private static Compacting sink(World world, String age) {
    return RunBoundFiles.of(
        world.lake.toString(),
        () -> new CsvFormat(CsvOptions.DEFAULT, Compression.NONE),
        new RunBoundFiles.Layout(null, null, null, age));
  }
}
