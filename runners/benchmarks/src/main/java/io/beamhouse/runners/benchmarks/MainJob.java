package io.beamhouse.runners.benchmarks;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The main job at one million rows of ten columns, cold JVM each time, beside delta-spark's MERGE
 * of the same bronze files into a copy of the same table.
 */
final class MainJob {
  private static final String CLI = "io.beamhouse.pipelines.cli.Main";
  private static final String PEER = "io.beamhouse.runners.benchmarks.DeltaSparkMerge";

  private MainJob() {}

  static void run(String rows, String heap) throws Exception {
    Path work = Files.createTempDirectory("beamhouse-bench");
    Path password = Files.writeString(work.resolve("password"), "postgres");
    try (EmbeddedPostgres server = EmbeddedPostgres.start()) {
      fill(server, Long.parseLong(rows));
      String url = server.getJdbcUrl("postgres", "postgres").replaceAll("\\?.*", "");
      String[] bronze =
          spark(
              "bench/bronze.yaml",
              work,
              "--set",
              "url=" + url,
              "--set",
              "password=${file:" + password + "}");
      String[] silver = spark("bench/silver.yaml", work);
      System.out.printf("%s rows, 10 columns, -Xmx%s, local[2], cold JVMs%n", rows, heap);
      System.out.println("| step | wall s | CPU s | peak MB |");
      System.out.println("|---|---|---|---|");
      Measured.java("first load: source to bronze", heap, work, CLI, bronze).print();
      Measured.java("first load: bronze to silver", heap, work, CLI, silver).print();
      Path copy = work.resolve("silver-copy");
      copy(work.resolve("lake/silver/trips"), copy);
      List<String> before = bronzeFiles(work);
      Measured.java(
              "delta-spark: first load by MERGE",
              heap,
              work,
              PEER,
              peer(work.resolve("peer"), before))
          .print();
      change(server);
      Measured.java("1 % changed: source to bronze", heap, work, CLI, bronze).print();
      List<String> changed = new ArrayList<>(bronzeFiles(work));
      changed.removeAll(before);
      Measured.java("1 % changed: bronze to silver", heap, work, CLI, silver).print();
      Measured.java("delta-spark: MERGE of the 1 %", heap, work, PEER, peer(copy, changed)).print();
      Measured.java("nothing new: bronze", heap, work, CLI, bronze).print();
      Measured.java("nothing new: silver", heap, work, CLI, silver).print();
      System.out.println(
          Measured.java(
                  "equal",
                  "2g",
                  work,
                  "io.beamhouse.runners.benchmarks.CompareTables",
                  work.resolve("lake/silver/trips").toString(),
                  copy.toString())
              .output()
              .lines()
              .filter(line -> line.startsWith("tables"))
              .findFirst()
              .orElse("tables were not compared"));
      System.out.println("Logs and lake: " + work);
    }
  }

  private static String[] spark(String spec, Path work, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "run",
                spec,
                "--set",
                "lake=" + work.resolve("lake"),
                "--runner=SparkRunner",
                "--sparkMaster=local[2]"));
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  private static String[] peer(Path table, List<String> files) {
    List<String> arguments = new ArrayList<>(List.of(table.toString()));
    arguments.addAll(files);
    return arguments.toArray(String[]::new);
  }

  private static List<String> bronzeFiles(Path work) throws IOException {
    try (Stream<Path> files = Files.list(work.resolve("lake/bronze/trips"))) {
      return files.map(Path::toString).filter(f -> f.endsWith(".csv")).sorted().toList();
    }
  }

  private static void fill(EmbeddedPostgres server, long rows) throws SQLException {
    execute(
        server,
        """
        CREATE TABLE trips (
          id bigint PRIMARY KEY, day date, vendor int, distance double precision,
          fare double precision, tip numeric(12,2), zone text, note text, flag boolean,
          updated_at timestamptz NOT NULL)
        """,
        "INSERT INTO trips SELECT i, date '2020-01-01' + (i % 1000)::int, i % 6, (i * 7919::bigint % 100000) / 100.0,"
            + " (i * 104729::bigint % 1000007) / 7.0, (i * 31::bigint % 100000) / 100.0, 'zone-' || i % 260,"
            + " md5(i::text) || '-' || i, CASE WHEN i % 10 = 0 THEN NULL ELSE i % 2 = 0 END,"
            + " timestamptz '2026-01-01 00:00:00+00' + i * interval '17 microseconds'"
            + " FROM generate_series(1, "
            + rows
            + ") AS i",
        "CREATE INDEX ON trips (updated_at)",
        "ANALYZE trips");
  }

  private static void change(EmbeddedPostgres server) throws SQLException {
    execute(
        server,
        "UPDATE trips SET fare = fare + 1, updated_at = now() WHERE id % 200 = 7",
        "INSERT INTO trips SELECT id + 1000000000, day, vendor, distance, fare, tip, zone, note, flag, now()"
            + " FROM trips WHERE id % 200 = 8");
  }

  private static void execute(EmbeddedPostgres server, String... statements) throws SQLException {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }
}
