package io.beamhouse.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.row.RowTypes;
import io.beamhouse.testing.BeamTest;
import io.beamhouse.testing.Rows;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(BeamTest.class)
class CheckRowsTest {
  private static final Schema SCHEMA =
      Schema.builder()
          .addNullableField("id", FieldType.INT64)
          .addNullableField("name", FieldType.STRING)
          .build();
  private static final Rows ROWS =
      Rows.of(SCHEMA).row(1, "ann").row(2, "Bob").row(null, "Cy").row(4, null);

  private static Row counted(RowRule rule, long failed) {
    return Row.withSchema(RowChecks.COUNTS)
        .addValues(rule.name(), rule.fingerprint(), rule.action().text(), failed)
        .build();
  }

  @Test
  void rowsGoOnOrAsideAndAreCountedByRule(TestPipeline pipeline) {
    RowRule id = RowRule.notNull("id");
    RowRule lower = RowRule.matches("name", "[a-z]+").withAction(Action.WARN);
    RowRule other = RowRule.range("id", 0, 100);

    CheckRows.Result result =
        pipeline.apply(ROWS.create()).apply(CheckRows.of(id, lower, other).withRuleCounts());

    assertThat(result.rows().getSchema()).isEqualTo(SCHEMA);
    PAssert.that(result.rows())
        .containsInAnyOrder(ROWS.list().get(0), ROWS.list().get(1), ROWS.list().get(3));
    PAssert.thatSingleton(result.quarantined())
        .satisfies(
            bad -> {
              assertThat(bad.<Row>getValue("failed_row")).isEqualTo(ROWS.list().get(2));
              assertThat(bad.<Row>getArray("failures")).hasSize(2);
              return null;
            });
    PAssert.that(result.ruleCounts().orElseThrow())
        .containsInAnyOrder(counted(id, 1), counted(lower, 2));
    pipeline.run();
  }

  @Test
  void countsAreOfTheirWindow(TestPipeline pipeline) {
    RowRule id = RowRule.notNull("id").withAction(Action.DROP);
    Row bad = ROWS.list().get(2);
    Instant noon = new Instant(0);
    PCollection<Row> windowed =
        pipeline
            .apply(
                Create.timestamped(
                        TimestampedValue.of(bad, noon),
                        TimestampedValue.of(bad, noon.plus(Duration.standardHours(1))),
                        TimestampedValue.of(bad, noon.plus(Duration.standardMinutes(1))))
                    .withCoder(RowCoder.of(SCHEMA)))
            .setRowSchema(SCHEMA)
            .apply(Window.into(FixedWindows.of(Duration.standardHours(1))));

    CheckRows.Result result = windowed.apply(CheckRows.of(id).withRuleCounts());

    PAssert.that(result.ruleCounts().orElseThrow())
        .containsInAnyOrder(counted(id, 2), counted(id, 1));
    PAssert.that(result.rows()).empty();
    pipeline.run();
  }

  @Test
  void aRuleThatFailsFailsThePipeline(TestPipeline pipeline) {
    pipeline
        .apply(ROWS.create())
        .apply(CheckRows.of(RowRule.notNull("name").withAction(Action.FAIL)));

    assertThatThrownBy(pipeline::run)
        .hasStackTraceContaining(DataRefusedException.class.getName())
        .hasStackTraceContaining("rule 'not_null(name)': name is null");
  }

  private static final Schema ORDER =
      Schema.builder()
          .addField("order", FieldType.INT32)
          .addNullableField("user", FieldType.INT32)
          .addNullableField("country", FieldType.STRING)
          .build();
  private static final Schema USER =
      Schema.builder()
          .addField("id", RowTypes.decimal(10, 0))
          .addNullableField("country", FieldType.STRING)
          .build();
  private static final Rows ORDERS =
      Rows.of(ORDER)
          .row(1, 1, "at")
          .row(2, 1, "de")
          .row(3, 9, "at")
          .row(4, null, "xx")
          .row(5, 2, null)
          .row(6, 9, "xx");
  private static final Rows USERS = Rows.of(USER).row("1", "at").row("2", "de").row("1", "at");

  @Test
  void aForeignKeyIsInItsTable(TestPipeline pipeline) {
    PCollection<Row> users = pipeline.apply("Users", USERS.create());
    RowRule user = RowRule.existsIn(List.of("user"), "users", List.of("id"));
    RowRule both =
        RowRule.existsIn(List.of("user", "country"), "users", List.of("id", "country"))
            .withAction(Action.WARN);
    RowRule odd = RowRule.range("order", 0, 5);

    CheckRows.Result result =
        pipeline
            .apply("Orders", ORDERS.create())
            .apply(CheckRows.of(user, both, odd).withTable("users", users).withRuleCounts());

    assertThat(result.rows().getSchema()).isEqualTo(ORDER);
    PAssert.that(result.rows())
        .containsInAnyOrder(
            ORDERS.list().get(0), ORDERS.list().get(1), ORDERS.list().get(3), ORDERS.list().get(4));
    PAssert.that(result.quarantined())
        .satisfies(
            bad -> {
              assertThat(bad)
                  .extracting(
                      row ->
                          row.getRow("failed_row").getInt32("order")
                              + " "
                              + row.getString("error_message"))
                  .containsExactlyInAnyOrder(
                      "3 user is not in users; user, country is not in users",
                      "6 user is not in users; user, country is not in users;"
                          + " order is out of range [0, 5]");
              return null;
            });
    PAssert.that(result.ruleCounts().orElseThrow())
        .containsInAnyOrder(counted(user, 2), counted(both, 3), counted(odd, 1));
    pipeline.run();
  }

  @Test
  void anEmptyTableMissesAllAndTooManyMissingKeysFailTheRun(TestPipeline pipeline) {
    PCollection<Row> none = pipeline.apply("None", Create.empty(USER));
    PCollection<Row> orders = pipeline.apply("Orders", ORDERS.create());
    CheckRows check =
        CheckRows.of(RowRule.existsIn(List.of("user"), "users", List.of("id")))
            .withTable("users", none);
    PAssert.that(orders.apply("Enough", check.withMaxMissingKeys(3)).rows())
        .containsInAnyOrder(ORDERS.list().get(3));
    pipeline.run();

    TestPipeline other = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    other
        .apply("Orders", ORDERS.create())
        .apply(check.withMaxMissingKeys(2).withTable("users", other.apply(Create.empty(USER))));
    assertThatThrownBy(other::run)
        .hasStackTraceContaining("more missing foreign keys than max_missing_keys allows");
  }

  @Test
  void aForeignKeyThatCannotMatchIsRefused(TestPipeline pipeline) {
    pipeline.enableAbandonedNodeEnforcement(false);
    PCollection<Row> users = pipeline.apply("Users", USERS.create());
    PCollection<Row> orders = pipeline.apply("Orders", ORDERS.create());
    CheckRows check =
        CheckRows.of(
            RowRule.existsIn(List.of("country"), "users", List.of("id")),
            RowRule.existsIn(List.of("user"), "user", List.of("id")),
            RowRule.existsIn(List.of("userr"), "users", List.of("idd")));

    assertThatThrownBy(() -> orders.apply(check.withTable("users", users)))
        .hasMessage(
            """
            rules[0].exists_in.columns: compares country (STRING) with users's id (DECIMAL(10,0))
            rules[1].exists_in.input: there is no input 'user' - did you mean 'users'?; give the\
             step an input of this name
            rules[2].columns: no column 'userr' - did you mean 'user'?; columns: order, user, country
            rules[2].exists_in.columns: no column 'idd' - did you mean 'id'?; columns: id, country""");
  }

  @Test
  void whatAFailedBundleCountedIsForgotten() {
    var step =
        CheckRows.of(RowRule.notNull("id"), RowRule.notNull("name").withAction(Action.FAIL))
            .withRuleCounts()
            .step()
            .orElseThrow();
    var processor = step.start(SCHEMA);
    AtomicInteger emitted = new AtomicInteger();
    processor.process(ROWS.list().get(2), (output, row) -> {});
    assertThatThrownBy(() -> processor.process(ROWS.list().get(3), (output, row) -> {}))
        .isInstanceOf(DataRefusedException.class);
    // As ApplyRowStep does when the next bundle starts.
    processor.finish((output, row) -> {});
    processor.process(ROWS.list().get(2), (output, row) -> {});
    processor.finish(
        (output, row) -> {
          emitted.incrementAndGet();
          assertThat(row.getInt64("failed")).isEqualTo(1);
        });
    assertThat(emitted).hasValue(1);
  }
}
