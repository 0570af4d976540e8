package io.beamhouse.io.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.io.core.increment.Increment;
import io.beamhouse.io.core.increment.PlanRequest;
import io.beamhouse.io.parquet.ParquetWriteOptions;
import io.beamhouse.testing.TaxiTrips;
import io.beamhouse.testing.TaxiTrips.Color;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Months of taxi trips whose columns changed, as one table. */
class TaxiDriftTest {
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
  private static final List<YearMonth> MONTHS =
      List.of(YearMonth.of(2018, 6), YearMonth.of(2023, 1), YearMonth.of(2023, 2));
  private static final int TRIPS = 120;

  @TempDir Path directory;

  private List<Row> write(YearMonth month) throws Exception {
    TaxiTrips trips = TaxiTrips.of(Color.YELLOW, month, 1);
    List<Row> rows = trips.rows(TRIPS).toList();
    Path file = directory.resolve("yellow_" + month + ".parquet");
    try (OutputStream out = Files.newOutputStream(file);
        var parquet = new ParquetFormat(ParquetWriteOptions.defaults()).open(out, trips.schema())) {
      for (Row row : rows) {
        parquet.write(row);
      }
    }
    Files.setLastModifiedTime(file, FileTime.from(NOW.minusSeconds(10_000 - month.getYear())));
    return rows;
  }

  @Test
  void monthsWithOtherColumnsAndTypesAreOneTableWithoutLoss() throws Exception {
    List<List<Row>> months = new ArrayList<>();
    for (YearMonth month : MONTHS) {
      months.add(write(month));
    }
    NewFiles source =
        NewFiles.of(
            ReadNewFilesProvider.Config.builder()
                .setPath(directory + "/*.parquet")
                .setFormat("parquet")
                .setSchemaContract(
                    SchemaContractKeys.builder()
                        .setNewColumn("evolve")
                        .setMissingColumn("evolve")
                        .setTypeChange("rescue")
                        .build())
                .build());
    Increment plan =
        source.plan(
            new PlanRequest(1, Optional.empty(), NOW, Optional.empty(), directory + "/work"));
    assertThat(plan.facts().get("schema_changes"))
        .contains("new column congestion_surcharge DOUBLE (evolve) in yellow_2023-01.parquet")
        .contains("column airport_fee came as Airport_fee in yellow_2023-02.parquet")
        .contains("column passenger_count DOUBLE came as INT64 (rescue)")
        .contains("column VendorID INT64 came as INT32 (rescue)");

    List<Row> read = Lake.read(source.files(plan), source.columns());
    assertThat(read).hasSize(MONTHS.size() * TRIPS);
    for (int i = 0; i < read.size(); i++) {
      Row written = months.get(i / TRIPS).get(i % TRIPS);
      for (String column : written.getSchema().getFieldNames()) {
        Object expected = written.getValue(column);
        Object found = read.get(i).getValue(column.equals("Airport_fee") ? "airport_fee" : column);
        if (expected instanceof Number number) {
          assertThat(((Number) found).doubleValue()).as(column).isEqualTo(number.doubleValue());
        } else {
          assertThat(found).as(column).isEqualTo(expected);
        }
      }
      assertThat(read.get(i).getString("_rescued")).isNull();
    }
  }
}
