package io.beamhouse.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.row.RowTypes;
import io.beamhouse.quality.DatasetResult.Outcome;
import io.beamhouse.testing.Rows;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;

class DatasetCheckTest {
  private static final Schema SCHEMA =
      Schema.builder()
          .addNullableField("id", FieldType.INT64)
          .addNullableField("amount", FieldType.DOUBLE)
          .addNullableField("at", RowTypes.TIMESTAMP)
          .addNullableField("day", RowTypes.DATE)
          .build();
  private static final Instant NOW = Instant.parse("2024-01-02T00:00:00Z");
  private static final Rows ROWS =
      Rows.of(SCHEMA)
          .row(1, 0.1, "2024-01-01T12:00:00Z", "2024-01-01")
          .row(2, 0.2, null, null)
          .row(1, null, "2024-01-01T06:00:00Z", null)
          .row(null, 0.3, null, null);

  private static List<DatasetResult> results(
      Iterable<Row> rows, Map<String, List<Double>> history, DatasetRule... rules) {
    DatasetCheck check = DatasetCheck.of(List.of(rules), SCHEMA);
    DatasetAccumulator whole = check.newAccumulator();
    rows.forEach(whole::add);
    return check.evaluate(check.fromBytes(whole.toBytes()), history, NOW);
  }

  private static List<String> judged(Iterable<Row> rows, DatasetRule... rules) {
    return results(rows, Map.of(), rules).stream()
        .map(result -> result.outcome() + " " + result.message())
        .toList();
  }

  @Test
  void everyMeasureHasItsValue() {
    assertThat(
            judged(
                ROWS,
                DatasetRule.rowCount().withFail(Bounds.between(4, 4)),
                DatasetRule.rowCount().withWarn(Bounds.atLeast(5)),
                DatasetRule.nullShare("id")
                    .withWarn(Bounds.atMost(0.1))
                    .withFail(Bounds.atMost(0.5)),
                DatasetRule.unique("id"),
                DatasetRule.unique("id", "at"),
                DatasetRule.freshness("at").withFail(Bounds.atMost(43200)),
                DatasetRule.freshness("day").withFail(Bounds.atMost(86399)),
                DatasetRule.sum("amount").withFail(Bounds.between(0.6, 0.6)),
                DatasetRule.mean("amount"),
                DatasetRule.sum("id")))
        .containsExactly(
            "PASS row_count is 4",
            "WARN row_count is 4, out of [5, any]",
            "WARN null_share(id) is 0.25, out of [any, 0.1]",
            "FAIL unique(id) is 1, out of [any, 0]",
            "PASS unique(id,at) is 0",
            "PASS freshness(at) is 43200",
            "FAIL freshness(day) is 86400, out of [any, 86399]",
            "PASS sum(amount) is 0.6",
            "PASS mean(amount) is 0.2",
            "PASS sum(id) is 4");
    assertThat(judged(ROWS, DatasetRule.distinct("id")).get(0))
        .startsWith("PASS distinct(id) is 2 (estimated");
  }

  @Test
  void noRowsHaveNoMeanAndAreNotFresh() {
    assertThat(
            judged(
                List.of(),
                DatasetRule.rowCount().withFail(Bounds.atLeast(1)),
                DatasetRule.mean("amount").withFail(Bounds.atLeast(1)),
                DatasetRule.nullShare("id").withFail(Bounds.atMost(0)),
                DatasetRule.freshness("at").withFail(Bounds.atMost(1))))
        .containsExactly(
            "FAIL row_count is 0, out of [1, any]",
            "PASS mean(amount) has no value: there is no row with one",
            "PASS null_share(id) is 0",
            "FAIL freshness(at) has no value: there is no row with one, out of [any, 1]");
  }

  @Test
  void changeIsFromTheMedianOfTheLastRuns() {
    DatasetRule rule = DatasetRule.change("row_count", 3).withFail(Bounds.atMost(0.5));

    assertThat(results(ROWS, Map.of("row_count", List.of(1000.0, 8.0, 7.0, 9.0)), rule))
        .singleElement()
        .satisfies(
            result -> {
              assertThat(result.outcome()).isEqualTo(Outcome.PASS);
              assertThat(result.value()).isEqualTo(4);
              assertThat(result.message())
                  .isEqualTo("row_count is 4, a change of 0.5 from 8, the median of 3 runs");
            });
    assertThat(results(ROWS, Map.of("row_count", List.of(9.0)), rule).get(0).outcome())
        .isEqualTo(Outcome.FAIL);
    assertThat(results(ROWS, Map.of("row_count", List.of(0.0)), rule).get(0).outcome())
        .isEqualTo(Outcome.FAIL);
    assertThat(results(ROWS, Map.of(), rule).get(0).message())
        .isEqualTo("row_count: there are no earlier runs");
  }

  @Test
  void nanBreaksEveryBound() {
    Rows rows = ROWS.row(5, Double.NaN, null, null);

    assertThat(judged(rows, DatasetRule.sum("amount").withFail(Bounds.atLeast(-1e300))))
        .containsExactly(
            "FAIL sum(amount) is NaN, out of ["
                + new java.math.BigDecimal("-1e300").toPlainString()
                + ", any]");
  }

  @Test
  void whatDoesNotFitIsSaidAtOnce() {
    assertThatThrownBy(
            () ->
                DatasetCheck.of(
                    List.of(
                        DatasetRule.sum("at"),
                        DatasetRule.freshness("amount"),
                        DatasetRule.unique("ib")),
                    SCHEMA))
        .hasMessage(
            """
            rules[0].sum.of: is for numbers, and column 'at' is TIMESTAMP
            rules[1].freshness.of: is for dates and times with a day, and column 'amount' is DOUBLE
            rules[2].unique.of: no column 'ib' - did you mean 'id'?; columns: id, amount, at, day""");
    assertThatThrownBy(
            () ->
                DatasetCheck.of(
                    List.of(DatasetRule.existsIn(List.of("id"), "t", List.of("id"))), SCHEMA))
        .hasMessage("rules[0].exists_in: needs a table: for the transform CheckDataset only");
    DatasetCheck one = DatasetCheck.of(List.of(DatasetRule.sum("id")), SCHEMA);
    DatasetCheck other = DatasetCheck.of(List.of(DatasetRule.mean("id")), SCHEMA);
    assertThatThrownBy(() -> other.fromBytes(one.newAccumulator().toBytes()))
        .hasMessageContaining("of other rules");
  }

  @Test
  void fiveMillionKeysStayBelowAMegabyteAndADuplicateAmongManyIsFound() {
    DatasetCheck check =
        DatasetCheck.of(
            List.of(
                DatasetRule.unique("id"), DatasetRule.distinct("id"), DatasetRule.sum("amount")),
            SCHEMA);
    DatasetAccumulator whole = check.newAccumulator();
    long rows = 5_000_000;
    for (long i = 0; i < rows; i++) {
      // Every hundredth key twice.
      whole.add(
          Row.withSchema(SCHEMA).attachValues(i - (i % 100 == 1 ? 1 : 0), i / 7.0, null, null));
    }

    assertThat(whole.toBytes()).hasSizeLessThan(1_000_000);
    List<DatasetResult> results = check.evaluate(whole, Map.of(), NOW);
    assertThat(results.get(0).outcome()).isEqualTo(Outcome.FAIL);
    assertThat(results.get(0).value())
        .isCloseTo(50_000, org.assertj.core.data.Percentage.withPercentage(10));
    assertThat(results.get(0).message()).contains("estimated from 65536 of about");
    assertThat(results.get(1).value())
        .isCloseTo(4_950_000, org.assertj.core.data.Percentage.withPercentage(3));
  }
}
