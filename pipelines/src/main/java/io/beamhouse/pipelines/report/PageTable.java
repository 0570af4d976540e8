package io.beamhouse.pipelines.report;

import java.util.List;
import java.util.function.Consumer;

/** A table in a box of its own, which scrolls where the screen is too narrow for it. */
final class PageTable {
  /**
   * A column.
   *
   * @param number whether it is set to the right
   */
  record Column(String name, boolean number) {
    static Column text(String name) {
      return new Column(name, false);
    }

    static Column number(String name) {
      return new Column(name, true);
    }
  }

  private final Markup out;
  private final List<Column> columns;
  private int at;

  private PageTable(Markup out, List<Column> columns) {
    this.out = out;
    this.columns = columns;
  }

  /** Writes a table; {@code rows} adds its rows. */
  static void write(String caption, List<Column> columns, Markup out, Consumer<PageTable> rows) {
    out.open("div", "class", "scroll", "role", "region", "aria-label", caption, "tabindex", "0")
        .open("table")
        .element("caption", caption)
        .open("thead")
        .open("tr");
    columns.forEach(
        column -> out.element("th", column.name(), "scope", "col", "class", style(column)));
    out.close().close().open("tbody");
    rows.accept(new PageTable(out, columns));
    out.close().close().closeLine();
  }

  private static String style(Column column) {
    return column.number() ? "n" : null;
  }

  /** Begins a row with the cell that names it. */
  PageTable row(String name) {
    at = 1;
    out.open("tr").element("th", name, "scope", "row", "class", style(columns.get(0)));
    return this;
  }

  /** Adds a cell. */
  PageTable cell(String text) {
    return cell(out -> out.text(text));
  }

  PageTable cell(Consumer<Markup> content) {
    out.open("td", "class", style(columns.get(at++)));
    content.accept(out);
    out.close();
    return this;
  }

  /** Adds a cell with an instant. */
  PageTable time(String instant) {
    return cell(cell -> cell.element("time", Shown.time(instant), "datetime", instant));
  }

  void end() {
    out.closeLine();
  }
}
