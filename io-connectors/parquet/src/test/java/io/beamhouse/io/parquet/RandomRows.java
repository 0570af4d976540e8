package io.beamhouse.io.parquet;

import io.beamhouse.core.row.RowTypes;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;

/** Random schemas of every type that Parquet can hold, and rows of them. */
final class RandomRows {
  private static final List<FieldType> SCALARS =
      List.of(
          FieldType.BOOLEAN,
          FieldType.BYTE,
          FieldType.INT16,
          FieldType.INT32,
          FieldType.INT64,
          FieldType.FLOAT,
          FieldType.DOUBLE,
          FieldType.STRING,
          FieldType.BYTES,
          FieldType.DATETIME,
          RowTypes.TIMESTAMP,
          RowTypes.LOCAL_DATETIME,
          RowTypes.DATE,
          RowTypes.TIME,
          RowTypes.UUID,
          RowTypes.decimal(5, 2),
          RowTypes.decimal(18, 0),
          RowTypes.decimal(38, 38),
          RowTypes.decimal(25, 7));

  private final Random random;

  RandomRows(long seed) {
    random = new Random(seed);
  }

  Schema schema() {
    return schema(0);
  }

  private Schema schema(int depth) {
    Schema.Builder schema = Schema.builder();
    int fields = 1 + random.nextInt(depth == 0 ? 12 : 3);
    for (int i = 0; i < fields; i++) {
      FieldType type = type(depth).withNullable(random.nextBoolean());
      schema.addField(Schema.Field.of((i == 1 ? "a.b ü " : "f") + i, type));
    }
    return schema.build();
  }

  private FieldType type(int depth) {
    int kind = depth > 2 ? 9 : random.nextInt(10);
    return switch (kind) {
      case 0 -> FieldType.array(type(depth + 1).withNullable(random.nextBoolean()));
      case 1 ->
          FieldType.map(
              SCALARS.get(3 + random.nextInt(2)),
              type(depth + 1).withNullable(random.nextBoolean()));
      case 2 -> FieldType.row(schema(depth + 1));
      default -> SCALARS.get(random.nextInt(SCALARS.size()));
    };
  }

  List<Row> rows(Schema schema, int count) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(row(schema));
    }
    return rows;
  }

  private Row row(Schema schema) {
    List<Object> values = new ArrayList<>();
    for (Schema.Field field : schema.getFields()) {
      values.add(value(field.getType()));
    }
    return Row.withSchema(schema).addValues(values).build();
  }

  private Object value(FieldType type) {
    if (type.getNullable() && random.nextInt(3) == 0) {
      return null;
    }
    return switch (type.getTypeName()) {
      case BOOLEAN -> random.nextBoolean();
      case BYTE -> (byte) random.nextInt();
      case INT16 -> (short) random.nextInt();
      case INT32 -> random.nextInt();
      case INT64 -> random.nextLong();
      case FLOAT -> pick(() -> random.nextFloat(), Float.NaN, -0.0f, Float.NEGATIVE_INFINITY);
      case DOUBLE -> pick(() -> random.nextGaussian(), Double.NaN, -0.0, Double.MAX_VALUE);
      case STRING -> string();
      case BYTES -> string().getBytes(java.nio.charset.StandardCharsets.UTF_16);
      case DATETIME -> new org.joda.time.Instant(random.nextInt() * 1000L + 7);
      case ROW -> row(type.getRowSchema());
      case ARRAY -> list(type.getCollectionElementType());
      case MAP -> map(type);
      default -> logical(type);
    };
  }

  private Object logical(FieldType type) {
    if (RowTypes.isFixedDecimal(type)) {
      BigInteger unscaled = new BigInteger(RowTypes.precision(type) * 3, random);
      return new BigDecimal(
          random.nextBoolean() ? unscaled : unscaled.negate(), RowTypes.scale(type));
    }
    long micros = random.nextLong() / 64;
    Instant instant =
        Instant.ofEpochSecond(
            Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1000);
    LocalDateTime local = LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
    if (RowTypes.is(type, RowTypes.TIMESTAMP)) {
      return instant;
    }
    if (RowTypes.is(type, RowTypes.LOCAL_DATETIME)) {
      return local;
    }
    if (RowTypes.is(type, RowTypes.DATE)) {
      return LocalDate.ofEpochDay(random.nextInt(4_000_000) - 1_000_000);
    }
    return RowTypes.is(type, RowTypes.TIME)
        ? LocalTime.ofNanoOfDay(local.toLocalTime().toNanoOfDay() / 1000 * 1000)
        : new UUID(random.nextLong(), random.nextLong());
  }

  private List<Object> list(FieldType element) {
    List<Object> list = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      list.add(value(element));
    }
    return list;
  }

  private Map<Object, Object> map(FieldType type) {
    Map<Object, Object> map = new LinkedHashMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      map.put(value(type.getMapKeyType()), value(type.getMapValueType()));
    }
    return map;
  }

  private String string() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(random.nextInt(10) == 0 ? 80 : 8); i > 0; i--) {
      text.appendCodePoint(pick(() -> 32 + random.nextInt(90), 0x1F600, 0x10FFFF, 0xFC));
    }
    return text.toString();
  }

  @SafeVarargs
  private <T> T pick(Supplier<T> usual, T... rare) {
    return random.nextInt(4) == 0 ? rare[random.nextInt(rare.length)] : usual.get();
  }
}
