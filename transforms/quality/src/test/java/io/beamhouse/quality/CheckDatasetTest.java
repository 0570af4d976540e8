package io.beamhouse.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.GateRefusedException;
import io.beamhouse.testing.BeamTest;
import io.beamhouse.testing.Rows;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(BeamTest.class)
class CheckDatasetTest {
  private static final Schema SCHEMA =
      Schema.builder()
          .addNullableField("id", FieldType.INT32)
          .addNullableField("user", FieldType.STRING)
          .build();
  private static final Schema USER = Schema.of(Schema.Field.of("name", FieldType.STRING));
  private static final Instant NOW = Instant.parse("2024-01-02T00:00:00Z");
  private static final Rows ROWS =
      Rows.of(SCHEMA)
          .row(1, "ann")
          .row(1, "bob")
          .row(1, "cy")
          .row(2, "bob")
          .row(2, null)
          .row(null, "bob")
          .row(null, "bob");

  private static List<DatasetRule> rules() {
    return List.of(
        DatasetRule.rowCount().withWarn(Bounds.atLeast(100)),
        DatasetRule.unique("id").named("key"),
        DatasetRule.existsIn(List.of("user"), "users", List.of("name")).withFail(Bounds.atMost(4)),
        DatasetRule.change("row_count", 2).withFail(Bounds.atMost(0.2)));
  }

  private static PCollection<Row> users(TestPipeline pipeline) {
    return pipeline.apply("Users", Rows.of(USER).row("ann").row("cy").row("ann").create());
  }

  private static List<Row> results(List<DatasetRule> rules, Instant at, int rows) {
    DatasetCheck check = DatasetCheck.of(rules, SCHEMA);
    DatasetAccumulator whole = check.newAccumulator();
    for (int i = 0; i < rows; i++) {
      whole.add(ROWS.list().get(0));
    }
    return check.evaluate(whole, java.util.Map.of(), at).stream()
        .map(DatasetResult::toRow)
        .toList();
  }

  @Test
  void eachRuleHasAResult(TestPipeline pipeline) {
    List<DatasetRule> counted = List.of(DatasetRule.rowCount(), DatasetRule.change("row_count", 2));
    List<Row> earlier = new ArrayList<>(results(counted, NOW.minus(Duration.ofDays(3)), 1000));
    earlier.addAll(results(counted, NOW.minus(Duration.ofDays(1)), 12));
    earlier.addAll(results(counted, NOW.minus(Duration.ofDays(2)), 8));
    // An earlier try of this very run.
    earlier.addAll(results(counted, NOW, 1));
    PCollection<Row> history =
        pipeline.apply("Earlier", Create.of(earlier).withRowSchema(DatasetResult.SCHEMA));

    PCollection<Row> results =
        pipeline
            .apply("Rows", ROWS.create())
            .apply(
                CheckDataset.of(rules(), NOW)
                    .withTable("users", users(pipeline))
                    .withHistory(history));

    assertThat(results.getSchema()).isEqualTo(DatasetResult.SCHEMA);
    PAssert.that(results)
        .satisfies(
            rows -> {
              assertThat(rows)
                  .extracting(
                      row ->
                          row.getString("rule")
                              + " "
                              + row.getString("outcome")
                              + ": "
                              + row.getString("message"))
                  .containsExactlyInAnyOrder(
                      "row_count warn: row_count is 7, out of [100, any]",
                      "key fail: unique(id) is 3, out of [any, 0]",
                      "exists_in(user->users) pass: exists_in(user->users) is 4",
                      "change(row_count) fail: row_count is 7, a change of 0.3 from 10, the median"
                          + " of 2 runs, out of [any, 0.2]");
              assertThat(rows)
                  .allSatisfy(
                      row ->
                          assertThat(row.getLogicalTypeValue("as_of", Instant.class))
                              .isEqualTo(NOW));
              return null;
            });
    pipeline.run();
  }

  @Test
  void anEmptyInputIsJudgedToo(TestPipeline pipeline) {
    PCollection<Row> results =
        pipeline
            .apply(Create.empty(SCHEMA))
            .apply(CheckDataset.of(rules(), NOW).withTable("users", users(pipeline)));

    PAssert.that(results)
        .satisfies(
            rows -> {
              assertThat(rows)
                  .extracting(row -> row.getString("rule") + " " + row.getDouble("value"))
                  .containsExactlyInAnyOrder(
                      "row_count 0.0",
                      "key 0.0",
                      "exists_in(user->users) 0.0",
                      "change(row_count) 0.0");
              return null;
            });
    pipeline.run();
  }

  @Test
  void aRuleCanFailThePipeline(TestPipeline pipeline) {
    pipeline
        .apply(ROWS.create())
        .apply(
            CheckDataset.of(
                    List.of(
                        DatasetRule.rowCount().withWarn(Bounds.atLeast(100)),
                        DatasetRule.unique("id").named("key")),
                    NOW)
                .failing());

    assertThatThrownBy(pipeline::run)
        .hasStackTraceContaining(GateRefusedException.class.getName())
        .hasStackTraceContaining(
            "CheckDataset refuses the data: rule 'key': unique(id) is 3, out of [any, 0]. Repair");
  }

  @Test
  void aTableThatIsNotThereIsRefused(TestPipeline pipeline) {
    pipeline.enableAbandonedNodeEnforcement(false);
    PCollection<Row> rows = pipeline.apply(ROWS.create());

    assertThatThrownBy(() -> rows.apply(CheckDataset.of(rules(), NOW).withHistory(rows)))
        .hasMessage(
            """
            rules[2].exists_in.input: there is no input 'users'; give the step an input of this\
             name
            history: the input needs the column metric STRING
            history: the input needs the column value DOUBLE
            history: the input needs the column as_of TIMESTAMP""");
  }
}
