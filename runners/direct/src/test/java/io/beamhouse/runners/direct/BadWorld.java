package io.beamhouse.runners.direct;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.pipelines.cli.Main;
import io.beamhouse.testing.DeltaTables;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.beam.sdk.values.Row;

/**
 * A {@code users} table in a schema of its own and a lake of its own, kept by the shipped specs
 * through the command line.
 */
final class BadWorld {
  static final String PASSWORD = "correct-horse-4711";
  private static final String BRONZE = "youflix/subscriptions-bronze.yaml";
  private static final String SILVER = "youflix/subscriptions-silver.yaml";
  private static final List<String> COLUMNS =
      List.of(
          "user_id",
          "email",
          "full_name",
          "country",
          "birth_date",
          "newsletter",
          "note",
          "created_at",
          "updated_at");

  private final Path home;
  private final String url;
  private final Path password;
  private Path lake;
  private int changes;

  /** What one command line did. */
  record Ended(int code, String out, String err) {
    /** The exit code and some words of what was printed. */
    Ended with(int expected, String... words) {
      assertThat(code).as("%s%n%s", out, err).isEqualTo(expected);
      for (String word : words) {
        assertThat(out + err).contains(word);
      }
      assertThat(out + err).doesNotContain("\tat ");
      return this;
    }
  }

  /** Everything that a reader of the lake sees. */
  record Published(Map<String, String> bronze, Map<String, String> log, List<List<Object>> rows) {}

  private BadWorld(Path home, String url, Path password) {
    this.home = home;
    this.url = url;
    this.password = password;
    this.lake = home.resolve("lake");
  }

  /** Makes the server ask the user {@code etl} for a password, which it does not ask of others. */
  static void requirePassword(DemoDatabase database, Path data) throws Exception {
    Path rules = data.resolve("pg_hba.conf");
    Files.writeString(rules, "host all etl all scram-sha-256\n" + Files.readString(rules));
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE ROLE etl LOGIN SUPERUSER PASSWORD '" + PASSWORD + "'");
      statement.execute("SELECT pg_reload_conf()");
    }
  }

  /** An empty table and no lake yet. */
  static BadWorld empty(DemoDatabase database, Path home, String name) throws Exception {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA " + name);
    }
    Path own = Files.createDirectories(home.resolve(name));
    BadWorld world =
        new BadWorld(
            own,
            database.url() + "?currentSchema=" + name,
            Files.writeString(own.resolve("password"), PASSWORD));
    world.createTables();
    return world;
  }

  /** A table with some rows, and a lake that equals it. */
  static BadWorld good(DemoDatabase database, Path home, String name) throws Exception {
    BadWorld world = empty(database, home, name);
    world.change();
    world.runsRight();
    return world;
  }

  void createTables() throws Exception {
    try (InputStream in = Main.class.getClassLoader().getResourceAsStream("demo/youflix.sql")) {
      sql(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  void sql(String... statements) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url, "etl", PASSWORD);
        Statement statement = connection.createStatement()) {
      for (String one : statements) {
        statement.execute(one);
      }
    }
  }

  /** Inserts three rows, updates every other one and deletes one that was there before. */
  void change() throws SQLException {
    changes++;
    sql(
        ("INSERT INTO users (email, full_name, country, birth_date, note) SELECT '%1$d-' || i, 'Ann"
                + " %1$d', 'DE', date '2000-02-29', nullif('note, \"' || i, 'note, \"1') FROM"
                + " generate_series(1, 3) AS i")
            .formatted(changes),
        "UPDATE users SET full_name = 'Changed %1$d' WHERE user_id %% 2 = 0".formatted(changes),
        "DELETE FROM users WHERE user_id IN (SELECT user_id FROM users ORDER BY user_id OFFSET 1"
            + " LIMIT 1)");
  }

  void useLake(Path other) {
    lake = other;
  }

  Path home() {
    return home;
  }

  Path lake() {
    return lake;
  }

  Path bronze() {
    return lake.resolve("bronze/youflix/users");
  }

  Path silver() {
    return lake.resolve("silver/youflix/users");
  }

  Path state(String layer) {
    return lake.resolve("_state/youflix-subscriptions-" + layer + "/users");
  }

  Path bronzeSpec() throws IOException {
    return copied(BRONZE);
  }

  Ended bronzeRun(String... more) {
    return run(bronzeCommand("run", BRONZE, more));
  }

  /** The command line of the bronze spec; {@code more} wins. */
  List<String> bronzeCommand(String command, String spec, String... more) {
    List<String> arguments = new ArrayList<>(List.of(command, spec, "--table=users"));
    if (command.equals("run")) {
      arguments.add("--targetParallelism=1");
    }
    String set = String.join(" ", more);
    for (String parameter :
        List.of(
            "lake=" + lake, "url=" + url, "username=etl", "password=${file:" + password + "}")) {
      if (!set.contains("--set=" + parameter.split("=")[0] + "=")) {
        arguments.add("--set=" + parameter);
      }
    }
    arguments.addAll(List.of(more));
    return arguments;
  }

  Ended silverRun(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("run", SILVER, "--table=users", "--targetParallelism=1", "--set=lake=" + lake));
    arguments.addAll(List.of(more));
    return run(arguments);
  }

  /** What messages offer as the way out when state and tables do not belong together. */
  void resetBronze() throws IOException {
    String spec = BRONZE;
    run(bronzeCommand("state", spec, "reset")).with(0, "reset");
  }

  void resetSilver() {
    run(List.of("state", SILVER, "reset", "--table=users", "--set=lake=" + lake)).with(0, "reset");
  }

  static Ended run(List<String> arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Main.execute(new PrintWriter(out), new PrintWriter(err), arguments.toArray(String[]::new));
    assertThat(out.toString() + err).as("no secret is printed").doesNotContain(PASSWORD);
    return new Ended(code, out.toString(), err.toString());
  }

  /** Both specs run, and silver equals the source. */
  void runsRight() throws Exception {
    bronzeRun().with(0);
    silverRun().with(0);
    silverEqualsSource();
  }

  /** A change arrives in silver. */
  void nextRunIsRight() throws Exception {
    change();
    runsRight();
  }

  void silverEqualsSource() throws Exception {
    assertThat(silverRows()).isNotEmpty().containsExactlyInAnyOrderElementsOf(sourceRows());
  }

  List<List<Object>> silverRows() {
    if (!Files.exists(silver().resolve("_delta_log"))) {
      return List.of();
    }
    List<List<Object>> rows = new ArrayList<>();
    for (Row row : DeltaTables.at(silver()).rows(COLUMNS.toArray(String[]::new))) {
      List<Object> values = new ArrayList<>();
      COLUMNS.forEach(column -> values.add(row.getValue(column)));
      rows.add(values);
    }
    return rows;
  }

  List<List<Object>> sourceRows() throws SQLException {
    List<List<Object>> rows = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection(url, "etl", PASSWORD);
        Statement statement = connection.createStatement();
        ResultSet found =
            statement.executeQuery("SELECT " + String.join(", ", COLUMNS) + " FROM users")) {
      while (found.next()) {
        List<Object> values = new ArrayList<>();
        for (String column : COLUMNS) {
          Object value =
              switch (column) {
                case "birth_date" -> found.getObject(column, LocalDate.class);
                case "created_at", "updated_at" ->
                    found.getObject(column, OffsetDateTime.class).toInstant();
                default -> found.getObject(column);
              };
          values.add(value);
        }
        rows.add(values);
      }
    }
    return rows;
  }

  Published published() throws IOException {
    return new Published(
        hashes(bronze(), "_staging"), hashes(silver().resolve("_delta_log"), "-"), silverRows());
  }

  private static Map<String, String> hashes(Path directory, String without) throws IOException {
    Map<String, String> hashes = new TreeMap<>();
    for (Path file : files(directory)) {
      String name = directory.relativize(file).toString();
      if (!name.startsWith(without)) {
        hashes.put(name, sha256(Files.readAllBytes(file)));
      }
    }
    return hashes;
  }

  static List<Path> files(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  static void delete(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  static void copy(Path from, Path to) throws IOException {
    for (Path file : files(from)) {
      Path target = to.resolve(from.relativize(file));
      Files.createDirectories(target.getParent());
      Files.copy(file, target);
    }
  }

  private Path copied(String resource) throws IOException {
    Path target = home.resolve(Path.of(resource).getFileName());
    try (InputStream in = Main.class.getClassLoader().getResourceAsStream(resource)) {
      Files.write(target, in.readAllBytes());
    }
    return target;
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
