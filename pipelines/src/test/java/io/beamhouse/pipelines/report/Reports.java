package io.beamhouse.pipelines.report;

import io.beamhouse.io.core.increment.Delivery;
import io.beamhouse.pipelines.increment.IncrementJob.Flow;
import io.beamhouse.pipelines.increment.JobHistory;
import io.beamhouse.pipelines.increment.RunReport;
import io.beamhouse.pipelines.increment.RunReport.CheckReport;
import io.beamhouse.pipelines.increment.RunReport.SinkReport;
import io.beamhouse.pipelines.increment.RunReport.SourceReport;
import io.beamhouse.pipelines.increment.RunReport.StepReport;
import io.beamhouse.pipelines.increment.RunTimings;
import io.beamhouse.pipelines.increment.StepShape;
import io.beamhouse.pipelines.increment.StepShape.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A job with two sources, a check that puts rows aside, an uncounted join and four sinks. */
final class Reports {
  static final String NASTY = "<script>alert('x')</script>\"&\u0000";

  private Reports() {}

  static List<StepShape> steps() {
    return List.of(
        new StepShape("Orders", "ReadChangesFromJdbc", Kind.SOURCE, "", false),
        new StepShape("Countries", "ReadNewFiles", Kind.SOURCE, "", false),
        new StepShape("Check", "CheckRows", Kind.STEP, "errors", false),
        new StepShape("Join", "Sql", Kind.STEP, "", false),
        new StepShape("Silver", "MergeIntoDelta", Kind.SINK, "refused", true),
        new StepShape("Gold", "WriteToJdbc", Kind.SINK, "", false),
        new StepShape("Bad", "WriteToDelta", Kind.SINK, "", true),
        new StepShape("Refused", "WriteToCsv", Kind.SINK, "", true));
  }

  static List<Flow> flows() {
    return List.of(
        new Flow("Orders", "", "Check"),
        new Flow("Check", "", "Silver"),
        new Flow("Check", "", "Join"),
        new Flow("Countries", "", "Join"),
        new Flow("Join", "", "Gold"),
        new Flow("Check", "errors", "Bad"),
        new Flow("Silver", "refused", "Refused"));
  }

  /** A run that read {@code rows} orders, of which one in ten was bad and one was refused. */
  static RunReport report(long run, long rows) {
    long bad = rows / 10;
    long good = rows - bad;
    return new RunReport(
        1,
        "shop/orders",
        "1b4e28ba-2fa1-11d2-883f-0016d3cca427",
        run,
        "aa11",
        "bb22",
        "2026-01-02T03:04:05.678Z",
        null,
        null,
        Map.of(
            "Orders",
            new SourceReport(true, 2, rows, null, 4096L, 2, null, Map.of("to", NASTY)),
            "Countries",
            new SourceReport(false, 1, null, null, null, null, null, Map.of())),
        Map.of("Check", new StepReport(rows, Map.of("output", good, "errors", bad), 0, Map.of())),
        Map.of(),
        Map.of(
            "Silver",
            new SinkReport(
                "delta /lake/" + NASTY,
                "id",
                Delivery.TXN,
                List.of("41", "42"),
                Map.of("inserted", good - 3, "updated", 2L, "deleted", 0L, "written", good - 1),
                null,
                false),
            "Gold",
            new SinkReport("jdbc GOLD", null, Delivery.AT_LEAST_ONCE, null, null, null, true),
            "Bad",
            new SinkReport(
                "delta /bad", "b", Delivery.TXN, List.of("7"), Map.of("written", bad), null, false),
            "Refused",
            new SinkReport(
                "csv /refused",
                null,
                Delivery.IDEMPOTENT,
                List.of("m"),
                Map.of("written", 1L),
                List.of("part-1.csv"),
                false)));
  }

  /** The same report with what a rule for the whole said. */
  static RunReport checked(RunReport report, double value, String outcome) {
    return new RunReport(
        report.version(),
        report.pipeline(),
        report.stateId(),
        report.run(),
        report.specHash(),
        report.planHash(),
        report.clock(),
        report.backfill(),
        report.refused(),
        report.sources(),
        report.steps(),
        Map.of(
            "Whole",
            List.of(
                new CheckReport(
                    "enough",
                    "abc",
                    "mean(x)",
                    value,
                    "warn outside [1, 4]",
                    outcome,
                    "too much"))),
        report.sinks());
  }

  static JobHistory.Run run(RunReport report, Long millis) {
    return new JobHistory.Run(
        report,
        Optional.ofNullable(millis)
            .map(
                took ->
                    new RunTimings(1, 1, "2026-01-02T03:04:06Z", "2026-01-02T03:05:06Z", took)));
  }

  /** As many runs as there are numbers of rows, newest first. */
  static JobHistory job(long... rows) {
    List<JobHistory.Run> runs = new ArrayList<>();
    for (int i = 0; i < rows.length; i++) {
      runs.add(run(report(rows.length - i, rows[i]), i == 1 ? null : 1000L * (i + 1)));
    }
    return new JobHistory("shop/orders", steps(), flows(), runs);
  }
}
