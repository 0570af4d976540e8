package io.beamhouse.testing;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.row.RowTypes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;

/**
 * Months of New York taxi trips, made up, with the real files' columns as they changed.
 *
 * <p>Until 2018 there is no {@code congestion_surcharge}; until January 2023 the fee is {@code
 * airport_fee}, counts are DOUBLE and ids INT64, since then {@code Airport_fee}, INT64 and INT32;
 * since 2025 there is {@code cbd_congestion_fee}. Rows have the real ones' faults: no passengers,
 * negative fares, trips that end before they begin or lie in other years, unknown zones, and one in
 * fifty is there twice. The same seed gives the same rows. Write them with a sink of your choice.
 */
@Evolving
public final class TaxiTrips {
  private static final YearMonth SURCHARGE = YearMonth.of(2019, 1);
  private static final YearMonth NARROW = YearMonth.of(2023, 2);
  private static final YearMonth CONGESTION_FEE = YearMonth.of(2025, 1);
  private static final int ZONES = 265;
  private static final List<String> BOROUGHS =
      List.of("Manhattan", "Queens", "Brooklyn", "Bronx", "Staten Island", "EWR");

  private final Color color;
  private final YearMonth month;
  private final long seed;

  /** Which taxis. */
  @Evolving
  public enum Color {
    YELLOW,
    GREEN
  }

  private TaxiTrips(Color color, YearMonth month, long seed) {
    this.color = color;
    this.month = month;
    this.seed = seed;
  }

  public static TaxiTrips of(Color color, YearMonth month, long seed) {
    return new TaxiTrips(color, month, seed);
  }

  /** The schema that the files of this month have. */
  public Schema schema() {
    boolean narrow = !month.isBefore(NARROW);
    FieldType id = narrow ? FieldType.INT32 : FieldType.INT64;
    FieldType count = narrow ? FieldType.INT64 : FieldType.DOUBLE;
    String prefix = color == Color.YELLOW ? "tpep_" : "lpep_";
    Schema.Builder schema =
        Schema.builder()
            .addNullableField("VendorID", id)
            .addNullableField(prefix + "pickup_datetime", RowTypes.LOCAL_DATETIME)
            .addNullableField(prefix + "dropoff_datetime", RowTypes.LOCAL_DATETIME)
            .addNullableField("passenger_count", count)
            .addNullableField("trip_distance", FieldType.DOUBLE)
            .addNullableField("RatecodeID", count)
            .addNullableField("store_and_fwd_flag", FieldType.STRING)
            .addNullableField("PULocationID", id)
            .addNullableField("DOLocationID", id)
            .addNullableField("payment_type", FieldType.INT64);
    for (String amount :
        List.of(
            "fare_amount",
            "extra",
            "mta_tax",
            "tip_amount",
            "tolls_amount",
            "improvement_surcharge",
            "total_amount")) {
      schema.addNullableField(amount, FieldType.DOUBLE);
    }
    if (!month.isBefore(SURCHARGE)) {
      schema.addNullableField("congestion_surcharge", FieldType.DOUBLE);
    }
    if (color == Color.GREEN) {
      schema.addNullableField("ehail_fee", FieldType.DOUBLE);
      schema.addNullableField("trip_type", count);
    } else {
      schema.addNullableField(narrow ? "Airport_fee" : "airport_fee", FieldType.DOUBLE);
    }
    if (!month.isBefore(CONGESTION_FEE)) {
      schema.addNullableField("cbd_congestion_fee", FieldType.DOUBLE);
    }
    return schema.build();
  }

  /** The first {@code count} trips of the month, made as they are taken. */
  public Stream<Row> rows(long count) {
    Schema schema = schema();
    return LongStream.range(0, count)
        .mapToObj(trip -> row(schema, trip % 50 == 49 ? trip - 1 : trip));
  }

  private Row row(Schema schema, long trip) {
    SplittableRandom random =
        new SplittableRandom(seed * 31 + trip * 1_000_003 + month.hashCode() + color.ordinal());
    LocalDateTime pickup =
        month.atDay(1).atStartOfDay().plusSeconds(random.nextLong(month.lengthOfMonth() * 86_400L));
    if (random.nextInt(500) == 0) {
      pickup = pickup.withYear(random.nextBoolean() ? 2001 : 2009);
    }
    // One in 200 ends before it begins.
    LocalDateTime dropoff =
        pickup.plusSeconds(random.nextInt(200) == 0 ? -60 : random.nextInt(7_200));
    double fare = random.nextInt(100) == 0 ? -cents(random, 50) : 3 + cents(random, 60);
    Row.FieldValueBuilder row =
        Row.withSchema(schema)
            .withFieldValue(schema.getField(1).getName(), pickup)
            .withFieldValue(schema.getField(2).getName(), dropoff);
    double total = fare;
    for (Schema.Field field : schema.getFields()) {
      switch (field.getName()) {
        case "fare_amount" -> row.withFieldValue("fare_amount", fare);
        case "store_and_fwd_flag" ->
            row.withFieldValue("store_and_fwd_flag", random.nextInt(9) == 0 ? null : "N");
        case "trip_distance" ->
            row.withFieldValue("trip_distance", random.nextInt(60) == 0 ? 0.0 : cents(random, 20));
        case "ehail_fee" -> row.withFieldValue("ehail_fee", null);
        case "total_amount" -> row.withFieldValue("total_amount", Math.round(total * 100) / 100.0);
        case "PULocationID", "DOLocationID" ->
            row.withFieldValue(field.getName(), number(field, 1 + random.nextInt(ZONES)));
        case "VendorID", "RatecodeID", "passenger_count", "payment_type", "trip_type" -> {
          boolean unknown = random.nextInt(20) == 0 && !field.getName().equals("VendorID");
          row.withFieldValue(field.getName(), unknown ? null : number(field, random.nextInt(5)));
        }
        default -> {
          if (field.getType().getTypeName() == Schema.TypeName.DOUBLE) {
            double amount = random.nextInt(3) == 0 ? cents(random, 5) : 0.0;
            total += amount;
            row.withFieldValue(field.getName(), amount);
          }
        }
      }
    }
    return row.build();
  }

  private static double cents(SplittableRandom random, int below) {
    return random.nextInt(below * 100) / 100.0;
  }

  private static Object number(Schema.Field field, int value) {
    return switch (field.getType().getTypeName()) {
      case INT32 -> value;
      case INT64 -> (long) value;
      default -> (double) value;
    };
  }

  /** Writes the zones as CSV: 265 rows, texts quoted, lines that end as on Windows. */
  public static void writeZones(Path file) throws IOException {
    StringBuilder text =
        new StringBuilder("\"LocationID\",\"Borough\",\"Zone\",\"service_zone\"\r\n");
    for (int id = 1; id <= ZONES; id++) {
      String borough =
          id == 264 ? "Unknown" : id == 265 ? "N/A" : BOROUGHS.get(id % BOROUGHS.size());
      String zone =
          id == 264
              ? "N/A"
              : id == 265
                  ? "Outside of NYC"
                  : "Zone " + id + (id % 9 == 0 ? ", \"\"North\"\"" : "");
      String service = id >= 264 ? "N/A" : id % 3 == 0 ? "Yellow Zone" : "Boro Zone";
      text.append(id)
          .append(",\"")
          .append(borough)
          .append("\",\"")
          .append(zone)
          .append("\",\"")
          .append(service)
          .append("\"\r\n");
    }
    Files.writeString(file, text, StandardCharsets.UTF_8);
  }
}
