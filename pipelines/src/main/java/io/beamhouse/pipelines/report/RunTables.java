package io.beamhouse.pipelines.report;

import io.beamhouse.pipelines.increment.RunReport;
import io.beamhouse.pipelines.increment.RunReport.FileReport;
import io.beamhouse.pipelines.increment.RunReport.SinkReport;
import io.beamhouse.pipelines.increment.RunReport.SourceReport;
import io.beamhouse.pipelines.increment.RunReport.StepReport;
import io.beamhouse.pipelines.increment.RunTimings;
import io.beamhouse.pipelines.increment.StepShape.Kind;
import io.beamhouse.pipelines.report.FlowGraph.Box;
import io.beamhouse.pipelines.report.PageTable.Column;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The tables of one run: sources, steps, sinks, timings. */
final class RunTables {
  private final ReportPage page;
  private final RunReport report;
  private final Markup out;

  RunTables(ReportPage page, Markup out) {
    this.page = page;
    this.report = page.report();
    this.out = out;
  }

  void write() {
    if (!report.sources().isEmpty()) {
      section(
          "Sources",
          "What was read",
          List.of(
              Column.text("Source"),
              Column.number("Rows"),
              Column.number("Rejected"),
              Column.number("Files"),
              Column.number("Bytes"),
              Column.text("How"),
              Column.text("Facts")),
          table -> report.sources().forEach((name, source) -> source(table, name, source)));
    }
    report.sources().forEach(this::files);
    if (page.graph().boxes().stream().anyMatch(box -> box.kind() == Kind.STEP)) {
      section(
          "Steps",
          "What became of rows on the way",
          List.of(
              Column.text("Step"),
              Column.text("Type"),
              Column.number("In"),
              Column.text("Out"),
              Column.number("No output")),
          table ->
              page.graph().boxes().stream()
                  .filter(box -> box.kind() == Kind.STEP)
                  .forEach(box -> step(table, box)));
    }
    if (!report.sinks().isEmpty()) {
      section(
          "Sinks",
          "What was written",
          List.of(
              Column.text("Sink"),
              Column.text("Target"),
              Column.text("Version"),
              Column.text("Rows by outcome"),
              Column.number("Files"),
              Column.text("Delivery")),
          table -> report.sinks().forEach((name, sink) -> sink(table, name, sink)));
    }
    page.timings().ifPresent(this::timings);
  }

  private void section(
      String title, String caption, List<Column> columns, Consumer<PageTable> rows) {
    out.open("section").element("h2", title);
    PageTable.write(caption, columns, out, rows);
    out.closeLine();
  }

  private static void source(PageTable table, String name, SourceReport source) {
    table
        .row(name)
        .cell(Shown.count(source.rows()))
        .cell(source.captured() ? "–" : Shown.count(source.rejected()))
        .cell(Shown.count(source.files()))
        .cell(Shown.bytes(source.bytes()))
        .cell(
            (source.captured() ? "captured in " : "read directly in ")
                + Shown.count(source.chunks(), "chunk"))
        .cell(cell -> pairs(source.facts(), cell))
        .end();
  }

  /** Files with refused records first, since these are looked for; the rest folded away. */
  private void files(String name, SourceReport source) {
    if (source.byFile() == null) {
      return;
    }
    out.open("section").element("h2", "Files of " + name).open("details");
    long bad = source.byFile().stream().filter(file -> file.rejected() > 0).count();
    out.element(
        "summary", Shown.count(source.files(), "file") + ", " + bad + " with rejected records");
    List<Column> columns =
        List.of(Column.text("File"), Column.number("Rows"), Column.number("Rejected"));
    List<FileReport> files = new ArrayList<>(source.byFile());
    files.sort(Comparator.comparing(FileReport::rejected).reversed());
    PageTable.write("Files of " + name, columns, out, table -> files.forEach(f -> file(table, f)));
    out.closeLine().closeLine();
  }

  private static void file(PageTable table, FileReport file) {
    table
        .row(file.file() == null ? Shown.count(file.files(), "other file") : file.file())
        .cell(Shown.count(file.rows()))
        .cell(Shown.count(file.rejected()))
        .end();
  }

  private void step(PageTable table, Box box) {
    StepReport step = report.steps().get(box.name());
    table.row(box.name()).cell(box.type()).cell(Shown.count(step == null ? null : step.in()));
    table.cell(cell -> counts(step == null ? null : step.out(), cell));
    table.cell(Shown.count(step == null ? null : step.none())).end();
  }

  private static void sink(PageTable table, String name, SinkReport sink) {
    table
        .row(name)
        .cell(cell -> cell.element("code", sink.target()))
        .cell(versions(sink.versions()))
        .cell(cell -> counts(sink.counts(), cell))
        .cell(sink.files() == null ? "–" : Shown.count(sink.files().size()))
        .cell(
            switch (sink.delivery()) {
              case TXN -> "once, by transaction";
              case IDEMPOTENT -> "once, idempotent";
              case AT_LEAST_ONCE -> sink.appliedAgain() ? "written again" : "at least once";
            })
        .end();
  }

  private static String versions(List<String> versions) {
    if (versions == null) {
      return Shown.UNKNOWN;
    } else if (versions.isEmpty()) {
      return "–";
    }
    String last = versions.get(versions.size() - 1);
    return versions.size() == 1
        ? last
        : versions.get(0) + " … " + last + " (" + versions.size() + ")";
  }

  private static void counts(Map<String, Long> counts, Markup cell) {
    if (counts == null || counts.isEmpty()) {
      cell.text(counts == null ? Shown.UNKNOWN : "–");
    } else {
      new TreeMap<>(counts)
          .forEach(
              (name, rows) ->
                  cell.open("span", "class", rows == 0 ? "pair zero" : "pair")
                      .text(name + " ")
                      .element("b", Shown.count(rows))
                      .close()
                      .text(" "));
    }
  }

  private static void pairs(Map<String, String> facts, Markup cell) {
    cell.open("dl", "class", "facts");
    facts.forEach((name, fact) -> cell.element("dt", name).element("dd", fact));
    cell.close();
  }

  private void timings(RunTimings timings) {
    section(
        "Timings",
        "The attempt that ended the run",
        List.of(
            Column.number("Attempt"),
            Column.text("Planned"),
            Column.text("Started"),
            Column.text("Ended"),
            Column.number("Duration")),
        table ->
            table
                .row(Integer.toString(timings.attempt()))
                .time(report.clock())
                .time(timings.started())
                .time(timings.ended())
                .cell(Shown.seconds(timings.millis() / 1000.0))
                .end());
  }
}
