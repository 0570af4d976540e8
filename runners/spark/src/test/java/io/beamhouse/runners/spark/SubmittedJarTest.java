package io.beamhouse.runners.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.testing.ChildJvm;
import io.beamhouse.testing.DeltaTables;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.jar.JarFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The jar for spark-submit under Spark's own SparkSubmit, with executors in processes of their own
 * that die, and drivers that fall asleep.
 */
@Tag("submitted")
class SubmittedJarTest {
  private static final String CLUSTER = "local-cluster[2,1,1024]";
  private static final List<String> SPECULATION =
      List.of(
          "spark.speculation=true",
          "spark.speculation.interval=50ms",
          "spark.speculation.multiplier=1.01",
          "spark.speculation.quantile=0.1",
          "spark.speculation.minTaskRuntime=10ms");

  /** What each spec does in its result stages, after a shuffle. */
  private static final Map<String, List<String>> RESULT_STEPS =
      Map.of(
          "bronze", List.of("files.manifest"),
          "silver", List.of("delta.commit"),
          "checked", List.of("delta.commit", "files.manifest"));

  private static final Duration MINUTES = Duration.ofMinutes(5);

  @TempDir static Path directory;
  private static YouFlix youFlix;
  private static Lake clean;

  @BeforeAll
  static void runOnTheDirectRunner() throws Exception {
    youFlix = YouFlix.start();
    clean = SparkRunnerTest.cleanRun(youFlix, directory);
  }

  @AfterAll
  static void stop() throws Exception {
    youFlix.close();
  }

  /**
   * Spark's older versions of these come first on the class path; ours would have to be renamed.
   */
  @Test
  void theJarHoldsNothingThatFightsWithSpark() throws Exception {
    try (JarFile jar = new JarFile(SparkSubmit.jar().toFile())) {
      assertThat(jar.stream().map(entry -> entry.getName()))
          .contains("io/beamhouse/runners/spark/SparkMain.class")
          .noneMatch(
              name ->
                  name.matches(
                      "(com/google/(common|protobuf|gson|thirdparty)|org/apache/(spark|hadoop|avro"
                          + "|parquet)|com/fasterxml/jackson/(core|databind|annotation)|scala|org/slf4j|module-info).*"))
          .noneMatch(name -> name.matches("META-INF/.*\\.(SF|RSA|DSA)"));
    }
    assertThat(Files.size(SparkSubmit.jar())).isLessThan(85_000_000);
  }

  /** What ./beamhouse --runner=SparkRunner starts. */
  @Test
  void theLaunchersClassPathIsComplete() throws Exception {
    Path spec = directory.resolve("numbers.yaml");
    Path table = directory.resolve("numbers");
    Files.writeString(
        spec,
        """
        name: numbers
        state: %s/state
        pipeline:
          type: chain
          transforms:
            - type: Create
              config: {elements: [{id: 1}, {id: 2}]}
            - type: WriteToDelta
              name: table
              config: {table: %s}
        """
            .formatted(directory, table));
    String classPath = "target/classes:" + Files.readString(Path.of("target/classpath.txt"));
    ChildJvm.Builder java =
        ChildJvm.of(SparkMain.class.getName())
            .withClassPath(classPath)
            .withJvmArguments("-Xmx1g")
            .withArguments("run", spec.toString(), "--sparkMaster=local[2]");
    SparkSubmit.OPENED.forEach(java::withJvmArguments);

    try (ChildJvm run = java.start()) {
      assertThat(run.waitFor(MINUTES)).as("%s", run.output()).isZero();
    }

    assertThat(DeltaTables.at(table).rows("id"))
        .extracting(row -> ((Number) row.getValue(0)).intValue())
        .containsExactlyInAnyOrder(1, 2);
  }

  @Test
  void aClusterWhoseExecutorsDieGivesTheSameTables() throws Exception {
    youFlix.create("cluster");
    Lake lake = new Lake(directory.resolve("cluster"), "cluster");

    for (String spec : Lake.FIRST_WAVE) {
      submitWithDyingExecutor(lake.run(spec, youFlix), spec, List.of());
    }
    youFlix.secondWave("cluster");
    for (String spec : Lake.SECOND_WAVE) {
      SparkRunnerTest.direct(lake.run(spec, youFlix));
    }

    lake.assertEquals(clean, youFlix);
  }

  @Tag("kill")
  @Test
  void executorsThatDieWhileOthersSpeculateGiveTheSameTables() throws Exception {
    youFlix.create("speculation");
    Lake lake = new Lake(directory.resolve("speculation"), "speculation");

    for (String spec : Lake.FIRST_WAVE) {
      SparkRunnerTest.direct(lake.run(spec, youFlix));
    }
    youFlix.secondWave("speculation");
    for (String spec : Lake.SECOND_WAVE) {
      submitWithDyingExecutor(lake.run(spec, youFlix), spec, SPECULATION);
    }

    lake.assertEquals(clean, youFlix);
  }

  @Test
  void driversThatSleepUntilSecondOnesHaveFinishedChangeNothing() throws Exception {
    youFlix.create("bronze");
    youFlix.create("silver");
    Lake bronze = new Lake(directory.resolve("bronze"), "bronze");
    Lake silver = new Lake(directory.resolve("silver"), "silver");
    for (String spec : Lake.FIRST_WAVE) {
      SparkRunnerTest.direct(silver.run(spec, youFlix));
    }
    youFlix.secondWave("silver");
    SparkRunnerTest.direct(silver.run("bronze", youFlix));
    try (ChildJvm captures = asleep(bronze, "bronze")) {
      Instant capturesSince = Instant.now();
      try (ChildJvm merges = asleep(silver, "checked")) {
        Instant mergesSince = Instant.now();
        finishAndWake(captures, capturesSince, bronze, "bronze");
        finishAndWake(merges, mergesSince, silver, "checked");
      }
    }
    SparkRunnerTest.direct(bronze.run("silver", youFlix));
    youFlix.secondWave("bronze");
    for (String spec : Lake.SECOND_WAVE) {
      SparkRunnerTest.direct(bronze.run(spec, youFlix));
    }

    bronze.assertEquals(clean, youFlix);
    silver.assertEquals(clean, youFlix);
  }

  /** Starts a driver and stops its process right before its result becomes visible. */
  private static ChildJvm asleep(Lake lake, String spec) throws Exception {
    Path pause = directory.resolve("pause-" + spec);
    String fault = RESULT_STEPS.get(spec).get(0) + ":before:pause@" + pause;
    ChildJvm driver =
        SparkSubmit.on("local[2,4]", List.of(), fault, "")
            .withArguments(lake.run(spec, youFlix))
            .start();
    driver.waitUntil(() -> Files.exists(pause), MINUTES);
    driver.stop();
    Files.delete(pause);
    return driver;
  }

  private static void finishAndWake(ChildJvm sleeper, Instant since, Lake lake, String spec)
      throws Exception {
    Instant beatsAreOld = since.plusSeconds(31);
    sleeper.waitUntil(() -> Instant.now().isAfter(beatsAreOld), MINUTES);
    SparkRunnerTest.direct(lake.run(spec, youFlix));
    Map<String, String> finished = lake.contents();
    sleeper.resume();

    assertThat(sleeper.waitFor(MINUTES)).as("%s", sleeper.output()).isZero();
    assertThat(lake.contents()).isEqualTo(finished);
  }

  /**
   * An executor dies in a result stage of each sink, and with it the map outputs that it holds, so
   * that a part of the map stage runs again.
   */
  private static void submitWithDyingExecutor(
      String[] arguments, String spec, List<String> sparkConf) throws Exception {
    Map<String, Path> once = new TreeMap<>();
    for (String step : RESULT_STEPS.get(spec)) {
      Path file = directory.resolve("halted-" + UUID.randomUUID());
      once.put(step + ":before:halt@" + file, file);
    }
    submit(arguments, sparkConf, String.join(",", once.keySet()));
    assertThat(once.values()).allSatisfy(file -> assertThat(file).exists());
  }

  private static void submit(String[] arguments, List<String> sparkConf, String executorFaults) {
    try (ChildJvm driver =
        SparkSubmit.on(CLUSTER, sparkConf, "", executorFaults).withArguments(arguments).start()) {
      assertThat(driver.waitFor(MINUTES)).as("%s", driver.output()).isZero();
    }
  }
}
