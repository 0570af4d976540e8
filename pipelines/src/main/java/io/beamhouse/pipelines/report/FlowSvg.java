package io.beamhouse.pipelines.report;

import io.beamhouse.pipelines.report.FlowGraph.Arrow;
import io.beamhouse.pipelines.report.FlowGraph.Box;
import io.beamhouse.pipelines.report.FlowLayout.Link;
import io.beamhouse.pipelines.report.FlowLayout.Node;
import io.beamhouse.pipelines.report.FlowLayout.Sizes;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Draws a flow from left to right, or from top to bottom for narrow screens. */
final class FlowSvg {
  private static final double MARGIN = 8;
  private static final double HEAD = 7;
  private static final double LINE = 16;
  private static final double LETTER = 6.6;

  /** How far a drawing shrinks before it scrolls. */
  private static final double LEAST_SCALE = 0.78;

  private final FlowLayout layout;
  private final boolean down;
  private final Markup out;

  private FlowSvg(FlowLayout layout, boolean down, Markup out) {
    this.layout = layout;
    this.down = down;
    this.out = out;
  }

  static void draw(FlowGraph graph, boolean down, Markup out) {
    // Counts stand below each other beside the arrows that leave a box.
    long most = graph.boxes().stream().mapToLong(box -> leaving(graph, box)).max().orElse(1);
    int letters = graph.arrows().stream().mapToInt(arrow -> text(arrow).length()).max().orElse(1);
    Sizes sizes =
        down
            ? new Sizes(64, 148, 30 + LINE * most, 14, 24)
            : new Sizes(164, 64, Math.max(72, 34 + letters * LETTER), 22, 22);
    new FlowSvg(new FlowLayout(graph, sizes), down, out).draw(graph);
  }

  private static long leaving(FlowGraph graph, Box box) {
    return graph.arrows().stream().filter(arrow -> arrow.from().equals(box.name())).count();
  }

  private static String output(Arrow arrow) {
    return arrow.output().isEmpty() ? "" : Shown.cut(arrow.output(), 12) + " ";
  }

  private static String text(Arrow arrow) {
    return output(arrow) + Shown.count(arrow.rows());
  }

  private void draw(FlowGraph graph) {
    double along = layout.along + 2 * MARGIN;
    double across = layout.across + 2 * MARGIN;
    double width = down ? across : along;
    double height = down ? along : across;
    out.open(
        "svg",
        "class",
        down ? "flow down" : "flow right",
        "width",
        px(width),
        "height",
        px(height),
        "viewBox",
        "0 0 " + px(width) + " " + px(height),
        "style",
        "min-width:" + px(width * LEAST_SCALE) + "px",
        "role",
        "img",
        "aria-label",
        "Flow of "
            + Shown.count(graph.boxes().size(), "step")
            + " and "
            + Shown.count(graph.arrows().size(), "arrow")
            + "; the table below says the same");
    layout.paths.forEach(this::line);
    layout.layers.forEach(layer -> layer.stream().filter(n -> n.box != null).forEach(this::box));
    layout.paths.forEach(this::label);
    out.closeLine();
  }

  private void line(List<Link> path) {
    if (path.isEmpty()) {
      return;
    }
    StringBuilder curve = new StringBuilder();
    for (Link link : path) {
      double start = link.from().along + layout.sizes.along();
      double end = link.to().along - (link.to().box == null ? 0 : HEAD);
      if (link.from().box != null) {
        curve.append('M').append(at(start, link.start()));
      }
      double middle = (start + end) / 2;
      curve.append('C').append(at(middle, link.start())).append(' ');
      curve.append(at(middle, link.end())).append(' ').append(at(end, link.end()));
      if (link.to().box == null) {
        curve.append('L').append(at(link.to().along + layout.sizes.along(), link.end()));
      }
    }
    Link last = path.get(path.size() - 1);
    double tip = last.to().along;
    String kind = last.arrow().errors() ? "errors" : null;
    out.open("g", "class", kind).open("path", "class", "line", "d", curve).close();
    String head =
        "M"
            + at(tip, last.end())
            + "L"
            + at(tip - HEAD - 2, last.end() - 5)
            + "L"
            + at(tip - HEAD - 2, last.end() + 5)
            + "Z";
    out.open("path", "class", "head", "d", head).close().closeLine();
  }

  private void label(List<Link> path) {
    if (path.isEmpty()) {
      return;
    }
    Link first = path.get(0);
    Arrow arrow = first.arrow();
    double start = first.from().along + layout.sizes.along();
    String count = Shown.count(arrow.rows());
    Spot place =
        down
            ? at(start + 14 + LINE * first.from().out.indexOf(first), first.start() + 6)
            : at(start + 8, first.start() - 5);
    out.open(
            "text",
            "class",
            arrow.errors() ? "count errors" : "count",
            "x",
            place.x(),
            "y",
            place.y())
        .element("title", arrow.from() + " → " + arrow.to() + ": " + count + " rows")
        .text(output(arrow))
        .element("tspan", count, "class", "number")
        .closeLine();
  }

  private void box(Node node) {
    Box box = node.box;
    Spot place = at(node.along, node.across);
    double width = down ? node.sizeAcross : layout.sizes.along();
    double height = down ? layout.sizes.along() : node.sizeAcross;
    int letters = (int) ((width - 24) / 7.4);
    // A picture of its own cuts off what is wider than its letters were thought to be.
    out.open("svg", "x", place.x(), "y", place.y(), "width", px(width), "height", px(height))
        .element("title", box.name() + (box.type().isEmpty() ? "" : " (" + box.type() + ")"))
        .open("rect", "class", "box " + kind(box), "x", "1", "y", "1", "rx", "7")
        .close();
    double middle = height / 2;
    out.element(
            "text",
            Shown.cut(box.name(), letters),
            "class",
            "name",
            "x",
            "12",
            "y",
            px(middle - 12))
        .element(
            "text",
            Shown.cut(box.type(), letters + 2),
            "class",
            "type",
            "x",
            "12",
            "y",
            px(middle + 4))
        .element("text", note(box), "class", "note", "x", "12", "y", px(middle + 21))
        .closeLine();
  }

  static String kind(Box box) {
    return box.quarantine() ? "quarantine" : box.kind().name().toLowerCase(Locale.ROOT);
  }

  private static String note(Box box) {
    return switch (box.kind()) {
      case SOURCE -> Shown.count(box.rows()) + " read";
      case SINK -> Shown.count(box.rows()) + " written";
      case STEP -> box.rows() == null ? "not counted" : Shown.count(box.rows()) + " in";
    };
  }

  private Spot at(double along, double across) {
    return down
        ? Spot.of(across + MARGIN, along + MARGIN)
        : Spot.of(along + MARGIN, across + MARGIN);
  }

  /** A place in a drawing, as SVG writes it. */
  record Spot(String x, String y) {
    static Spot of(double x, double y) {
      return new Spot(px(x), px(y));
    }

    @Override
    public String toString() {
      return x + " " + y;
    }
  }

  static String px(double value) {
    return value == Math.rint(value)
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, "%.1f", value);
  }

  /** What the colours of a drawing mean. */
  static void legend(FlowGraph graph, Markup out) {
    out.open("ul", "class", "legend");
    graph.boxes().stream()
        .sorted(Comparator.comparing(Box::kind).thenComparing(Box::quarantine))
        .map(FlowSvg::kind)
        .distinct()
        .forEach(
            kind -> out.open("li").element("span", "", "class", "key " + kind).text(kind).close());
    out.closeLine();
  }
}
