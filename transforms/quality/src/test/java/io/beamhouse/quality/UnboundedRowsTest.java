package io.beamhouse.quality;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.SpecException;
import io.beamhouse.testing.BeamTest;
import io.beamhouse.transforms.AssertRows;
import io.beamhouse.transforms.FilterRows;
import io.beamhouse.transforms.LookupRows;
import io.beamhouse.transforms.flatten.FlattenRows;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Values;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Row by row, unbounded collections are as good as bounded ones. */
@ExtendWith(BeamTest.class)
class UnboundedRowsTest {
  private static final Schema USER = Schema.builder().addNullableInt64Field("id").build();
  private static final Schema EVENT =
      Schema.builder().addInt64Field("id").addRowField("user", USER).build();
  private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");

  private static TimestampedValue<Row> at(int second, long id, Long user) {
    Row event =
        Row.withSchema(EVENT).addValues(id, Row.withSchema(USER).addValues(user).build()).build();
    return TimestampedValue.of(event, START.plus(Duration.standardSeconds(second)));
  }

  /** Two minutes, of which the first one has a late pane. */
  private static PCollection<Row> events(TestPipeline pipeline) {
    return pipeline
        .apply(
            TestStream.create(RowCoder.of(EVENT))
                .advanceWatermarkTo(START)
                .addElements(at(70, 3, 7L), at(5, 1, 7L), at(6, 2, null), at(7, 0, 7L))
                .advanceWatermarkTo(START.plus(Duration.standardSeconds(60)))
                .addElements(at(10, 4, 7L), at(11, 5, null))
                .advanceWatermarkToInfinity())
        .setRowSchema(EVENT)
        .apply(
            Window.<Row>into(FixedWindows.of(Duration.standardMinutes(1)))
                .withAllowedLateness(Duration.standardMinutes(5))
                .discardingFiredPanes());
  }

  /** The events as they come out of a trigger. */
  private static PCollection<Row> inPanes(PCollection<Row> events) {
    return events
        .apply(WithKeys.of("one"))
        .apply(GroupByKey.create())
        .apply(Values.create())
        .apply(ParDo.of(new EachFn()))
        .setRowSchema(EVENT);
  }

  private static final class EachFn extends DoFn<Iterable<Row>, Row> {
    @ProcessElement
    public void process(@Element Iterable<Row> rows, OutputReceiver<Row> out) {
      rows.forEach(out::output);
    }
  }

  /** What is known of each row but its values. */
  private static final class PlaceFn extends DoFn<Row, String> {
    private final boolean quarantined;

    PlaceFn(boolean quarantined) {
      this.quarantined = quarantined;
    }

    @ProcessElement
    public void process(
        @Element Row row,
        @Timestamp Instant time,
        BoundedWindow window,
        PaneInfo pane,
        OutputReceiver<String> out) {
      Row event = quarantined ? row.getRow("failed_row") : row;
      out.output(
          event.getInt64("id")
              + " at "
              + new Duration(START, time).getMillis()
              + " in "
              + new Duration(START, ((IntervalWindow) window).start()).getStandardSeconds()
              + " "
              + pane.getTiming()
              + " "
              + pane.getIndex());
    }
  }

  @Test
  void keepTheirTimesWindowsAndPanes(TestPipeline pipeline) {
    PCollection<Row> flat = inPanes(events(pipeline)).apply("Flatten", FlattenRows.create()).main();
    PCollection<Row> kept = flat.apply("Filter", FilterRows.keeping("id > 0")).kept();
    CheckRows.Result checked = kept.apply("Check", CheckRows.of(RowRule.notNull("user_id")));

    PAssert.that(checked.rows().apply("Rows", ParDo.of(new PlaceFn(false))))
        .containsInAnyOrder(
            "1 at 59999 in 0 ON_TIME 0", "3 at 119999 in 60 ON_TIME 0", "4 at 59999 in 0 LATE 1");
    PAssert.that(checked.quarantined().apply("Bad", ParDo.of(new PlaceFn(true))))
        .containsInAnyOrder("2 at 59999 in 0 ON_TIME 0", "5 at 59999 in 0 LATE 1");
    pipeline.run();
  }

  @Test
  void keepTheirOwnTimesWithoutPanes(TestPipeline pipeline) {
    PCollection<Row> flat = events(pipeline).apply("Flatten", FlattenRows.create()).main();
    CheckRows.Result checked = flat.apply("Check", CheckRows.of(RowRule.notNull("user_id")));

    PAssert.that(checked.rows().apply("Rows", ParDo.of(new PlaceFn(false))))
        .containsInAnyOrder(
            "0 at 7000 in 0 UNKNOWN 0",
            "1 at 5000 in 0 UNKNOWN 0",
            "3 at 70000 in 60 UNKNOWN 0",
            "4 at 10000 in 0 UNKNOWN 0");
    PAssert.that(checked.quarantined().apply("Bad", ParDo.of(new PlaceFn(true))))
        .containsInAnyOrder("2 at 6000 in 0 UNKNOWN 0", "5 at 11000 in 0 UNKNOWN 0");
    pipeline.run();
  }

  @Test
  void whatNeedsAllRowsRefusesThem() {
    TestPipeline pipeline = TestPipeline.create();
    PCollection<Row> events = events(pipeline);
    PCollection<Row> flat = events.apply("Flatten", FlattenRows.create()).main();

    assertThatThrownBy(() -> events.apply(AssertRows.equal("[]")))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("nobody knows when all have come");
    assertThatThrownBy(() -> events.apply(ProfileRows.create()))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("a profile looks at all of them");
    assertThatThrownBy(
            () -> flat.apply(LookupRows.in(flat, Map.of("id", "id"), Map.of("u", "user_id"))))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("table: is unbounded");
    assertThatThrownBy(
            () ->
                flat.apply(
                    CheckRows.of(RowRule.existsIn(List.of("user_id"), "users", List.of("id")))
                        .withTable("users", flat)))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("bounded");
  }
}
