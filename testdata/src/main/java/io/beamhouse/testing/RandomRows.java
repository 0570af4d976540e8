package io.beamhouse.testing;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.row.RowTypes;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;

/**
 * Schemas and rows from a seed, with a liking for the nasty, for tests of laws.
 *
 * <p>Equal seeds and equal calls give equal results.
 */
@Evolving
public final class RandomRows {
  private static final String[] TEXTS = {
    "",
    " ",
    "a",
    "NULL",
    "null",
    "\"",
    "\"\"",
    ",",
    ";",
    "\n",
    "\r\n",
    "\r",
    "\t",
    "#x",
    "\\N",
    "a,b",
    "say \"hi\"",
    " lead",
    "trail ",
    "\uFEFFbom",
    "äöü",
    "日本語",
    "😀",
    "'",
    "a\nb\nc",
    "1",
    "true",
    "{}",
    "[1,2]",
    "\u0000",
    "\u0001",
    "end\\"
  };
  private static final double[] DOUBLES = {
    0.0,
    -0.0,
    1.5,
    -1e300,
    Double.MIN_VALUE,
    Double.MAX_VALUE,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    0.1,
    1e-7
  };

  private final Random random;

  public RandomRows(long seed) {
    random = new Random(seed);
  }

  public Schema schema(int depth) {
    Schema.Builder schema = Schema.builder();
    int fields = 1 + random.nextInt(6);
    for (int i = 0; i < fields; i++) {
      String name = random.nextInt(10) == 0 ? "odd, \"name\" " + i : "f" + i;
      schema.addField(name, type(depth).withNullable(random.nextBoolean()));
    }
    return schema.build();
  }

  public FieldType type(int depth) {
    int choice = random.nextInt(depth > 0 ? 21 : 17);
    return switch (choice) {
      case 0 -> FieldType.BYTE;
      case 1 -> FieldType.INT16;
      case 2 -> FieldType.INT32;
      case 3 -> FieldType.INT64;
      case 4 -> FieldType.FLOAT;
      case 5 -> FieldType.DOUBLE;
      case 6 -> FieldType.BOOLEAN;
      case 7, 8 -> FieldType.STRING;
      case 9 -> FieldType.BYTES;
      case 10 -> FieldType.DATETIME;
      case 11 -> RowTypes.TIMESTAMP;
      case 12 -> RowTypes.DATE;
      case 13 -> RowTypes.LOCAL_DATETIME;
      case 14 -> RowTypes.UUID;
      case 15 -> {
        int precision = 1 + random.nextInt(38);
        yield RowTypes.decimal(precision, random.nextInt(precision + 1));
      }
      case 16 -> RowTypes.TIME;
      case 17, 18 -> FieldType.array(type(depth - 1).withNullable(random.nextBoolean()));
      case 19 ->
          FieldType.map(FieldType.STRING, type(depth - 1).withNullable(random.nextBoolean()));
      default -> FieldType.row(schema(depth - 1));
    };
  }

  public List<Row> rows(Schema schema, int count) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(row(schema));
    }
    return rows;
  }

  public Row row(Schema schema) {
    List<Object> values = new ArrayList<>();
    schema.getFields().forEach(field -> values.add(value(field.getType())));
    return Row.withSchema(schema).addValues(values).build();
  }

  public Object value(FieldType type) {
    if (type.getNullable() && random.nextInt(4) == 0) {
      return null;
    }
    return switch (type.getTypeName()) {
      case BYTE -> (byte) random.nextInt();
      case INT16 -> (short) random.nextInt();
      case INT32 -> random.nextBoolean() ? random.nextInt() : Integer.MIN_VALUE;
      case INT64 -> random.nextBoolean() ? random.nextLong() : Long.MAX_VALUE;
      case FLOAT -> random.nextBoolean() ? random.nextFloat() : Float.NaN;
      case DOUBLE ->
          random.nextBoolean() ? random.nextGaussian() : DOUBLES[random.nextInt(DOUBLES.length)];
      case BOOLEAN -> random.nextBoolean();
      case STRING -> text();
      case BYTES -> {
        byte[] bytes = new byte[random.nextInt(8)];
        random.nextBytes(bytes);
        yield bytes;
      }
      case DECIMAL -> new BigDecimal(new BigInteger(200, random), random.nextInt(100) - 50);
      case DATETIME -> org.joda.time.Instant.ofEpochMilli(random.nextInt() * 1000L + 7);
      case ARRAY, ITERABLE -> {
        List<Object> list = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          list.add(value(type.getCollectionElementType()));
        }
        yield list;
      }
      case MAP -> {
        Map<Object, Object> map = new LinkedHashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          map.put(value(type.getMapKeyType()), value(type.getMapValueType()));
        }
        yield map;
      }
      case ROW -> row(type.getRowSchema());
      case LOGICAL_TYPE -> logical(type);
    };
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(3); i >= 0; i--) {
      text.append(TEXTS[random.nextInt(TEXTS.length)]);
    }
    return text.toString();
  }

  private Object logical(FieldType type) {
    if (RowTypes.isFixedDecimal(type)) {
      int precision = 1 + random.nextInt(RowTypes.precision(type));
      BigInteger digits = new BigInteger(120, random).mod(BigInteger.TEN.pow(precision));
      return new BigDecimal(random.nextBoolean() ? digits : digits.negate(), RowTypes.scale(type));
    }
    Instant instant = Instant.ofEpochSecond(random.nextInt() * 10L, random.nextInt(1000) * 1000L);
    LocalDate date = LocalDate.ofEpochDay(random.nextInt(200_000) - 100_000);
    LocalTime time = LocalTime.ofNanoOfDay(random.nextInt(86_400) * 1_000_000_000L + 123_000L);
    if (RowTypes.is(type, RowTypes.TIMESTAMP)) {
      return instant;
    }
    if (RowTypes.is(type, RowTypes.DATE)) {
      return date;
    }
    if (RowTypes.is(type, RowTypes.TIME)) {
      return time;
    }
    return RowTypes.is(type, RowTypes.UUID)
        ? new UUID(random.nextLong(), random.nextLong())
        : LocalDateTime.of(date, time);
  }
}
