package io.beamhouse.io.delta.merge;

import io.beamhouse.core.row.RowTypes;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;

/** A table with combined columns as a map. Only the order of equal sequence is the encoder's. */
final class CombineModel {
  static final Map<String, Combine> COMBINE =
      Map.of(
          "least", Combine.MIN,
          "text", Combine.MAX,
          "bytes", Combine.MIN,
          "at", Combine.MAX,
          "day", Combine.MIN,
          "local", Combine.MAX,
          "price", Combine.MIN,
          "huge", Combine.MAX,
          "flag", Combine.MAX);

  /** Combined columns stand between others, and after them. */
  static final Schema SCHEMA =
      Schema.builder()
          .addNullableField("text", FieldType.STRING)
          .addInt32Field("a")
          .addNullableField("least", FieldType.INT64)
          .addStringField("b")
          .addNullableField("part", FieldType.STRING)
          .addNullableField("note", FieldType.STRING)
          .addNullableField("bytes", FieldType.BYTES)
          .addNullableField("seq", FieldType.INT32)
          .addNullableField("at", RowTypes.TIMESTAMP)
          .addNullableField("day", RowTypes.DATE)
          .addNullableField("local", RowTypes.LOCAL_DATETIME)
          .addNullableField("price", RowTypes.decimal(12, 2))
          .addNullableField("huge", RowTypes.decimal(30, 4))
          .addNullableField("flag", FieldType.BOOLEAN)
          .build();

  private static final List<String> PLAIN = List.of("a", "b", "part", "note", "seq");

  private final ChangeEncoder encoder;
  private final boolean sequenced;
  private final Map<List<Object>, Row> stored = new HashMap<>();

  CombineModel(MergeSettings settings) {
    encoder = new ChangeEncoder(settings.shape(SCHEMA));
    sequenced = !settings.sequenceBy().isEmpty();
  }

  /** All changes, each once, in the order in which they were made. */
  static CombineModel ofAll(MergeSettings settings, List<Row> changes) {
    CombineModel model = new CombineModel(settings);
    model.merge(changes);
    return model;
  }

  static Row change(Random random) {
    long number = random.nextInt(5) - 2L;
    return Row.withSchema(SCHEMA)
        .addValues(
            some(random, "", "z", "\uFFFD", "\uD83D\uDE00", "a\u0000", "a"),
            random.nextInt(4) - 1,
            some(random, Long.MIN_VALUE, -1L, 0L, 7L, Long.MAX_VALUE),
            random.nextInt(3) == 0 ? "k\u0000" : "k",
            some(random, "x", "y/ z"),
            some(random, "one", "two"),
            some(random, new byte[0], new byte[] {0}, new byte[] {-1}, new byte[] {1, 2}),
            random.nextInt(9) == 0 ? null : random.nextInt(4),
            some(random, Instant.ofEpochSecond(number, 1000), Instant.ofEpochSecond(number)),
            some(random, LocalDate.ofEpochDay(number), LocalDate.of(2026, 11, 21)),
            some(random, LocalDateTime.of(1969, 12, 31, 23, 59, 59, 999_999_000)),
            some(random, BigDecimal.valueOf(number, 2), BigDecimal.valueOf(-number, 2)),
            some(
                random,
                BigDecimal.valueOf(number, 4),
                new BigDecimal("1" + "0".repeat(20) + ".0000")),
            some(random, true, false))
        .build();
  }

  private static Object some(Random random, Object... choices) {
    return random.nextInt(4) == 0 ? null : choices[random.nextInt(choices.length)];
  }

  static List<Object> key(Row row) {
    return List.of(row.getValue("a"), row.getValue("b"));
  }

  /** The rows as texts, sorted; two that are equal have equal texts, whatever made them. */
  static List<String> texts(Collection<Row> rows) {
    return texts(rows, SCHEMA.getFieldNames());
  }

  static List<String> texts(Collection<Row> rows, Collection<String> columns) {
    return rows.stream()
        .map(row -> columns.stream().map(name -> name + "=" + text(row, name)).toList().toString())
        .sorted()
        .toList();
  }

  private static String text(Row row, String name) {
    Object value = row.getValue(name);
    return value instanceof byte[] bytes ? Arrays.toString(bytes) : String.valueOf(value);
  }

  Collection<Row> rows() {
    return stored.values();
  }

  List<String> texts() {
    return texts(stored.values());
  }

  /** Returns inserted, updated, unchanged and superseded. */
  MergeCounts merge(List<Row> increment) {
    long[] counts = new long[4];
    Map<List<Object>, List<Row>> byKey =
        increment.stream().collect(Collectors.groupingBy(CombineModel::key));
    byKey.forEach(
        (key, changes) -> {
          counts[3] += changes.size() - 1;
          counts[apply(key, changes)]++;
        });
    return new MergeCounts(counts[0], counts[1], 0, counts[2], counts[3], 0);
  }

  private int apply(List<Object> key, List<Row> changes) {
    Row before = stored.get(key);
    Row last = changes.stream().max(this::compare).orElseThrow();
    List<Row> all = new ArrayList<>(changes);
    Row winner = last;
    if (before != null) {
      all.add(before);
      winner = sequenced && compare(last, before) < 0 ? before : last;
    }
    Row.FieldValueBuilder after = Row.fromRow(winner);
    for (String name : COMBINE.keySet()) {
      after = after.withFieldValue(name, best(name, all));
    }
    Row row = after.build();
    stored.put(key, row);
    if (before == null) {
      return 0;
    }
    return !texts(List.of(row)).equals(texts(List.of(before)))
        ? 1
        : plain(last).equals(plain(before)) ? 2 : 3;
  }

  private static Object best(String name, List<Row> rows) {
    Comparator<Object> order = CombineModel::compareValues;
    return rows.stream()
        .map(row -> (Object) row.getValue(name))
        .filter(Objects::nonNull)
        .max(COMBINE.get(name) == Combine.MAX ? order : order.reversed())
        .orElse(null);
  }

  @SuppressWarnings("unchecked")
  private static int compareValues(Object x, Object y) {
    if (x instanceof String text) {
      return Arrays.compareUnsigned(
          text.getBytes(StandardCharsets.UTF_8), ((String) y).getBytes(StandardCharsets.UTF_8));
    }
    return x instanceof byte[] bytes
        ? Arrays.compareUnsigned(bytes, (byte[]) y)
        : ((Comparable<Object>) x).compareTo(y);
  }

  private static List<Object> plain(Row row) {
    return PLAIN.stream().map(name -> (Object) row.getValue(name)).toList();
  }

  private int compare(Row x, Row y) {
    return Arrays.compareUnsigned(order(x), order(y));
  }

  private byte[] order(Row row) {
    encoder.encode(row);
    byte[] change = encoder.change();
    return Arrays.copyOfRange(change, Change.order(change), Change.payload(change));
  }
}
