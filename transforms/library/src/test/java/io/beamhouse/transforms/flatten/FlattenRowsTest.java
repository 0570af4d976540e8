package io.beamhouse.transforms.flatten;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.row.RowTypes;
import io.beamhouse.testing.Rows;
import io.beamhouse.testing.RowsAssert;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;

class FlattenRowsTest {
  private static final Schema TAG = Schema.builder().addStringField("name").build();
  private static final Schema ITEM =
      Schema.builder()
          .addStringField("sku")
          .addInt32Field("n")
          .addArrayField("tags", FieldType.row(TAG))
          .build();
  private static final Schema CITY =
      Schema.builder().addNullableStringField("name").addNullableStringField("zip").build();
  private static final Schema ORDER =
      Schema.builder()
          .addInt64Field("id")
          .addInt64Field("version")
          .addNullableField("city", FieldType.row(CITY))
          .addNullableField("items", FieldType.array(FieldType.row(ITEM)))
          .addNullableField("attrs", FieldType.map(FieldType.STRING, FieldType.STRING))
          .build();
  private static final Rows ORDERS =
      Rows.of(ORDER)
          .row(
              1,
              7,
              List.of("Bern", "3000"),
              List.of(
                  List.of("a", 2, List.of(List.of("x"), List.of("y"))), List.of("b", 1, List.of())),
              Map.of("colour", "red", "size", "L"))
          .row(2, 7, null, List.of(), null)
          .row(3, 8, Arrays.asList(null, null), null, Map.of());

  private static Map<String, List<Row>> tables(FlattenRows flatten, Rows rows) {
    return Tables.of(flatten.step(), rows.schema(), rows);
  }

  private static List<Row> columns(List<Row> rows, String... names) {
    return rows.stream().map(row -> columns(row, names)).toList();
  }

  private static Row columns(Row row, String... names) {
    Schema schema = Arrays.stream(names).map(row.getSchema()::getField).collect(Schema.toSchema());
    return Row.withSchema(schema)
        .addValues(Arrays.stream(names).map(row::getValue).collect(Collectors.toList()))
        .build();
  }

  @Test
  void withoutSettingsStructsAreColumnsAndTheRestIsJson() {
    Map<String, List<Row>> tables = tables(FlattenRows.create(), ORDERS);

    assertThat(tables.keySet()).containsExactly("output");
    Schema flat =
        Schema.builder()
            .addInt64Field("id")
            .addInt64Field("version")
            .addNullableStringField("city_name")
            .addNullableStringField("city_zip")
            .addNullableStringField("items")
            .addNullableStringField("attrs")
            .build();
    RowsAssert.assertThat(columns(tables.get("output"), "id", "city_name", "city_zip", "items"))
        .containsExactly(
            Rows.of(
                    Schema.builder()
                        .addFields(
                            flat.getField("id"),
                            flat.getField("city_name"),
                            flat.getField("city_zip"),
                            flat.getField("items"))
                        .build())
                .row(
                    1,
                    "Bern",
                    "3000",
                    "[{\"sku\":\"a\",\"n\":2,\"tags\":[{\"name\":\"x\"},{\"name\":\"y\"}]},"
                        + "{\"sku\":\"b\",\"n\":1,\"tags\":[]}]")
                .row(2, null, null, "[]")
                .row(3, null, null, null));
    assertThat(tables.get("output").get(0).getSchema()).isEqualTo(flat);
  }

  @Test
  void arraysAndMapsBecomeChildTablesOfChildTables() {
    FlattenRows flatten =
        FlattenRows.create()
            .withKeys("id")
            .withCarried("version")
            .withArray("items[].tags", Choice.CHILD)
            .withMap("attrs", Choice.ROWS)
            .withTableName("items", "order_items");

    Map<String, List<Row>> tables = tables(flatten, ORDERS);

    assertThat(tables.keySet()).containsExactly("output", "order_items", "items_tags", "attrs");
    List<Row> items = tables.get("order_items");
    assertThat(items.get(0).getSchema().getFieldNames())
        .containsExactly("id", "version", "_row_key", "_key", "_index", "sku", "n");
    RowsAssert.assertThat(columns(items, "id", "version", "_index", "sku", "n"))
        .containsExactly(
            Rows.of(columns(items.get(0), "id", "version", "_index", "sku", "n").getSchema())
                .row(1, 7, 0, "a", 2)
                .row(1, 7, 1, "b", 1));
    List<Row> tags = tables.get("items_tags");
    assertThat(tags.get(0).getSchema().getFieldNames())
        .containsExactly("id", "version", "_row_key", "_parent_key", "_key", "_index", "name");
    assertThat(tags).hasSize(2);
    for (Row tag : tags) {
      assertThat(tag.getString("_parent_key")).isEqualTo(items.get(0).getString("_key"));
      assertThat(tag.getString("_row_key"))
          .isEqualTo(tables.get("output").get(0).getString("_row_key"));
    }
    RowsAssert.assertThat(columns(tables.get("attrs"), "id", "key", "value"))
        .containsExactlyInAnyOrder(
            Rows.of(columns(tables.get("attrs").get(0), "id", "key", "value").getSchema())
                .row(1, "colour", "red")
                .row(1, "size", "L"));
  }

  @Test
  void aNaturalKeyOutlivesANewOrderOfElements() {
    FlattenRows byPlace = FlattenRows.create().withKeys("id");
    FlattenRows bySku = byPlace.withChildKey("items", "sku");
    Rows turned =
        Rows.of(ORDER)
            .row(1, 7, null, List.of(List.of("b", 1, List.of()), List.of("a", 5, List.of())), null);

    assertThat(keysBySku(bySku, turned)).isEqualTo(keysBySku(bySku, ORDERS));
    assertThat(keysBySku(byPlace, turned)).isNotEqualTo(keysBySku(byPlace, ORDERS));
  }

  private static Map<String, String> keysBySku(FlattenRows flatten, Rows rows) {
    return tables(flatten, rows).get("items").stream()
        .collect(Collectors.toMap(row -> row.getString("sku"), row -> row.getString("_key")));
  }

  @Test
  void presenceTellsNullFromEmpty() {
    List<Row> main =
        tables(FlattenRows.create().withKeys("id").withPresence(), ORDERS).get("output");

    RowsAssert.assertThat(columns(main, "id", "city__present", "items__count"))
        .containsExactly(
            Rows.of(columns(main.get(0), "id", "city__present", "items__count").getSchema())
                .row(1, true, 2)
                .row(2, false, 0)
                .row(3, true, null));
  }

  @Test
  void anArrayExplodesInPlaceAndARowWithoutElementsStays() {
    FlattenRows flatten = FlattenRows.create().withKeys("id").withArray("items", Choice.EXPLODE);

    List<Row> main = tables(flatten, ORDERS).get("output");

    RowsAssert.assertThat(columns(main, "id", "items__index", "items_sku"))
        .containsExactly(
            Rows.of(columns(main.get(0), "id", "items__index", "items_sku").getSchema())
                .row(1, 0, "a")
                .row(1, 1, "b")
                .row(2, null, null)
                .row(3, null, null));
  }

  @Test
  void nestedArraysExplodeAndACrossProductMultiplies() {
    Schema schema =
        Schema.builder()
            .addArrayField("a", FieldType.array(FieldType.INT32))
            .addArrayField("b", FieldType.STRING)
            .build();
    FlattenRows flatten =
        FlattenRows.create()
            .withArray("a", Choice.EXPLODE)
            .withArray("a[]", Choice.EXPLODE)
            .withArray("b", Choice.EXPLODE)
            .withColumnName("a[][]", "x")
            .withCrossProduct();

    List<Row> rows =
        tables(
                flatten,
                Rows.of(schema)
                    .row(List.of(List.of(1, 2), List.of(3), List.of()), List.of("p", "q")))
            .get("output");

    RowsAssert.assertThat(rows)
        .containsExactlyInAnyOrder(
            Rows.of(rows.get(0).getSchema())
                .row(1, "p")
                .row(2, "p")
                .row(3, "p")
                .row(null, "p")
                .row(1, "q")
                .row(2, "q")
                .row(3, "q")
                .row(null, "q"));
  }

  @Test
  void aTextIsSplitIntoAChildTableOrAnArray() {
    Schema title =
        Schema.builder().addStringField("tconst").addNullableStringField("genres").build();
    Rows titles = Rows.of(title).row("tt1", "Comedy,Drama").row("tt2", "").row("tt3", null);
    FlattenRows split = FlattenRows.create().withSplit("genres", ",");

    List<Row> genres = tables(split.withKeys("tconst"), titles).get("genres");
    List<Row> kept = tables(split, titles).get("output");

    RowsAssert.assertThat(columns(genres, "tconst", "_index", "value"))
        .containsExactly(
            Rows.of(columns(genres.get(0), "tconst", "_index", "value").getSchema())
                .row("tt1", 0, "Comedy")
                .row("tt1", 1, "Drama"));
    RowsAssert.assertThat(kept)
        .containsExactly(
            Rows.of(kept.get(0).getSchema())
                .row("tt1", List.of("Comedy", "Drama"))
                .row("tt2", List.of())
                .row("tt3", null));
  }

  @Test
  void someKeysOfAMapBecomeColumns() {
    List<Row> main =
        tables(FlattenRows.create().withMapColumns("attrs", "colour", "weight"), ORDERS)
            .get("output");

    RowsAssert.assertThat(columns(main, "attrs_colour", "attrs_weight", "attrs__rest"))
        .containsExactly(
            Rows.of(columns(main.get(0), "attrs_colour", "attrs_weight", "attrs__rest").getSchema())
                .row("red", null, "{\"size\":\"L\"}")
                .row(null, null, null)
                .row(null, null, "{}"));
  }

  @Test
  void jsonIsParsedAndWhatIsNotLikeItsSchemaIsSetAside() {
    Schema event =
        Schema.builder()
            .addInt64Field("id")
            .addNullableStringField("payload")
            .addNullableStringField("raw")
            .addStringField("_source")
            .build();
    Schema payload =
        Schema.builder()
            .addStringField("kind")
            .addNullableField("at", RowTypes.TIMESTAMP)
            .addArrayField("steps", FieldType.INT32)
            .build();
    FlattenRows flatten =
        FlattenRows.create()
            .withKeys("id")
            .withParsedJson("payload", payload)
            .withCheckedJson("raw")
            .withQuarantine();
    Rows rows =
        Rows.of(event)
            .row(
                1,
                "{\"kind\": \"play\", \"at\": \"2024-01-31T10:00:00Z\", \"steps\": [4, 5]}",
                "[1, 2]",
                "f:1")
            .row(2, null, null, "f:2")
            .row(3, "{\"kind\": \"secret\"}", null, "f:3")
            .row(4, "{\"kind\": 1", null, "f:4")
            .row(5, null, "1 secret", "f:5")
            .row(6, "{\"kind\": \"x\", \"steps\": [], \"more\": 1}", null, "f:6");

    Map<String, List<Row>> tables = tables(flatten, rows);

    RowsAssert.assertThat(columns(tables.get("output"), "id", "payload_kind", "payload_at", "raw"))
        .containsExactly(
            Rows.of(
                    columns(tables.get("output").get(0), "id", "payload_kind", "payload_at", "raw")
                        .getSchema())
                .row(1, "play", "2024-01-31T10:00:00Z", "[1, 2]")
                .row(2, null, null, null));
    assertThat(tables.get("payload_steps")).hasSize(2);
    List<Row> failed = tables.get("_failed");
    assertThat(failed.stream().map(row -> row.getRow("failed_row").getInt64("id")))
        .containsExactly(3L, 4L, 5L, 6L);
    assertThat(failed.stream().map(row -> row.getString("position")))
        .containsExactly("f:3", "f:4", "f:5", "f:6");
    assertThat(failed.stream().map(row -> row.getString("rule")))
        .containsExactly(
            "parse_json: payload", "parse_json: payload", "parse_json: raw", "parse_json: payload");
    assertThat(failed.toString()).contains("column steps: missing");
    failed.forEach(row -> assertThat(row.getString("error_message")).doesNotContain("secret"));
  }

  @Test
  void aRowWithoutItsKeyOrWithOneKeyTwiceIsRefused() {
    Schema schema =
        Schema.builder()
            .addNullableField("id", FieldType.INT64)
            .addArrayField("items", FieldType.STRING)
            .build();
    FlattenRows flatten = FlattenRows.create().withKeys("id").withChildKey("items", "value");

    assertThatThrownBy(() -> tables(flatten, Rows.of(schema).row(null, List.of())))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("the key id is null");
    Rows twice = Rows.of(schema).row(1, List.of("s", "s"));
    assertThatThrownBy(() -> tables(flatten, twice))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("two elements of items have one key");
    Map<String, List<Row>> tables = tables(flatten.withQuarantine(), twice);
    assertThat(tables.get("_failed")).hasSize(1);
    // All or nothing: the first element is not there either.
    assertThat(tables.get("items")).isEmpty();
  }

  @Test
  void keysAreTheseForEver() {
    Map<String, List<Row>> tables =
        tables(FlattenRows.create().withKeys("id").withArray("items[].tags", Choice.CHILD), ORDERS);

    assertThat(
            List.of(
                tables.get("output").get(0).getString("_row_key"),
                tables.get("items").get(1).getString("_key"),
                tables.get("items_tags").get(1).getString("_key")))
        .containsExactly(
            "4cf61aae696d25a502ff445d2b1aed20",
            "f3909090199fb1625598de92c65b0ca2",
            "7c08876228a47eabd8ea3aa9924402dc");
  }

  @Test
  void theOrderOfTheKeysDoesNotMatterTheirValuesDo() {
    String key = rowKey(FlattenRows.create().withKeys("id", "version"));

    assertThat(rowKey(FlattenRows.create().withKeys("version", "id"))).isEqualTo(key);
    assertThat(rowKey(FlattenRows.create().withKeys("id"))).isNotEqualTo(key);
  }

  private static String rowKey(FlattenRows flatten) {
    return tables(flatten, ORDERS).get("output").get(0).getString("_row_key");
  }
}
