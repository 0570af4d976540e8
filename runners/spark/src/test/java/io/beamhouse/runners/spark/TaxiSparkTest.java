package io.beamhouse.runners.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.io.parquet.ParquetRowWriter;
import io.beamhouse.io.parquet.ParquetWriteOptions;
import io.beamhouse.pipelines.cli.Main;
import io.beamhouse.testing.DeltaTables;
import io.beamhouse.testing.RowsAssert;
import io.beamhouse.testing.TaxiTrips;
import io.beamhouse.testing.TaxiTrips.Color;
import io.beamhouse.testing.WebFiles;
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
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The taxi specs, from a web server, on the direct runner and on SparkRunner in this JVM. */
class TaxiSparkTest {
  private static final int TRIPS = 250;

  @TempDir Path directory;

  @Test
  void bothRunnersGiveEqualTables() throws Exception {
    Files.writeString(directory.resolve("password"), "postgres");
    try (WebFiles web = WebFiles.start();
        EmbeddedPostgres server = EmbeddedPostgres.start()) {
      publish(web);
      run(web, server, "direct");
      run(web, server, "spark", "--runner=SparkRunner", "--sparkMaster=local[2]");

      RowsAssert.assertThat(silver("spark").rows())
          .containsExactlyInAnyOrder(silver("direct").rows());
      assertThat(silver("direct").rows()).hasSizeBetween(2 * TRIPS - 40, 2 * TRIPS - 1);
      assertThat(quarantined("spark")).isNotEmpty().isEqualTo(quarantined("direct"));
      List<String> warehouse = warehouse(server, "spark");
      assertThat(warehouse).isEqualTo(warehouse(server, "direct"));
      assertThat(warehouse).hasSameSizeAs(silver("spark").rows());
    }
  }

  private void publish(WebFiles web) throws IOException {
    for (int month = 1; month <= 2; month++) {
      TaxiTrips made = TaxiTrips.of(Color.YELLOW, YearMonth.of(2023, month), month);
      Path file = directory.resolve("made-" + month + ".parquet");
      ParquetRowWriter writer =
          ParquetRowWriter.create(
              new org.apache.hadoop.fs.Path(file.toUri()),
              made.schema(),
              ParquetWriteOptions.defaults());
      made.rows(TRIPS).forEach(writer::write);
      writer.finish();
      web.put("yellow_tripdata_2023-0" + month + ".parquet", Files.readAllBytes(file));
    }
    TaxiTrips.writeZones(directory.resolve("zones.csv"));
    web.put("zones.csv", Files.readAllBytes(directory.resolve("zones.csv")));
  }

  private void run(WebFiles web, EmbeddedPostgres server, String name, String... more)
      throws IOException, SQLException {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    }
    try (var sql = TaxiSparkTest.class.getResourceAsStream("/taxi/taxi-warehouse.sql");
        Connection connection = server.getDatabase("postgres", name).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(new String(sql.readAllBytes(), StandardCharsets.UTF_8));
    }
    List<String> chosen =
        List.of("lake=" + directory.resolve(name), "colour=yellow", "year=2023", "months=01,02");
    List<String> from = new ArrayList<>(chosen);
    from.add("source=" + web.address());
    run("taxi/taxi-bronze.yaml", from, more);
    List<String> to = new ArrayList<>(chosen);
    to.add("zones=" + web.address() + "/zones.csv");
    to.add("url=jdbc:postgresql://localhost:" + server.getPort() + "/" + name);
    to.add("username=postgres");
    to.add("password=${file:" + directory.resolve("password") + "}");
    run("taxi/taxi-silver.yaml", to, more);
  }

  private static void run(String spec, List<String> values, String... more) {
    List<String> arguments = new ArrayList<>(List.of("run", spec, "--parallel=2"));
    values.forEach(value -> arguments.addAll(List.of("--set", value)));
    arguments.addAll(List.of(more));
    StringWriter output = new StringWriter();
    PrintWriter printer = new PrintWriter(output);
    String[] all = arguments.toArray(String[]::new);
    int code =
        more.length == 0
            ? Main.execute(printer, printer, all)
            : SparkMain.execute(printer, printer, all);
    assertThat(code).as("%s", output).isZero();
    assertThat(output.toString()).contains("/01: run 1 done", "/02: run 1 done");
  }

  private DeltaTables silver(String name) {
    return DeltaTables.at(directory.resolve(name + "/silver/taxi/trips"));
  }

  private List<String> quarantined(String name) {
    return DeltaTables.at(directory.resolve(name + "/quarantine/taxi"))
        .rows("raw", "rule", "position")
        .stream()
        .map(row -> row.toString(false))
        .sorted()
        .toList();
  }

  private static List<String> warehouse(EmbeddedPostgres server, String name) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection connection = server.getDatabase("postgres", name).getConnection();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT t::text FROM taxi_trips t ORDER BY month, _source")) {
      while (row.next()) {
        rows.add(row.getString(1));
      }
    }
    return rows;
  }
}
