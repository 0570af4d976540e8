package io.beamhouse.runners.direct;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.io.parquet.ParquetRowReader;
import io.beamhouse.io.parquet.ParquetRowWriter;
import io.beamhouse.io.parquet.ParquetWriteOptions;
import io.beamhouse.testing.RowsAssert;
import io.beamhouse.testing.TaxiTrips;
import io.beamhouse.testing.TaxiTrips.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The demo's months are what the generator makes, which is in the test kit and hence not at hand
 * for the demo. {@code -Dgolden.update=true} makes them again.
 */
class TaxiDemoFilesTest {
  private static final Path FILES = Path.of("src/main/resources/demo/taxi");
  private static final boolean UPDATE = Boolean.getBoolean("golden.update");

  @ParameterizedTest
  @CsvSource({
    "yellow_tripdata_2023-01.parquet, 1, 300",
    "yellow_tripdata_2023-02.parquet, 2, 300",
    "yellow_tripdata_2023-03.parquet, 3, 300",
    "again-yellow_tripdata_2023-01.parquet, 1, 200"
  })
  void eachMonthIsTheGenerators(String name, int month, int trips) throws IOException {
    TaxiTrips made = TaxiTrips.of(Color.YELLOW, YearMonth.of(2023, month), trips);
    org.apache.hadoop.fs.Path file =
        new org.apache.hadoop.fs.Path(FILES.resolve(name).toAbsolutePath().toUri());
    List<Row> rows = made.rows(trips).toList();
    if (UPDATE) {
      Files.deleteIfExists(FILES.resolve(name));
      ParquetRowWriter writer =
          ParquetRowWriter.create(file, made.schema(), ParquetWriteOptions.defaults());
      rows.forEach(writer::write);
      writer.finish();
    }
    List<Row> read = new ArrayList<>();
    try (ParquetRowReader reader = ParquetRowReader.read(file, made.schema())) {
      reader.forEachRemaining(read::add);
    }
    RowsAssert.assertThat(read).containsExactly(rows);
  }

  @Test
  void theZonesAreTheGenerators(@TempDir Path directory) throws IOException {
    Path zones = directory.resolve("zones.csv");
    TaxiTrips.writeZones(zones);
    if (UPDATE) {
      Files.copy(
          zones,
          FILES.resolve("taxi_zone_lookup.csv"),
          java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }
    assertThat(FILES.resolve("taxi_zone_lookup.csv")).hasSameBinaryContentAs(zones);
  }
}
