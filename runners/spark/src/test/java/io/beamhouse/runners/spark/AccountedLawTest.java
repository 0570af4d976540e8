package io.beamhouse.runners.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.pipelines.increment.ProtocolSteps;
import io.beamhouse.testing.Faults;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever is wrong with the files and wherever a run or a replay of quarantine dies, on either
 * runner: each row has one outcome, and the tables are those of a clean run, with the same keys of
 * child rows.
 */
class AccountedLawTest {
  private static final int HALTED = 137;

  @TempDir Path directory;

  static LongStream few() {
    return LongStream.rangeClosed(1, 1);
  }

  static LongStream many() {
    return LongStream.rangeClosed(100, 160);
  }

  /** A clean run and a clean replay, and which steps they took. */
  private record Clean(
      Map<String, List<String>> ran,
      Map<String, List<String>> replayed,
      List<String> runSteps,
      List<String> replaySteps) {}

  private Clean clean(long seed) throws IOException {
    AccountedLake lake = new AccountedLake(directory.resolve("lake"), seed);
    Faults.clear();
    assertThat(lake.run()).as(lake::printed).isZero();
    List<String> runSteps = taken();
    lake.everyRowHasOneOutcome();
    TreeMap<String, List<String>> ran = lake.contents();
    assertThat(ran.get("tags")).isNotEmpty();
    assertThat(ran.get("unread")).isNotEmpty();
    assertThat(ran.get("broken")).isNotEmpty();
    Faults.clear();
    assertThat(lake.replay()).as(lake::printed).isZero();
    assertThat(lake.contents()).isNotEqualTo(ran);
    return new Clean(ran, lake.contents(), runSteps, taken());
  }

  /** A process that lives on holds a run which it has just begun, so that one is left out. */
  private static List<String> taken() {
    return Faults.seen().stream()
        .filter(step -> !step.startsWith(ProtocolSteps.ATTEMPT + ":"))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("few")
  void aFaultAnywhereChangesNothing(long seed) throws IOException {
    faulty(seed);
  }

  @Tag("kill")
  @ParameterizedTest
  @MethodSource("many")
  void manyFaultsChangeNothing(long seed) throws IOException {
    faulty(seed);
  }

  private void faulty(long seed) throws IOException {
    Clean clean = clean(seed);
    SplittableRandom random = new SplittableRandom(seed);
    AccountedLake lake = new AccountedLake(directory.resolve("lake"), seed);
    for (int i = 0; i < 2; i++) {
      try (Faults.Armed fault = armed(clean.runSteps(), random)) {
        lake.run();
      }
    }
    assertThat(lake.run()).as(lake::printed).isZero();
    lake.everyRowHasOneOutcome();
    assertThat(lake.contents()).isEqualTo(clean.ran());
    for (int i = 0; i < 2; i++) {
      try (Faults.Armed fault = armed(clean.replaySteps(), random)) {
        lake.replay("--rule=late enough");
      }
    }
    // What still fails counts its attempts, so only a line of replays that took all is the same.
    assertThat(lake.replay()).as(lake::printed).isZero();
    assertSameButAttempts(lake.contents(), clean.replayed());
  }

  private static Faults.Armed armed(List<String> steps, SplittableRandom random) {
    String[] step = steps.get(random.nextInt(steps.size())).split(":");
    long times = steps.stream().filter(each -> each.equals(step[0] + ":" + step[1])).count();
    return Faults.throwAt(step[0], step[1], 1 + random.nextInt((int) times));
  }

  private static void assertSameButAttempts(
      Map<String, List<String>> ours, Map<String, List<String>> clean) {
    assertThat(withoutAttempts(ours)).isEqualTo(withoutAttempts(clean));
  }

  private static Map<String, List<String>> withoutAttempts(Map<String, List<String>> contents) {
    Map<String, List<String>> without = new TreeMap<>(contents);
    without.replaceAll(
        (name, rows) ->
            rows.stream()
                .map(row -> row.replaceAll("attempt:\\d+|resolved_by:replay \\d+", ""))
                .toList());
    return without;
  }

  @Test
  void sparkGivesTheSameTablesAlsoWhenTasksFail() throws IOException {
    Clean clean = clean(7);
    AccountedLake lake = new AccountedLake(directory.resolve("lake"), 7);
    List<Faults.Armed> armed = new ArrayList<>();
    for (String step : List.of("files.stage", "delta.data", "delta.changes", "delta.commit")) {
      armed.add(Faults.throwAt(step, "after"));
    }
    try {
      assertThat(lake.run("--runner=SparkRunner", "--sparkMaster=local[2,4]"))
          .as(lake::printed)
          .isZero();
    } finally {
      armed.forEach(Faults.Armed::close);
    }
    lake.everyRowHasOneOutcome();
    assertThat(lake.contents()).isEqualTo(clean.ran());
    assertThat(lake.replay("--runner=SparkRunner", "--sparkMaster=local[2,4]"))
        .as(lake::printed)
        .isZero();
    assertThat(lake.contents()).isEqualTo(clean.replayed());
  }

  @Test
  void aHaltOfARunAndOfAReplayChangeNothing() throws IOException {
    halted(11, new SplittableRandom(11));
  }

  @Tag("kill")
  @ParameterizedTest
  @MethodSource("many")
  void manyHaltsChangeNothing(long seed) throws IOException {
    halted(seed, new SplittableRandom(seed * 31));
  }

  private void halted(long seed, SplittableRandom random) throws IOException {
    Clean clean = clean(seed);
    AccountedLake lake = new AccountedLake(directory.resolve("lake"), seed);
    assertThat(lake.inChild(false, halt(clean.runSteps(), random)))
        .as(lake::printed)
        .isIn(HALTED, 0);
    assertThat(lake.run()).as(lake::printed).isZero();
    lake.everyRowHasOneOutcome();
    assertThat(lake.contents()).isEqualTo(clean.ran());
    assertThat(lake.inChild(true, halt(clean.replaySteps(), random)))
        .as(lake::printed)
        .isIn(HALTED, 0);
    assertThat(lake.replay()).as(lake::printed).isZero();
    assertSameButAttempts(lake.contents(), clean.replayed());
  }

  private static String halt(List<String> steps, SplittableRandom random) {
    return steps.get(random.nextInt(steps.size())) + ":halt";
  }
}
