package io.beamhouse.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.YearMonth;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MadeUpDataTest {
  @TempDir Path directory;

  private static String text(long seed, String table) throws IOException {
    StringWriter text = new StringWriter();
    long rows = ImdbFiles.of(seed, 300).write(table, text);
    assertThat(text.toString().lines()).hasSize((int) rows + 1);
    return text.toString();
  }

  @Test
  void imdbFilesAreThoseOfTheirSeedAndHaveEveryOddity() throws IOException {
    StringBuilder all = new StringBuilder();
    for (String table : ImdbFiles.TABLES) {
      String text = text(7, table);
      assertThat(text).isEqualTo(text(7, table)).isNotEqualTo(text(8, table));
      int columns = ImdbFiles.columns(table).size();
      assertThat(text.lines()).allMatch(line -> line.split("\t", -1).length == columns);
      all.append(text);
    }
    assertThat(all.toString())
        .contains("\t\"Rolling in the Deep Dish\t", "\t\\N", "\u0002", "東京", "[\"Self\"]", "\\\"")
        .contains("\t\t");
    assertThat(all.toString().lines()).anyMatch(line -> line.length() > 1000);

    ImdbFiles.of(7, 20).writeTo(directory.resolve("a"));
    ImdbFiles.of(7, 20).writeTo(directory.resolve("b"));
    for (String table : ImdbFiles.TABLES) {
      assertThat(directory.resolve("a").resolve(table + ".tsv.gz"))
          .hasSameBinaryContentAs(directory.resolve("b").resolve(table + ".tsv.gz"));
    }
  }

  @Test
  void taxiMonthsHaveTheColumnsOfTheirTime() {
    Schema old = TaxiTrips.of(TaxiTrips.Color.YELLOW, YearMonth.of(2018, 6), 1).schema();
    Schema wide = TaxiTrips.of(TaxiTrips.Color.YELLOW, YearMonth.of(2023, 1), 1).schema();
    Schema narrow = TaxiTrips.of(TaxiTrips.Color.YELLOW, YearMonth.of(2023, 2), 1).schema();
    Schema green = TaxiTrips.of(TaxiTrips.Color.GREEN, YearMonth.of(2025, 1), 1).schema();
    assertThat(old.getFieldNames()).doesNotContain("congestion_surcharge").contains("airport_fee");
    assertThat(wide.getFieldNames()).contains("congestion_surcharge", "airport_fee");
    assertThat(narrow.getFieldNames()).contains("Airport_fee").doesNotContain("airport_fee");
    assertThat(wide.getField("passenger_count").getType().withNullable(false))
        .isEqualTo(FieldType.DOUBLE);
    assertThat(narrow.getField("passenger_count").getType().withNullable(false))
        .isEqualTo(FieldType.INT64);
    assertThat(green.getFieldNames())
        .contains("lpep_pickup_datetime", "ehail_fee", "trip_type", "cbd_congestion_fee");
  }

  @Test
  void taxiTripsAreThoseOfTheirSeedAndSomeAreThereTwice() throws IOException {
    for (TaxiTrips.Color color : TaxiTrips.Color.values()) {
      TaxiTrips trips = TaxiTrips.of(color, YearMonth.of(2025, 3), 5);
      List<Row> rows = trips.rows(500).collect(Collectors.toList());
      assertThat(rows).isEqualTo(trips.rows(500).toList()).hasSize(500);
      assertThat(rows.stream().distinct()).hasSize(490);
      assertThat(rows).anyMatch(row -> row.getDouble("fare_amount") < 0);
      assertThat(rows).allMatch(row -> row.getSchema().equals(trips.schema()));
    }
    TaxiTrips.writeZones(directory.resolve("zones.csv"));
    assertThat(Files.readString(directory.resolve("zones.csv")).split("\r\n")).hasSize(266);
  }
}
