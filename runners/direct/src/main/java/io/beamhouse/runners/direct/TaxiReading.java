package io.beamhouse.runners.direct;

import io.beamhouse.io.parquet.ParquetRowReader;
import io.beamhouse.io.parquet.ParquetSchemas;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;

/**
 * Good trips of a month and their fares, once from the file and once from the warehouse, by nothing
 * of the pipeline.
 */
record TaxiReading(long trips, BigDecimal total) {
  private static final TaxiReading NOTHING = new TaxiReading(0, BigDecimal.ZERO);

  /** Reads a month as it was published. */
  static TaxiReading ofFile(Path file, YearMonth month) {
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(file.toUri());
    Schema schema =
        ParquetSchemas.toBeam(ParquetRowReader.footer(path).getFileMetaData().getSchema());
    TaxiReading sum = NOTHING;
    try (ParquetRowReader reader = ParquetRowReader.read(path, schema)) {
      while (reader.hasNext()) {
        Row row = reader.next();
        if (isGood(row, month)) {
          sum = sum.plus(1, BigDecimal.valueOf(row.getDouble("total_amount")));
        }
      }
    }
    return sum;
  }

  /** What the spec's rules ask, in other words. */
  private static boolean isGood(Row row, YearMonth month) {
    LocalDateTime from = row.getLogicalTypeValue("tpep_pickup_datetime", LocalDateTime.class);
    LocalDateTime to = row.getLogicalTypeValue("tpep_dropoff_datetime", LocalDateTime.class);
    return !to.isBefore(from)
        && YearMonth.from(from).equals(month)
        && row.getDouble("fare_amount") >= 0
        && row.getDouble("total_amount") >= 0;
  }

  /** Reads the warehouse by month. */
  static Map<YearMonth, TaxiReading> ofWarehouse(Connection connection) throws SQLException {
    Map<YearMonth, TaxiReading> months = new TreeMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT month, count(*), sum(total_amount::numeric) FROM taxi_trips"
                    + " WHERE colour = 'yellow' GROUP BY month")) {
      while (row.next()) {
        months.put(
            YearMonth.parse(row.getString(1)), NOTHING.plus(row.getLong(2), row.getBigDecimal(3)));
      }
    }
    return months;
  }

  private TaxiReading plus(long more, BigDecimal amount) {
    return new TaxiReading(trips + more, total.add(amount).stripTrailingZeros());
  }
}
