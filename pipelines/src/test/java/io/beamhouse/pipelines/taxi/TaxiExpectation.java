package io.beamhouse.pipelines.taxi;

import io.beamhouse.testing.TaxiTrips.Color;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;

/** What silver must hold of a month, worked out without Beamhouse. */
final class TaxiExpectation {
  private static final List<String> BOROUGHS =
      List.of("Manhattan", "Queens", "Brooklyn", "Bronx", "Staten Island", "EWR");

  /** Silver's columns by the names that the files give them; those of times have a prefix. */
  private static final Map<String, String> COLUMNS =
      Map.ofEntries(
          Map.entry("vendor_id", "VendorID"),
          Map.entry("pickup_at", "pep_pickup_datetime"),
          Map.entry("dropoff_at", "pep_dropoff_datetime"),
          Map.entry("passenger_count", "passenger_count"),
          Map.entry("trip_distance", "trip_distance"),
          Map.entry("rate_code_id", "RatecodeID"),
          Map.entry("store_and_forward", "store_and_fwd_flag"),
          Map.entry("pickup_zone_id", "PULocationID"),
          Map.entry("dropoff_zone_id", "DOLocationID"),
          Map.entry("payment_type", "payment_type"),
          Map.entry("trip_type", "trip_type"),
          Map.entry("fare_amount", "fare_amount"),
          Map.entry("extra", "extra"),
          Map.entry("mta_tax", "mta_tax"),
          Map.entry("tip_amount", "tip_amount"),
          Map.entry("tolls_amount", "tolls_amount"),
          Map.entry("ehail_fee", "ehail_fee"),
          Map.entry("improvement_surcharge", "improvement_surcharge"),
          Map.entry("congestion_surcharge", "congestion_surcharge"),
          Map.entry("airport_fee", "airport_fee"),
          Map.entry("cbd_congestion_fee", "cbd_congestion_fee"),
          Map.entry("total_amount", "total_amount"));

  private static final List<String> FLOATING = List.of("distance", "amount", "fee", "tax", "extra");

  private TaxiExpectation() {}

  static List<Map<String, Object>> good(Color color, YearMonth month, List<Row> rows) {
    List<Map<String, Object>> good = new ArrayList<>();
    String colour = color.name().toLowerCase(Locale.ROOT);
    for (int i = 0; i < rows.size(); i++) {
      Map<String, Object> trip = trip(rows.get(i), color == Color.YELLOW ? "t" : "l");
      trip.put("colour", colour);
      trip.put("month", month.toString());
      trip.put("_source", colour + "_tripdata_" + month + ".parquet:" + (i + 1));
      if (isGood(trip, month)) {
        good.add(trip);
      }
    }
    return good;
  }

  /** The same trip, {@code by} records further behind in its file. */
  static Map<String, Object> moved(Map<String, Object> trip, int by) {
    Map<String, Object> moved = new TreeMap<>(trip);
    String[] source = trip.get("_source").toString().split(":", 2);
    moved.put("_source", source[0] + ":" + (Integer.parseInt(source[1]) + by));
    return moved;
  }

  static Row widened(Schema schema, Row row, Object last) {
    return Row.withSchema(schema).addValues(row.getValues()).addValue(last).build();
  }

  private static boolean isGood(Map<String, Object> trip, YearMonth month) {
    LocalDateTime pickup = (LocalDateTime) trip.get("pickup_at");
    LocalDateTime dropoff = (LocalDateTime) trip.get("dropoff_at");
    return !pickup.isAfter(dropoff)
        && YearMonth.from(pickup).equals(month)
        && (double) trip.get("fare_amount") >= 0
        && (double) trip.get("total_amount") >= 0;
  }

  private static Map<String, Object> trip(Row row, String prefix) {
    Map<String, Object> trip = new TreeMap<>();
    COLUMNS.forEach(
        (ours, theirs) -> {
          String name = theirs.startsWith("pep_") ? prefix + theirs : theirs;
          Object value =
              row.getSchema().getFieldNames().stream()
                  .filter(name::equalsIgnoreCase)
                  .findFirst()
                  .map(row::<Object>getValue)
                  .orElse(null);
          boolean floating = FLOATING.stream().anyMatch(ours::contains) || ours.contains("charge");
          if (value instanceof Number number) {
            // Not by ?:, which would make doubles of both.
            value = floating ? (Object) number.doubleValue() : (Object) number.intValue();
          }
          trip.put(ours, value);
        });
    put(trip, "pickup");
    put(trip, "dropoff");
    return trip;
  }

  private static void put(Map<String, Object> trip, String end) {
    int id = (int) trip.get(end + "_zone_id");
    trip.put(
        end + "_borough",
        id == 264 ? "Unknown" : id == 265 ? "N/A" : BOROUGHS.get(id % BOROUGHS.size()));
    trip.put(
        end + "_zone",
        id == 264
            ? "N/A"
            : id == 265 ? "Outside of NYC" : "Zone " + id + (id % 9 == 0 ? ", \"North\"" : ""));
  }
}
