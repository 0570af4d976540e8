package io.beamhouse.pipelines.report;

import io.beamhouse.pipelines.report.PageTable.Column;
import java.util.List;

/** Writes samples of refused records; values are masked unless they were asked for. */
final class SampleHtml {
  private final Markup out;

  SampleHtml(Markup out) {
    this.out = out;
  }

  void write(List<QuarantineSample.Table> tables) {
    if (tables.isEmpty()) {
      return;
    }
    out.open("section").element("h2", "Quarantine");
    tables.forEach(this::table);
    boolean masked =
        tables.stream()
            .flatMap(table -> table.samples().stream())
            .flatMap(sample -> sample.fields().stream())
            .anyMatch(QuarantineSample.Field::masked);
    out.open("p", "class", "small");
    if (masked) {
      out.text("Values are masked. ").element("code", "./beamhouse report SPEC --show-values");
      out.text(" writes this page with them. ");
    }
    out.element("code", "./beamhouse quarantine SPEC list")
        .text(" lists all records, and after a repair ")
        .element("code", "./beamhouse quarantine SPEC replay")
        .text(" feeds them to their step again.")
        .closeLine();
    out.closeLine();
  }

  private void table(QuarantineSample.Table table) {
    if (!table.note().isEmpty()) {
      out.open("p").element("b", table.sink()).text(": " + table.note()).closeLine();
    }
    if (table.samples().isEmpty()) {
      return;
    }
    List<Column> columns =
        List.of(
            Column.text("Id"),
            Column.text("Step"),
            Column.text("Rule"),
            Column.text("Message"),
            Column.text("Position"),
            Column.text("Record"));
    PageTable.write(
        "Some records in " + table.sink() + ", " + table.path(),
        columns,
        out,
        rows -> table.samples().forEach(sample -> sample(rows, sample)));
  }

  private static void sample(PageTable rows, QuarantineSample sample) {
    rows.row(Shown.cut(sample.id(), 13))
        .cell(sample.step())
        .cell(sample.rule())
        .cell(sample.message())
        .cell(sample.position() == null ? Shown.UNKNOWN : sample.position())
        .cell(cell -> fields(sample, cell))
        .end();
  }

  private static void fields(QuarantineSample sample, Markup cell) {
    cell.open("div", "class", "fields");
    for (QuarantineSample.Field field : sample.fields()) {
      cell.open("span", "class", "pair field")
          .text(field.name() + " ")
          .element("b", field.shown(), "class", field.masked() ? "masked" : null)
          .close()
          .text(" ");
    }
    cell.close();
  }
}
