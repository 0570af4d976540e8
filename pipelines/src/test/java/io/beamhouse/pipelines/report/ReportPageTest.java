package io.beamhouse.pipelines.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.io.core.increment.Delivery;
import io.beamhouse.pipelines.increment.IncrementJob.Flow;
import io.beamhouse.pipelines.increment.JobHistory;
import io.beamhouse.pipelines.increment.RunReport;
import io.beamhouse.pipelines.increment.RunReport.SinkReport;
import io.beamhouse.pipelines.increment.StepShape;
import io.beamhouse.pipelines.increment.StepShape.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportPageTest {
  private static PageText page(JobHistory job) {
    return new PageText(ReportPage.of(job).html());
  }

  @Test
  void arrowsHoldTheRowsThatWentAlongThem() {
    PageText page = page(Reports.job(1000));

    assertThat(page.table("Rows between steps"))
        .containsExactly(
            "From | Output | To | Rows",
            "Orders | (main) | Check | 1,000",
            "Check | (main) | Silver | 900",
            "Check | (main) | Join | 900",
            "Countries | (main) | Join | ?",
            "Join | (main) | Gold | ?",
            "Check | errors | Bad | 100",
            "Silver | refused | Refused | 1");
    assertThat(page.all("svg[@class='flow right']//text[starts-with(@class, 'count')]"))
        .containsExactlyInAnyOrder(
            "Orders → Check: 1,000 rows1,000",
            "Check → Silver: 900 rows900",
            "Check → Join: 900 rows900",
            "Countries → Join: ? rows?",
            "Join → Gold: ? rows?",
            "Check → Bad: 100 rowserrors 100",
            "Silver → Refused: 1 rowsrefused 1");
    assertThat(page.all("ul[@class='legend']/li"))
        .containsExactly("source", "step", "sink", "quarantine");
  }

  @Test
  void countsThatOnlyTheNextStepKnowsAreTakenFromThere() {
    RunReport report = Reports.report(1, 0);
    Map<String, SinkReport> sinks =
        Map.of(
            "Out",
            new SinkReport(
                "x", null, Delivery.TXN, List.of("1"), Map.of("written", 5L), null, false));
    report =
        new RunReport(
            1,
            "p",
            "s",
            1,
            "h",
            "h",
            "not a time",
            null,
            null,
            report.sources(),
            null,
            null,
            sinks);
    JobHistory job =
        new JobHistory(
            "p",
            List.of(
                new StepShape("Countries", "Read", Kind.SOURCE, "", false),
                new StepShape("Out", "Write", Kind.SINK, "", true)),
            List.of(new Flow("Countries", "", "Out")),
            List.of(Reports.run(report, null)));

    PageText page = page(job);

    assertThat(page.table("Rows between steps")).contains("Countries | (main) | Out | 5");
    assertThat(page.tiles())
        .containsExactly("Rows read 5", "Rows written 5", "Quarantined 0", "Duration ?");
  }

  @Test
  void totalsSayWhatIsNotCounted() {
    assertThat(page(Reports.job(1000)).tiles())
        .containsExactly(
            "Rows read 1,000 + ?", "Rows written 899 + ?", "Quarantined 101", "Duration 1.0 s");
  }

  @Test
  void tablesHoldSourcesStepsSinksAndTimings() {
    PageText page = page(Reports.job(1000));

    assertThat(page.table("What was read"))
        .contains(
            "Countries | ? | ? | ? | ? | read directly in 1 chunk | ",
            "Orders | 1,000 | – | 2 | 4.0 KiB | captured in 2 chunks | to"
                + Reports.NASTY.replace('\u0000', '\uFFFD'));
    assertThat(page.table("What became of rows on the way"))
        .contains(
            "Check | CheckRows | 1,000 | errors 100 output 900 | 0", "Join | Sql | ? | ? | ?");
    assertThat(page.table("What was written"))
        .contains(
            "Bad | delta /bad | 7 | written 100 | – | once, by transaction",
            "Gold | jdbc GOLD | ? | ? | – | written again",
            "Refused | csv /refused | m | written 1 | 1 | once, idempotent",
            "Silver | delta /lake/"
                + Reports.NASTY.replace('\u0000', '\uFFFD')
                + " | 41 … 42 (2) | deleted 0 inserted 897 updated 2 written 899 | –"
                + " | once, by transaction");
    assertThat(page.table("The attempt that ended the run"))
        .contains(
            "1 | 2026-01-02 03:04:05 UTC | 2026-01-02 03:04:06 UTC | 2026-01-02 03:05:06 UTC"
                + " | 1.0 s");
    assertThat(page.all("p[@class='notice']"))
        .containsExactly("A second attempt wrote to Gold again: rows may be there twice.");
  }

  @Test
  void theHistoryIsPlottedAndListed() {
    PageText page = page(Reports.job(500, 1000, 200));

    assertThat(page.table("This run and those before it"))
        .containsExactly(
            "Run | Planned | Rows read | Rows written | Quarantined | Duration",
            "3 | 2026-01-02 03:04:05 UTC | 500 + ? | 449 + ? | 51 | 1.0 s",
            "2 | 2026-01-02 03:04:05 UTC | 1,000 + ? | 899 + ? | 101 | ?",
            "1 | 2026-01-02 03:04:05 UTC | 200 + ? | 179 + ? | 21 | 3.0 s");
    assertThat(page.all("figure"))
        .containsExactly(
            "Rows readunknown in every run",
            "Rows writtenunknown in every run",
            "Quarantined",
            "Seconds");
    assertThat(page.all("svg[@class='spark']/@aria-label"))
        .containsExactly(
            "Quarantined over 3 runs, oldest first: 21, 101, 51",
            "Seconds over 3 runs, oldest first: 3, ?, 1");
    assertThat(page(Reports.job(5)).all("p"))
        .contains("No earlier run is known; plots appear from the next run on.");
  }

  @Test
  void nothingOfASpecOrARunIsMarkupAndNothingIsLoaded() {
    StepShape step = new StepShape(Reports.NASTY, Reports.NASTY, Kind.STEP, "", false);
    JobHistory job =
        new JobHistory(
            Reports.NASTY,
            List.of(step, new StepShape("b", "", Kind.SINK, "", false)),
            List.of(new Flow(Reports.NASTY, "a" + Reports.NASTY, "b")),
            List.of(Reports.run(Reports.report(1, 10), null)));
    CheckResult check =
        new CheckResult(
            Reports.NASTY,
            Reports.NASTY,
            CheckResult.Outcome.WARN,
            1.0,
            Reports.NASTY,
            Reports.NASTY,
            List.of());

    String html = ReportPage.of(job).withChecks(List.of(check)).html();

    PageText page = new PageText(html);
    assertThat(page.all("script")).isEmpty();
    assertThat(page.all("@*[starts-with(name(), 'on') or name() = 'src' or name() = 'href']"))
        .isEmpty();
    assertThat(page.table("Rows between steps").get(1)).startsWith("<script>alert('x')</script>");
    assertThat(page.all("meta[@http-equiv='Content-Security-Policy']/@content"))
        .containsExactly("default-src 'none'; style-src 'unsafe-inline'");
    assertThat(html).doesNotContain("url(", "@import", "http://", "https://");
  }

  @Test
  void theDocumentCanBeReadByThoseWhoDoNotSeeIt() {
    PageText page = page(Reports.job(500, 1000));

    assertThat(page.all("html/@lang")).containsExactly("en");
    assertThat(page.all("h1")).containsExactly("shop/orders");
    assertThat(page.all("h2"))
        .containsExactly("Flow", "Sources", "Steps", "Sinks", "Timings", "History", "Identity");
    assertThat(page.all("table[not(caption)]")).isEmpty();
    assertThat(page.all("th[not(@scope)]")).isEmpty();
    assertThat(page.all("section//svg[@role='img' and not(@aria-label)]")).isEmpty();
  }

  @Test
  void resultsOfTheRunStandWithThoseOfEarlierRuns() {
    JobHistory job =
        new JobHistory(
            "shop/orders",
            Reports.steps(),
            Reports.flows(),
            List.of(
                Reports.run(Reports.checked(Reports.report(3, 10), 4.5, "warn"), null),
                Reports.run(Reports.report(2, 10), null),
                Reports.run(Reports.checked(Reports.report(1, 10), 3.0, "pass"), null)));

    PageText page = page(job);

    assertThat(page.table("Results of quality rules"))
        .contains("Whole: enough | warn | 4.500 | warn outside [1, 4] | too much |  | abc");
    assertThat(page.all("td/svg/@aria-label"))
        .contains("Whole: enough over 3 runs, oldest first: 3, ?, 4.500");
  }

  @Test
  void resultsOfRulesAreShownWhenThereAreAny() {
    CheckResult few =
        new CheckResult(
            "few nulls",
            "f1",
            CheckResult.Outcome.FAIL,
            0.25,
            "at most 0.1",
            "too many",
            Arrays.asList(0.05, null));
    CheckResult rows =
        new CheckResult("has rows", "f2", CheckResult.Outcome.PASS, null, null, "", List.of());

    PageText page =
        new PageText(ReportPage.of(Reports.job(1)).withChecks(List.of(few, rows)).html());

    assertThat(page.table("Results of quality rules"))
        .contains(
            "few nulls | fail | 0.2500 | at most 0.1 | too many |  | f1",
            "has rows | pass | ? | – | – |  | f2");
    assertThat(page.all("td/svg/@aria-label"))
        .contains("few nulls over 3 runs, oldest first: 0.05000, ?, 0.2500");
    assertThat(page.tiles()).contains("Checks passed 1 of 2");
  }
}
