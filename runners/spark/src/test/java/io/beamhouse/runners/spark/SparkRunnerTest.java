package io.beamhouse.runners.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.pipelines.cli.Main;
import io.beamhouse.testing.Faults;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job on the direct runner and on SparkRunner in this JVM. */
class SparkRunnerTest {
  @TempDir static Path directory;
  private static YouFlix youFlix;
  private static Lake clean;

  @BeforeAll
  static void runOnTheDirectRunner() throws Exception {
    youFlix = YouFlix.start();
    youFlix.create("direct");
    clean = new Lake(directory.resolve("direct"), "direct");
    direct(clean.run("bronze", youFlix));
    direct(clean.run("silver", youFlix));
    youFlix.secondWave("direct");
    direct(clean.run("bronze", youFlix));
    direct(clean.run("silver", youFlix));
  }

  @AfterAll
  static void stop() throws Exception {
    youFlix.close();
  }

  @Test
  void theDirectRunnerKeepsSilverEqualToTheSource() throws Exception {
    clean.assertSilverEqualsSource(youFlix);
  }

  @Test
  void sparkGivesTheSameTables() throws Exception {
    youFlix.create("spark");
    Lake lake = new Lake(directory.resolve("spark"), "spark");

    spark(lake.run("bronze", youFlix, "--sparkMaster=local[2]"));
    spark(lake.run("silver", youFlix, "--sparkMaster=local[2]"));
    youFlix.secondWave("spark");
    spark(lake.run("bronze", youFlix, "--sparkMaster=local[2]"));
    spark(lake.run("silver", youFlix, "--sparkMaster=local[2]"));

    assertSameAsClean(lake);
  }

  @Test
  void firstAttemptsThatFailAfterTheirSideEffectsChangeNothing() throws Exception {
    youFlix.create("faulty");
    Lake lake = new Lake(directory.resolve("faulty"), "faulty");

    sparkWithFaults(lake.run("bronze", youFlix, "--sparkMaster=local[2,4]"));
    sparkWithFaults(lake.run("silver", youFlix, "--sparkMaster=local[2,4]"));
    youFlix.secondWave("faulty");
    sparkWithFaults(lake.run("bronze", youFlix, "--sparkMaster=local[2,4]"));
    sparkWithFaults(lake.run("silver", youFlix, "--sparkMaster=local[2,4]"));

    assertSameAsClean(lake);
  }

  static void assertSameAsClean(Lake lake, Lake clean, YouFlix youFlix) throws Exception {
    lake.assertSilverEqualsSource(youFlix);
    assertThat(lake.bronze()).isEqualTo(clean.bronze());
    assertThat(lake.counts()).isEqualTo(clean.counts());
  }

  private static void assertSameAsClean(Lake lake) throws Exception {
    assertSameAsClean(lake, clean, youFlix);
  }

  /** Each durable step that runs in tasks fails the first time that it is done. */
  private static void sparkWithFaults(String... arguments) {
    List<Faults.Armed> armed = new ArrayList<>();
    for (String step : TASK_STEPS) {
      armed.add(Faults.throwAt(step, "after"));
    }
    try {
      spark(arguments);
      assertThat(armed).anyMatch(Faults.Armed::struck);
    } finally {
      armed.forEach(Faults.Armed::close);
    }
  }

  static final List<String> TASK_STEPS =
      List.of("files.stage", "files.manifest", "files.publish", "delta.data", "delta.commit");

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
