package io.beamhouse.runners.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.pipelines.cli.Main;
import io.beamhouse.testing.Faults;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job on the direct runner and on SparkRunner in this JVM. */
class SparkRunnerTest {
  /** The durable steps of each spec that are taken in tasks. */
  private static final Map<String, List<String>> TASK_STEPS =
      Map.of(
          "bronze",
          List.of("files.stage", "files.manifest", "files.publish"),
          "silver",
          List.of("delta.data", "delta.commit"),
          "checked",
          List.of(
              "files.stage",
              "files.manifest",
              "files.publish",
              "delta.changes",
              "delta.data",
              "delta.tombstones",
              "delta.commit"));

  @TempDir static Path directory;
  private static YouFlix youFlix;
  private static Lake clean;

  @BeforeAll
  static void runOnTheDirectRunner() throws Exception {
    youFlix = YouFlix.start();
    clean = cleanRun(youFlix, directory);
  }

  @AfterAll
  static void stop() throws Exception {
    youFlix.close();
  }

  @Test
  void sparkGivesTheSameTables() throws Exception {
    youFlix.create("spark");
    Lake lake = new Lake(directory.resolve("spark"), "spark");

    for (String spec : Lake.FIRST_WAVE) {
      spark(lake.run(spec, youFlix, "--sparkMaster=local[2]"));
    }
    youFlix.secondWave("spark");
    for (String spec : Lake.SECOND_WAVE) {
      spark(lake.run(spec, youFlix, "--sparkMaster=local[2]"));
    }

    lake.assertEquals(clean, youFlix);
  }

  @Test
  void firstAttemptsThatFailAfterTheirSideEffectsChangeNothing() throws Exception {
    youFlix.create("faulty");
    Lake lake = new Lake(directory.resolve("faulty"), "faulty");

    for (String spec : Lake.FIRST_WAVE) {
      sparkWithFaults(spec, lake.run(spec, youFlix, "--sparkMaster=local[2,4]"));
    }
    youFlix.secondWave("faulty");
    for (String spec : Lake.SECOND_WAVE) {
      sparkWithFaults(spec, lake.run(spec, youFlix, "--sparkMaster=local[2,4]"));
    }

    lake.assertEquals(clean, youFlix);
  }

  /** Runs both specs for both waves on the direct runner, undisturbed. */
  static Lake cleanRun(YouFlix youFlix, Path directory) throws Exception {
    youFlix.create("clean");
    Lake lake = new Lake(directory.resolve("clean"), "clean");
    for (String spec : Lake.FIRST_WAVE) {
      direct(lake.run(spec, youFlix));
    }
    youFlix.secondWave("clean");
    for (String spec : Lake.SECOND_WAVE) {
      direct(lake.run(spec, youFlix));
    }
    lake.assertSilverEqualsSource(youFlix);
    return lake;
  }

  /** Each durable step that runs in tasks fails the first time that it is done. */
  private static void sparkWithFaults(String spec, String... arguments) {
    List<Faults.Armed> armed = new ArrayList<>();
    for (String step : TASK_STEPS.get(spec)) {
      armed.add(Faults.throwAt(step, "after"));
    }
    try {
      spark(arguments);
      assertThat(armed).allMatch(Faults.Armed::struck);
    } finally {
      armed.forEach(Faults.Armed::close);
    }
  }

  static void direct(String... arguments) {
    StringWriter output = new StringWriter();
    PrintWriter printer = new PrintWriter(output);
    assertThat(Main.execute(printer, printer, arguments)).as("%s", output).isZero();
  }

  private static void spark(String... arguments) {
    StringWriter output = new StringWriter();
    PrintWriter printer = new PrintWriter(output);
    assertThat(SparkMain.execute(printer, printer, arguments)).as("%s", output).isZero();
  }
}
