package io.beamhouse.io.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.io.parquet.ParquetWriteOptions.Compression;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;

class ParquetRoundTripTest {

  @Property(tries = 150)
  void rowsComeBackAsTheyWereWritten(@ForAll long seed) throws IOException {
    RandomRows random = new RandomRows(seed);
    Schema schema = random.schema();
    int count = (int) Math.floorMod(seed, 700L);
    List<Row> rows = random.rows(schema, count);
    Compression compression = Compression.values()[(int) Math.floorMod(seed, 3L)];
    ParquetWriteOptions options =
        ParquetWriteOptions.defaults()
            .withCompression(compression)
            .withRowGroupBytes(100_000)
            .withPages(256, 50);
    Path directory = Files.createTempDirectory("parquet");
    org.apache.hadoop.fs.Path file = new org.apache.hadoop.fs.Path(directory + "/one.parquet");
    try {
      WrittenParquet written = write(file, schema, rows, options);

      assertThat(written.rows()).isEqualTo(count);
      assertThat(written.bytes()).isEqualTo(Files.size(directory.resolve("one.parquet")));
      assertThat(read(file, schema)).isEqualTo(rows);
      assertThat(FileStatistics.of(ParquetRowReader.footer(file)).toJson(-1))
          .contains("\"numRecords\":" + count);
    } finally {
      Files.deleteIfExists(directory.resolve("one.parquet"));
      Files.delete(directory);
    }
  }

  static WrittenParquet write(
      org.apache.hadoop.fs.Path file, Schema schema, List<Row> rows, ParquetWriteOptions options) {
    try (ParquetRowWriter writer = ParquetRowWriter.create(file, schema, options)) {
      rows.forEach(writer::write);
      return writer.finish();
    }
  }

  static List<Row> read(org.apache.hadoop.fs.Path file, Schema schema) {
    List<Row> rows = new ArrayList<>();
    try (ParquetRowReader reader = ParquetRowReader.read(file, schema)) {
      reader.forEachRemaining(rows::add);
    }
    return rows;
  }
}
