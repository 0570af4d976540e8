package io.beamhouse.runners.direct;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamhouse.io.core.manifest.Manifest;
import io.beamhouse.io.core.manifest.ManifestName;
import io.beamhouse.io.core.manifest.Manifests;
import io.beamhouse.pipelines.cli.Main;
import io.beamhouse.testing.ChildJvm;
import io.beamhouse.testing.Faults;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A small source database that changes all the time, and a lake kept from it by the two specs. */
final class KillWorld implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int NOTHING_NEW = 20;
  private static final String BRONZE_JOB = "youflix-subscriptions-bronze/users";
  private static final String SILVER_JOB = "kill-silver";

  private final DemoDatabase database;
  private final Path home;
  private final Path password;
  private final Path bronzeSpec;
  private final Path silverSpec;
  private Path lake;
  private Connection late;
  private int changes;
  private String lastOutput = "";

  KillWorld(DemoDatabase database, Path home) throws IOException {
    this.database = database;
    this.home = home;
    this.password = Files.writeString(home.resolve("password"), database.password());
    this.bronzeSpec = copied("youflix/subscriptions-bronze.yaml");
    this.silverSpec = copied("kill/silver.yaml");
    newLake();
  }

  /** Starts over: no state, no tables. */
  void newLake() {
    lake = home.resolve("lake-" + changes++);
  }

  /** Updates, deletes and inserts rows, and leaves a transaction with an early cursor open. */
  void change() throws SQLException {
    changes++;
    execute(
        "INSERT INTO users (email, full_name, country, note) SELECT 'a%1$d-' || i, 'Ann %1$d', 'DE',"
            + " CASE WHEN i %% 2 = 0 THEN 'note ' || i END FROM generate_series(1, 6) AS i",
        "UPDATE users SET full_name = 'Changed %1$d' WHERE user_id %% 5 = %1$d %% 5",
        "DELETE FROM users WHERE user_id IN (SELECT user_id FROM users ORDER BY user_id LIMIT 2)");
    late = database.connect();
    late.setAutoCommit(false);
    try (Statement statement = late.createStatement()) {
      statement.execute(
          "INSERT INTO users (email, full_name, country) VALUES ('late-%d', 'Late', 'NZ')"
              .formatted(changes));
    }
    execute("INSERT INTO users (email, full_name, country) VALUES ('after-%1$d', 'After', 'FR')");
  }

  /** What the source does between a kill and the next start. */
  void disturb() throws SQLException {
    if (late != null) {
      late.commit();
      late.close();
      late = null;
    }
    changes++;
    execute(
        "UPDATE users SET note = 'disturbed %1$d' WHERE user_id %% 3 = %1$d %% 3",
        "DELETE FROM users WHERE user_id IN (SELECT user_id FROM users ORDER BY user_id DESC LIMIT"
            + " 1)",
        "INSERT INTO users (email, full_name, country) VALUES ('new-%1$d', 'New', 'ES')");
  }

  /** Runs both specs in this process; returns 20 when neither found anything, or what failed. */
  int run() {
    StringWriter out = new StringWriter();
    boolean nothingNew = true;
    for (List<String> arguments : commands()) {
      PrintWriter printer = new PrintWriter(out);
      int code = Main.execute(printer, printer, arguments.toArray(String[]::new));
      lastOutput = out.toString();
      if (code != 0 && code != NOTHING_NEW) {
        return code;
      }
      nothingNew &= code == NOTHING_NEW;
    }
    return nothingNew ? NOTHING_NEW : 0;
  }

  /** What the last {@link #run} printed. */
  String lastOutput() {
    return lastOutput;
  }

  /**
   * Starts both specs in a process of its own, with {@code faults} as {@link Faults} takes them.
   */
  ChildJvm start(String faults) {
    List<String> arguments = new ArrayList<>();
    for (List<String> command : commands()) {
      if (!arguments.isEmpty()) {
        arguments.add("--then");
      }
      arguments.addAll(command);
    }
    return ChildJvm.of(KillChild.class.getName())
        .withJvmArguments("-Xmx400m", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn")
        .withProperty("beamhouse.faults", faults)
        .withArguments(arguments.toArray(String[]::new))
        .start();
  }

  private List<List<String>> commands() {
    return List.of(
        List.of(
            "run",
            bronzeSpec.toString(),
            "--exit-nothing-new",
            "--table=users",
            "--targetParallelism=1",
            "--set=lake=" + lake,
            "--set=url=" + database.url(),
            "--set=username=" + database.username(),
            "--set=password=${file:" + password + "}"),
        List.of(
            "run",
            silverSpec.toString(),
            "--exit-nothing-new",
            "--targetParallelism=1",
            "--set=lake=" + lake));
  }

  /** Runs until nothing is new and checks that the lake is what a clean run would have left. */
  void finishAndCheck() throws IOException {
    int code = 0;
    for (int runs = 0; code == 0 && runs < 4; runs++) {
      code = run();
    }
    assertThat(code).as(this::lastOutput).isEqualTo(NOTHING_NEW);
    TableComparison.Result comparison =
        TableComparison.of(database, password, "users", lake.resolve("silver/youflix/users"));
    assertThat(comparison.differences()).as("silver = source").isZero();
    assertThat(comparison.rows()).isPositive();
    Map<Long, Long> bronzeRows = checkPublished(lake.resolve("bronze/youflix/users"), true);
    Map<Long, Long> notes = checkPublished(lake.resolve("notes"), false);
    Map<Long, Long> quarantine = checkPublished(lake.resolve("quarantine"), false);
    long bronze = sum(bronzeRows);
    assertThat(sum(notes) + sum(quarantine)).as("each row has one outcome").isEqualTo(bronze);
    checkReports(BRONZE_JOB, "bronze", bronzeRows, bronze);
    checkReports(SILVER_JOB, "notes", notes, bronze);
    checkReports(SILVER_JOB, "quarantine", quarantine, bronze);
  }

  /** By manifest and by glob: the same files with the same bytes; returns the rows by run. */
  private static Map<Long, Long> checkPublished(Path directory, boolean lines) throws IOException {
    Map<String, String> byManifest = new TreeMap<>();
    Map<Long, Long> rows = new TreeMap<>();
    Manifests manifests = Manifests.at(directory.toString());
    for (ManifestName name : manifests.list()) {
      Manifest manifest = manifests.get(name).orElseThrow();
      manifest.files().forEach(file -> byManifest.put(file.name(), file.checksum()));
      rows.merge(manifest.run(), manifest.rows(), Long::sum);
    }
    Map<String, String> byGlob = new TreeMap<>();
    List<String> all = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(f -> f.getFileName().toString().startsWith("part-")).toList()) {
        byGlob.put(file.getFileName().toString(), sha256(Files.readAllBytes(file)));
        if (lines) {
          List<String> content = Files.readAllLines(file);
          all.addAll(content.subList(1, content.size()));
        }
      }
    }
    assertThat(byGlob).isEqualTo(byManifest);
    assertThat(all).as("nothing came twice").doesNotHaveDuplicates();
    return rows;
  }

  /** Each run has one report, which says what was published, and all runs together say it all. */
  private void checkReports(String job, String sink, Map<Long, Long> published, long bronze)
      throws IOException {
    Path state = lake.resolve("_state").resolve(job);
    String id = JSON.readTree(state.resolve("state.json").toFile()).get("state_id").asText();
    long run = 1;
    long merged = 0;
    Path done = state.resolve(id + "/runs/1/done.json");
    while (Files.exists(done)) {
      JsonNode report = JSON.readTree(done.toFile());
      assertThat(report.get("run").asLong()).isEqualTo(run);
      assertThat(report.at("/sinks/" + sink + "/counts/written").asLong())
          .as("report of run %s of %s", run, job)
          .isEqualTo(published.getOrDefault(run, 0L));
      for (String outcome : List.of("inserted", "updated", "deleted", "unchanged", "superseded")) {
        merged += report.at("/sinks/silver/counts/" + outcome).asLong();
      }
      run++;
      done = state.resolve(id + "/runs/" + run + "/done.json");
    }
    long runs = run - 1;
    assertThat(published.keySet()).as("no run without a report").allMatch(n -> n <= runs);
    if (job.equals(SILVER_JOB)) {
      assertThat(merged).as("outcomes of the merge").isEqualTo(bronze);
    }
  }

  private void execute(String... statements) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(String.format(sql, changes));
      }
    }
  }

  private Path copied(String resource) throws IOException {
    Path target = home.resolve(Path.of(resource).getFileName());
    try (InputStream in = KillWorld.class.getClassLoader().getResourceAsStream(resource)) {
      Files.copy(in, target);
    }
    return target;
  }

  private static long sum(Map<Long, Long> rows) {
    return rows.values().stream().mapToLong(n -> n).sum();
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws SQLException {
    if (late != null) {
      late.close();
    }
    database.close();
  }
}
