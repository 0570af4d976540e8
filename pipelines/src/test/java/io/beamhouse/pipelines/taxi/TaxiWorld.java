package io.beamhouse.pipelines.taxi;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.io.parquet.ParquetRowReader;
import io.beamhouse.io.parquet.ParquetRowWriter;
import io.beamhouse.io.parquet.ParquetSchemas;
import io.beamhouse.io.parquet.ParquetWriteOptions;
import io.beamhouse.pipelines.cli.Main;
import io.beamhouse.testing.DeltaTables;
import io.beamhouse.testing.TaxiTrips;
import io.beamhouse.testing.TaxiTrips.Color;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;

/** Months in a directory, a lake and a warehouse. */
final class TaxiWorld {
  private final Path root;
  private final Path source;
  private final EmbeddedPostgres server;

  private TaxiWorld(Path root, EmbeddedPostgres server) {
    this.root = root;
    this.source = root.resolve("source");
    this.server = server;
  }

  /** A world of its own on {@code server}. */
  static TaxiWorld create(Path root, EmbeddedPostgres server) throws IOException, SQLException {
    TaxiWorld world = new TaxiWorld(root, server);
    Files.createDirectories(world.source);
    Files.writeString(root.resolve("password"), "postgres");
    TaxiTrips.writeZones(world.source.resolve("taxi_zone_lookup.csv"));
    try (var sql = TaxiWorld.class.getResourceAsStream("/taxi/taxi-warehouse.sql");
        Connection connection = world.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("DROP TABLE IF EXISTS taxi_trips, beamhouse_runs");
      statement.execute(new String(sql.readAllBytes(), StandardCharsets.UTF_8));
    }
    return world;
  }

  private Connection connect() throws SQLException {
    return server.getPostgresDatabase().getConnection();
  }

  /** Puts a month where the source is, in place of what was there. */
  void publish(Color color, YearMonth month, Schema schema, List<Row> rows) {
    String name = color.name().toLowerCase(Locale.ROOT) + "_tripdata_" + month + ".parquet";
    try {
      Files.deleteIfExists(source.resolve(name));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    ParquetRowWriter writer =
        ParquetRowWriter.create(
            new org.apache.hadoop.fs.Path(source.resolve(name).toUri()),
            schema,
            ParquetWriteOptions.defaults());
    rows.forEach(writer::write);
    writer.finish();
  }

  String bronze(int code, String colour, String months, String... more) {
    List<String> command = List.of("run", "taxi/taxi-bronze.yaml");
    return run(code, command, colour, months, List.of("source=" + source), more);
  }

  String silver(int code, String colour, String months, String... more) {
    List<String> command = List.of("run", "taxi/taxi-silver.yaml");
    return run(code, command, colour, months, warehouseValues(), more);
  }

  /** Tries to replay silver's quarantine. */
  String replay(int code, String colour, String months) {
    List<String> command = List.of("quarantine", "taxi/taxi-silver.yaml", "replay");
    return run(code, command, colour, months, warehouseValues());
  }

  private List<String> warehouseValues() {
    return List.of(
        "zones=" + source.resolve("taxi_zone_lookup.csv"),
        "url=jdbc:postgresql://localhost:" + server.getPort() + "/postgres",
        "username=postgres",
        "password=${file:" + root.resolve("password") + "}");
  }

  private String run(
      int code,
      List<String> command,
      String colour,
      String months,
      List<String> values,
      String... more) {
    List<String> arguments = new ArrayList<>(command);
    List<String> all = new ArrayList<>(values);
    all.addAll(List.of("lake=" + root.resolve("lake"), "colour=" + colour, "year=2023"));
    all.add("months=" + months);
    all.forEach(value -> arguments.addAll(List.of("--set", value)));
    arguments.addAll(List.of(more));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int ended =
        Main.execute(new PrintWriter(out), new PrintWriter(err), arguments.toArray(String[]::new));
    assertThat(ended).as("%s%n%s", out, err).isEqualTo(code);
    return code == 0 ? out.toString() : out + "\n" + err;
  }

  List<Map<String, Object>> delta() {
    return DeltaTables.at(root.resolve("lake/silver/taxi/trips")).rows().stream()
        .map(
            row -> {
              Map<String, Object> values = new TreeMap<>();
              row.getSchema().getFieldNames().forEach(n -> values.put(n, row.getValue(n)));
              return values;
            })
        .toList();
  }

  List<Map<String, Object>> warehouse() throws SQLException {
    List<Map<String, Object>> rows = new ArrayList<>();
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT * FROM taxi_trips")) {
      while (result.next()) {
        Map<String, Object> values = new TreeMap<>();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          Object value = result.getObject(i);
          values.put(
              result.getMetaData().getColumnName(i),
              value instanceof Timestamp time ? time.toLocalDateTime() : value);
        }
        rows.add(values);
      }
    }
    return rows;
  }

  /** How many records wait in the quarantine table. */
  long quarantined() {
    return DeltaTables.at(root.resolve("lake/quarantine/taxi")).rows().size();
  }

  List<String> reasons() {
    return DeltaTables.at(root.resolve("lake/quarantine/taxi")).rows("rule").stream()
        .map(row -> row.getString(0))
        .toList();
  }

  List<String> bronzeRescued(String month) throws IOException {
    List<String> rescued = new ArrayList<>();
    try (Stream<Path> files = Files.list(root.resolve("lake/bronze/taxi/" + month))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".parquet")).toList()) {
        org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(file.toUri());
        Schema schema =
            ParquetSchemas.toBeam(ParquetRowReader.footer(path).getFileMetaData().getSchema());
        try (ParquetRowReader reader = ParquetRowReader.read(path, schema)) {
          reader.forEachRemaining(row -> rescued.add(row.getString("_rescued")));
        }
      }
    }
    return rescued;
  }
}
