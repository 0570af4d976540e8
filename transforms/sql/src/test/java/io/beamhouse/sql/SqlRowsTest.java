package io.beamhouse.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.row.Quarantined;
import io.beamhouse.core.row.RowTypes;
import io.beamhouse.testing.BeamTest;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(BeamTest.class)
class SqlRowsTest {
  private static final Schema USERS =
      Schema.builder()
          .addInt64Field("id")
          .addNullableStringField("country")
          .addNullableField("joined", RowTypes.TIMESTAMP)
          .addNullableField("uid", RowTypes.UUID)
          .build();
  private static final Schema ORDERS =
      Schema.builder()
          .addInt64Field("user_id")
          .addNullableField("amount", RowTypes.decimal(12, 2))
          .addField("at", RowTypes.TIMESTAMP)
          .addNullableStringField("count_text")
          .build();
  private static final UUID UID = UUID.fromString("6f1f2b9e-5d0a-4c1e-9d5c-0e6d8e6e1a10");
  private static final Instant T1 = Instant.parse("2024-01-01T00:00:00.000001Z");
  private static final Instant T2 = Instant.parse("2024-01-01T00:00:00.000002Z");

  private static PCollectionRowTuple shop(TestPipeline pipeline) {
    return PCollectionRowTuple.of(
            "users",
            rows(
                pipeline,
                USERS,
                row(USERS, 1L, "AT", T1, UID),
                row(USERS, 2L, "AT", null, null),
                row(USERS, 3L, null, T2, UID)))
        .and("orders", orders(pipeline));
  }

  private static PCollection<Row> orders(TestPipeline pipeline) {
    return rows(
        pipeline,
        ORDERS,
        row(ORDERS, 1L, new BigDecimal("1.10"), T1, "2"),
        row(ORDERS, 1L, new BigDecimal("2.20"), T2, "0"),
        row(ORDERS, 2L, null, T1, null),
        row(ORDERS, 9L, new BigDecimal("9.00"), T1, "many"));
  }

  private static Row row(Schema schema, Object... values) {
    return Row.withSchema(schema).attachValues(values);
  }

  private static PCollection<Row> rows(TestPipeline pipeline, Schema schema, Row... rows) {
    return pipeline.apply(
        "Rows" + schema.getFieldNames(), Create.of(Arrays.asList(rows)).withRowSchema(schema));
  }

  private static void assertRows(PCollection<Row> rows, Object[]... expected) {
    PAssert.that(rows)
        .satisfies(
            actual -> {
              List<List<Object>> values =
                  StreamSupport.stream(actual.spliterator(), false).map(Row::getValues).toList();
              assertThat(values)
                  .usingRecursiveFieldByFieldElementComparator()
                  .containsExactlyInAnyOrderElementsOf(
                      Arrays.stream(expected).map(Arrays::asList).toList());
              return null;
            });
  }

  @Test
  void joinsAndGroupsAndKeepsTheTypesOfWhatIsChosen(TestPipeline pipeline) {
    PCollection<Row> result =
        shop(pipeline)
            .apply(
                SqlRows.query(
                    """
                    SELECT u.id, u.uid, u.joined, MAX(o.`at`) AS last_at, SUM(o.amount) AS total,
                           COUNT(*) AS n, MAX(o.amount) AS most
                    FROM users u JOIN orders o ON u.id = o.user_id
                    GROUP BY u.id, u.uid, u.joined"""))
            .getSinglePCollection();

    assertThat(result.getSchema())
        .isEqualTo(
            Schema.builder()
                .addInt64Field("id")
                .addNullableField("uid", RowTypes.UUID)
                .addNullableField("joined", RowTypes.TIMESTAMP)
                .addField("last_at", RowTypes.TIMESTAMP)
                .addNullableField("total", FieldType.DECIMAL)
                .addInt64Field("n")
                .addNullableField("most", RowTypes.decimal(12, 2))
                .build());
    assertRows(
        result,
        new Object[] {1L, UID, T1, T2, new BigDecimal("3.30"), 2L, new BigDecimal("2.20")},
        new Object[] {2L, null, null, T1, null, 1L, null});
    pipeline.run();
  }

  @Test
  void outerJoinOnAnInstantAndUnion(TestPipeline pipeline) {
    PCollection<Row> result =
        shop(pipeline)
            .apply(
                SqlRows.query(
                    """
                    SELECT u.id, o.user_id, o.`at` FROM users u
                    LEFT JOIN orders o ON u.joined = o.`at` AND u.id = o.user_id
                    UNION ALL SELECT user_id, user_id, `at` FROM orders
                    WHERE `at` >= MICROS('2024-01-01T00:00:00.000002Z')"""))
            .getSinglePCollection();

    assertThat(result.getSchema().getField("at").getType())
        .isEqualTo(RowTypes.TIMESTAMP.withNullable(true));
    assertRows(
        result,
        new Object[] {1L, 1L, T1},
        new Object[] {2L, null, null},
        new Object[] {3L, null, null},
        new Object[] {1L, 1L, T2});
    pipeline.run();
  }

  @Test
  void windowFunctionsKeepTheirNames(TestPipeline pipeline) {
    PCollection<Row> result =
        shop(pipeline)
            .apply(
                SqlRows.query(
                    "SELECT user_id, ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY `at` DESC)"
                        + " AS rn FROM orders"))
            .getSinglePCollection();

    assertThat(result.getSchema().getFieldNames()).containsExactly("user_id", "rn");
    assertRows(
        result,
        new Object[] {1L, 1L},
        new Object[] {1L, 2L},
        new Object[] {2L, 1L},
        new Object[] {9L, 1L});
    pipeline.run();
  }

  @Test
  void selectAndWhereQuarantineTheWholeRow(TestPipeline pipeline) {
    PCollectionRowTuple result =
        PCollectionRowTuple.of("input", orders(pipeline))
            .apply(
                SqlRows.query(
                        """
                        SELECT *, 10 / CAST(count_text AS INTEGER) AS share
                        FROM (SELECT user_id, `at`, count_text FROM PCOLLECTION)
                        WHERE user_id < 5 OR CAST(count_text AS INTEGER) > 0""")
                    .withQuarantine("bad"));

    assertThat(result.get("output").getSchema().getField("at").getType())
        .isEqualTo(RowTypes.TIMESTAMP);
    assertRows(
        result.get("output"), new Object[] {1L, T1, "2", 5}, new Object[] {2L, T1, null, null});
    Schema bad = Quarantined.schema(FieldType.row(ORDERS));
    PAssert.that(result.get("bad"))
        .containsInAnyOrder(
            Quarantined.row(
                bad,
                row(ORDERS, 1L, new BigDecimal("2.20"), T2, "0"),
                "/ by zero",
                "query",
                "Sql",
                null),
            Quarantined.row(
                bad,
                row(ORDERS, 9L, new BigDecimal("9.00"), T1, "many"),
                "For input string: \"many\"",
                "query",
                "Sql",
                null));
    pipeline.run();
  }

  @Test
  void theConditionIsAskedFirst(TestPipeline pipeline) {
    PCollectionRowTuple result =
        PCollectionRowTuple.of("o", orders(pipeline))
            .apply(
                SqlRows.query(
                    "SELECT 10 / CAST(count_text AS INTEGER) AS share FROM o"
                        + " WHERE count_text IN ('2')"));

    assertRows(result.getSinglePCollection(), new Object[] {5});
    pipeline.run();
  }

  @Test
  void aBadRowFailsTheRunWithoutItsValues(TestPipeline pipeline) {
    PCollectionRowTuple.of("input", orders(pipeline))
        .apply(SqlRows.query("SELECT CAST(count_text AS INTEGER) AS n FROM PCOLLECTION"));

    assertThatThrownBy(pipeline::run)
        .rootCause()
        .isInstanceOf(DataRefusedException.class)
        .hasMessageMatching("Sql: a row has no answer \\(\\w+Exception\\)\\. Give error_handling.*")
        .hasMessageNotContaining("many");
  }

  @Test
  void wrongQueriesAreRefusedWithTheReason() {
    PCollectionRowTuple shop = shop(TestPipeline.create().enableAbandonedNodeEnforcement(false));
    assertRefused(shop, "SELECT idd FROM users", "did you mean 'id'?");
    assertRefused(shop, "SELECT id FROM user_s", "'user_s' not found", "tables: users, orders");
    assertRefused(shop, "SELECT id FROM", "column 11: Incorrect syntax near the keyword 'FROM'");
    assertRefused(
        shop,
        "SELECT id FROM users WHERE joined > TIMESTAMP '2024-01-01 00:00:00'",
        "joined is a number of microseconds");
    assertRefused(shop, "SELECT CURRENT_DATE FROM users", "CURRENT_DATE gives another value");
    assertRefused(
        shop,
        "SELECT u.id FROM users u JOIN orders o ON u.id < o.user_id",
        "Beam SQL cannot run this");
    assertThatThrownBy(
            () -> shop.apply(SqlRows.query("SELECT COUNT(*) FROM users").withQuarantine("bad")))
        .isInstanceOf(SpecException.class)
        .hasMessageStartingWith("error_handling: a query that joins, groups or sorts cannot");
  }

  private static void assertRefused(PCollectionRowTuple shop, String query, String... messages) {
    assertThatThrownBy(() -> shop.apply("Refused" + Objects.hash(query), SqlRows.query(query)))
        .isInstanceOf(SpecException.class)
        .hasMessageStartingWith("query: ")
        .hasMessageContainingAll(messages);
  }

  @Test
  void nestedValuesTravelThroughAJoin(TestPipeline pipeline) {
    Schema place =
        Schema.builder()
            .addNullableStringField("city")
            .addNullableField("since", RowTypes.TIMESTAMP)
            .build();
    Schema nested =
        Schema.builder()
            .addInt64Field("id")
            .addNullableField("place", FieldType.row(place))
            .addNullableField("times", FieldType.array(RowTypes.TIMESTAMP))
            .addNullableField("prices", FieldType.map(FieldType.STRING, RowTypes.decimal(8, 3)))
            .addNullableField("raw", FieldType.BYTES)
            .build();
    Row graz = row(place, "Graz", T2);
    List<Instant> times = List.of(T1, T2);
    Map<String, BigDecimal> prices = Map.of("a", new BigDecimal("1.125"));
    byte[] raw = {1, 2};
    PCollectionRowTuple input =
        PCollectionRowTuple.of(
                "n",
                rows(
                    pipeline,
                    nested,
                    row(nested, 1L, graz, times, prices, raw),
                    row(nested, 2L, null, null, null, null)))
            .and("o", orders(pipeline));

    PCollection<Row> result =
        input
            .apply(
                SqlRows.query(
                    "SELECT n.id, n.place, n.times, n.prices, n.raw, n.place.since AS since FROM n JOIN o ON n.id = o.user_id WHERE o.count_text = '2' OR o.count_text IS NULL"))
            .getSinglePCollection();

    assertRows(
        result,
        new Object[] {1L, graz, times, prices, raw, T2},
        new Object[] {2L, null, null, null, null, null});
    pipeline.run();
  }
}
