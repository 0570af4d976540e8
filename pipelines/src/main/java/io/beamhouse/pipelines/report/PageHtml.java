package io.beamhouse.pipelines.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamhouse.pipelines.increment.RunReport;
import io.beamhouse.pipelines.report.PageTable.Column;
import io.beamhouse.pipelines.report.ReportPage.Point;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** Writes a page: head, numbers at a glance, the flow, then a section for each kind of facts. */
final class PageHtml {
  private static final String CSS = css();

  private final ReportPage page;
  private final RunReport report;
  private final Markup out = new Markup();

  PageHtml(ReportPage page) {
    this.page = page;
    this.report = page.report();
  }

  String html() {
    out.doctype().open("html", "lang", "en").open("head").single("meta", "charset", "utf-8");
    out.single("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    // Whatever a name or a path may hold: this page loads nothing and runs nothing.
    out.single(
        "meta",
        "http-equiv",
        "Content-Security-Policy",
        "content",
        "default-src 'none'; style-src 'unsafe-inline'");
    out.single("meta", "name", "color-scheme", "content", "light dark");
    out.element("title", report.pipeline() + ": run " + report.run() + " – Beamhouse");
    out.style(CSS).closeLine().open("body");
    header();
    out.open("main");
    flow();
    checks();
    new SampleHtml(out).write(page.samples());
    new RunTables(page, out).write();
    history();
    identity();
    out.close().close().closeLine();
    return out.toString();
  }

  private void header() {
    out.open("header").element("h1", report.pipeline());
    out.open("p", "class", "run")
        .text("Run " + report.run() + (report.refused() == null ? " is done" : " was refused"));
    page.timings().ifPresent(timings -> out.text(" · " + Shown.time(timings.ended())));
    if (report.backfill() != null) {
      out.text(" · backfill from " + shown(report.backfill().get("from")));
      out.text(" to " + shown(report.backfill().get("to")));
    }
    out.closeLine();
    if (report.refused() != null) {
      out.open("p", "class", "notice").text(report.refused()).closeLine();
    }
    report
        .sinks()
        .forEach(
            (name, sink) -> {
              if (sink.appliedAgain()) {
                out.open("p", "class", "notice")
                    .text("A second attempt wrote to " + name + " again: rows may be there twice.")
                    .closeLine();
              }
            });
    Point now = page.now();
    out.open("dl", "class", "tiles");
    tile("Rows read", now.read().shown(), null);
    tile("Rows written", now.written().shown(), null);
    boolean bad = now.quarantined().known() != null && now.quarantined().known() > 0;
    tile("Quarantined", now.quarantined().shown(), bad ? "bad" : null);
    tile("Duration", Shown.seconds(now.seconds()), null);
    if (!page.checks().isEmpty()) {
      long failed = page.checks().stream().filter(PageHtml::notPassed).count();
      tile(
          "Checks passed",
          page.checks().size() - failed + " of " + page.checks().size(),
          failed > 0 ? "bad" : null);
    }
    out.closeLine().closeLine();
  }

  private static boolean notPassed(CheckResult check) {
    return check.outcome() != CheckResult.Outcome.PASS;
  }

  private void tile(String name, String value, String style) {
    out.open("div", "class", style).element("dt", name).element("dd", value).close();
  }

  private void flow() {
    heading("Flow");
    FlowSvg.legend(page.graph(), out);
    out.open("div", "class", "scroll", "role", "region", "aria-label", "Flow", "tabindex", "0");
    FlowSvg.draw(page.graph(), false, out);
    FlowSvg.draw(page.graph(), true, out);
    out.close();
    if (!page.graph().arrows().isEmpty()) {
      out.open("details").element("summary", "The flow as a table");
      List<Column> columns =
          List.of(
              Column.text("From"), Column.text("Output"), Column.text("To"), Column.number("Rows"));
      PageTable.write("Rows between steps", columns, out, this::arrows);
      out.closeLine();
    }
    out.closeLine();
  }

  private void arrows(PageTable table) {
    for (FlowGraph.Arrow arrow : page.graph().arrows()) {
      table
          .row(arrow.from())
          .cell(arrow.output().isEmpty() ? "(main)" : arrow.output())
          .cell(arrow.to())
          .cell(Shown.count(arrow.rows()))
          .end();
    }
  }

  private void checks() {
    if (page.checks().isEmpty()) {
      return;
    }
    heading("Quality");
    List<Column> columns =
        List.of(
            Column.text("Rule"),
            Column.text("Outcome"),
            Column.number("Value"),
            Column.text("Allowed"),
            Column.text("Message"),
            Column.text("History"),
            Column.text("Fingerprint"));
    PageTable.write("Results of quality rules", columns, out, this::checkRows);
    out.closeLine();
  }

  private void checkRows(PageTable table) {
    for (CheckResult check : page.checks()) {
      String outcome = check.outcome().name().toLowerCase(Locale.ROOT);
      List<Double> values = new ArrayList<>(check.history());
      values.add(check.value());
      table
          .row(check.rule())
          .cell(m -> m.element("span", outcome, "class", "outcome " + outcome))
          .cell(Shown.number(check.value()))
          .cell(check.threshold() == null ? "–" : check.threshold())
          .cell(check.message().isEmpty() ? "–" : check.message())
          .cell(m -> Sparkline.draw(check.rule(), values, Shown::number, m))
          .cell(m -> fingerprint(check, m))
          .end();
    }
  }

  private static void fingerprint(CheckResult check, Markup cell) {
    if (check.fingerprint().isEmpty()) {
      cell.text("–");
    } else {
      cell.element("code", Shown.cut(check.fingerprint(), 12));
    }
  }

  private void history() {
    heading("History");
    List<Point> points = page.history();
    if (points.size() == 1) {
      out.open("p").text("No earlier run is known; plots appear from the next run on.").closeLine();
    } else {
      out.open("div", "class", "plots");
      plot("Rows read", Shown::number, point -> point.read().value());
      plot("Rows written", Shown::number, point -> point.written().value());
      plot("Quarantined", Shown::number, point -> point.quarantined().value());
      plot("Seconds", Shown::number, Point::seconds);
      out.closeLine();
    }
    List<Column> columns =
        List.of(
            Column.number("Run"),
            Column.text("Planned"),
            Column.number("Rows read"),
            Column.number("Rows written"),
            Column.number("Quarantined"),
            Column.number("Duration"));
    PageTable.write("This run and those before it", columns, out, this::historyRows);
    out.closeLine();
  }

  private void plot(String name, Function<Double, String> shown, Function<Point, Double> value) {
    List<Double> values = new ArrayList<>();
    page.history().forEach(point -> values.add(value.apply(point)));
    out.open("figure").element("figcaption", name);
    if (values.stream().allMatch(Objects::isNull)) {
      out.text("unknown in every run");
    } else {
      Sparkline.draw(name, values, shown, out);
    }
    out.closeLine();
  }

  private void historyRows(PageTable table) {
    for (int i = page.history().size() - 1; i >= 0; i--) {
      Point point = page.history().get(i);
      table
          .row(Long.toString(point.run()))
          .time(point.clock())
          .cell(point.read().shown())
          .cell(point.written().shown())
          .cell(point.quarantined().shown())
          .cell(Shown.seconds(point.seconds()))
          .end();
    }
  }

  private void identity() {
    heading("Identity");
    out.open("dl", "class", "facts");
    for (Map.Entry<String, String> fact :
        List.of(
            Map.entry("State id", report.stateId()),
            Map.entry("Hash of the spec", report.specHash()),
            Map.entry("Hash of the plan", report.planHash()),
            Map.entry("Format of report.json", "version " + report.version()))) {
      out.element("dt", fact.getKey()).open("dd").element("code", fact.getValue()).close();
    }
    out.closeLine();
    out.open("p", "class", "small")
        .text("“?” means unknown: that part of the run is not counted. ")
        .text("report.json holds the same facts and the list of files.")
        .closeLine();
    out.closeLine();
  }

  private void heading(String title) {
    out.open("section").element("h2", title);
  }

  private static String shown(String value) {
    return value == null ? "now" : value;
  }

  private static String css() {
    try (InputStream file = PageHtml.class.getResourceAsStream("page.css")) {
      return new String(file.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("page.css is part of this jar and cannot be read", e);
    }
  }
}
