package io.beamhouse.pipelines.taxi;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.testing.TaxiTrips;
import io.beamhouse.testing.TaxiTrips.Color;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The taxi specs on made-up months, against the same worked out by hand. */
class TaxiSpecsTest {
  private static final YearMonth JANUARY = YearMonth.of(2023, 1);
  private static final YearMonth FEBRUARY = YearMonth.of(2023, 2);

  private static EmbeddedPostgres server;

  @TempDir Path directory;
  private TaxiWorld world;

  @BeforeAll
  static void start() throws IOException {
    server = EmbeddedPostgres.start();
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  @BeforeEach
  void world() throws Exception {
    world = TaxiWorld.create(directory, server);
  }

  private List<Row> publish(Color color, YearMonth month, long seed, int trips) {
    TaxiTrips made = TaxiTrips.of(color, month, seed);
    List<Row> rows = made.rows(trips).toList();
    world.publish(color, month, made.schema(), rows);
    return rows;
  }

  private String runs(String colour, String months, String... more) {
    return world.bronze(0, colour, months, more) + world.silver(0, colour, months, more);
  }

  private void assertTables(List<Map<String, Object>> expected) throws SQLException {
    assertThat(world.delta()).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(world.warehouse()).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void monthsOfEveryShapeBecomeOneCheckedTableInBothPlaces() throws Exception {
    List<Row> january = publish(Color.YELLOW, JANUARY, 1, 300);
    List<Row> february = publish(Color.YELLOW, FEBRUARY, 2, 200);
    List<Row> green = publish(Color.GREEN, FEBRUARY, 3, 100);

    String first = runs("yellow", "01,02", "--parallel=2");
    assertThat(first).contains("taxi-silver/01: run 1 done", "taxi-silver/02: run 1 done");
    runs("green", "02");

    List<Map<String, Object>> good = new ArrayList<>();
    good.addAll(TaxiExpectation.good(Color.YELLOW, JANUARY, january));
    good.addAll(TaxiExpectation.good(Color.YELLOW, FEBRUARY, february));
    good.addAll(TaxiExpectation.good(Color.GREEN, FEBRUARY, green));
    assertTables(good);
    assertThat(good.size()).isBetween(550, 599);
    assertThat(world.quarantined()).isEqualTo(600 - good.size());
    assertThat(runs("yellow", "01,02").lines())
        .hasSize(4)
        .allMatch(line -> line.endsWith(": nothing new"));

    // January is published again, smaller; twice, before silver looks at it.
    publish(Color.YELLOW, JANUARY, 7, 300);
    world.bronze(0, "yellow", "01");
    List<Row> again = publish(Color.YELLOW, JANUARY, 8, 120);
    String second = runs("yellow", "01,02");
    assertThat(second)
        .contains("taxi-bronze/02: nothing new", "taxi-silver/02: nothing new")
        .contains("taxi-silver/01: run 2 done");
    good.removeIf(row -> row.get("month").equals("2023-01"));
    good.addAll(TaxiExpectation.good(Color.YELLOW, JANUARY, again));
    assertTables(good);

    assertThat(world.replay(0, "yellow", "01")).contains("replaces what earlier runs wrote");
    assertTables(good);
  }

  @Test
  void aRottenMonthIsPublishedNowhere() throws Exception {
    List<Row> february = publish(Color.YELLOW, FEBRUARY, 2, 100);
    TaxiTrips made = TaxiTrips.of(Color.YELLOW, JANUARY, 1);
    Schema schema = made.schema();
    List<Row> rotten =
        made.rows(100)
            .map(row -> Row.fromRow(row).withFieldValue("fare_amount", -1.0).build())
            .toList();
    world.publish(Color.YELLOW, JANUARY, schema, rotten);

    world.bronze(0, "yellow", "01,02");
    String said = world.silver(50, "yellow", "01,02");

    assertThat(said).contains("taxi-silver/01: failed (50)", "taxi-silver/02: run 1 done");
    assertTables(TaxiExpectation.good(Color.YELLOW, FEBRUARY, february));
  }

  @Test
  void valuesThatDoNotFitAreSetAsideAndUnknownColumnsKept() throws Exception {
    TaxiTrips made = TaxiTrips.of(Color.YELLOW, JANUARY, 1);
    Schema schema =
        Schema.builder()
            .addFields(made.schema().getFields())
            .addNullableStringField("mood")
            .build();
    List<Row> rows = new ArrayList<>();
    made.rows(40).forEach(row -> rows.add(TaxiExpectation.widened(schema, row, "fine")));
    rows.set(0, Row.fromRow(rows.get(0)).withFieldValue("passenger_count", 1.5).build());
    rows.set(1, Row.fromRow(rows.get(1)).withFieldValue("VendorID", 1L << 40).build());
    world.publish(Color.YELLOW, JANUARY, schema, rows);

    runs("yellow", "01");

    List<Row> kept = rows.subList(2, rows.size());
    assertTables(
        TaxiExpectation.good(Color.YELLOW, JANUARY, kept).stream()
            .map(row -> TaxiExpectation.moved(row, 2))
            .toList());
    assertThat(world.reasons()).contains("parquet.type");
    assertThat(world.bronzeRescued("yellow/2023-01")).containsOnly("{\"mood\":\"fine\"}");
  }

  @Test
  void whatIsNotThereFailsOrIsSkippedAsAskedFor() throws Exception {
    List<Row> february = publish(Color.YELLOW, FEBRUARY, 2, 50);

    assertThat(world.bronze(45, "yellow", "01,02"))
        .contains("yellow_tripdata_2023-01.parquet does not exist", "taxi-bronze/02: run 1 done");
    assertThat(world.bronze(0, "yellow", "01,02", "--set", "missing=ignore"))
        .contains("taxi-bronze/01: nothing new");
    world.silver(0, "yellow", "01,02", "--set", "missing=ignore");

    assertTables(TaxiExpectation.good(Color.YELLOW, FEBRUARY, february));
    assertThat(Files.exists(directory.resolve("lake/bronze/taxi/yellow/2023-01"))).isFalse();
  }

  @Test
  void everyBadParameterIsSaidAtOnceWithWhatIsAllowed() {
    String said = world.bronze(43, "red", "1,13", "--set", "missing=perhaps");

    assertThat(said)
        .contains("--set colour: 'red' is not allowed; allowed: yellow, green")
        .contains("--set months: '1' is not allowed; allowed: 01, 02,")
        .contains("--set months: '13' is not allowed")
        .contains("--set missing: 'perhaps' is not allowed; allowed: fail, ignore")
        .contains("5 problems; nothing ran");
  }
}
