package io.beamhouse.pipelines.report;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A small plot of one value over runs; where a value is unknown the line has a gap. */
final class Sparkline {
  private static final double WIDTH = 180;
  private static final double HEIGHT = 40;
  private static final double MARGIN = 4;

  private Sparkline() {}

  /**
   * Draws {@code values}, oldest first.
   *
   * @param what is plotted, for those who cannot see it
   */
  static void draw(String what, List<Double> values, Function<Double, String> shown, Markup out) {
    String spoken = values.stream().map(shown).collect(Collectors.joining(", "));
    out.open(
        "svg",
        "class",
        "spark",
        "width",
        FlowSvg.px(WIDTH),
        "height",
        FlowSvg.px(HEIGHT),
        "viewBox",
        "0 0 " + FlowSvg.px(WIDTH) + " " + FlowSvg.px(HEIGHT),
        "role",
        "img",
        "aria-label",
        what + " over " + Shown.count(values.size(), "run") + ", oldest first: " + spoken);
    List<Double> known = values.stream().filter(Objects::nonNull).toList();
    // From zero, so that small changes look small.
    double low = Math.min(0, known.stream().mapToDouble(Double::doubleValue).min().orElse(0));
    double high = Math.max(0, known.stream().mapToDouble(Double::doubleValue).max().orElse(0));
    String floor = FlowSvg.px(HEIGHT - MARGIN);
    out.open("path", "class", "floor", "d", "M0 " + floor + "H" + FlowSvg.px(WIDTH)).close();
    StringBuilder line = new StringBuilder();
    boolean drawing = false;
    for (int i = 0; i < values.size(); i++) {
      Double value = values.get(i);
      if (value != null) {
        line.append(drawing ? 'L' : 'M').append(point(i, value, values.size(), low, high));
        // A point of its own between two gaps is drawn by the round end of a line.
        line.append(drawing ? "" : "h0");
      }
      drawing = value != null;
    }
    if (line.length() > 0) {
      out.open("path", "class", "line", "d", line).close();
    }
    int last = values.size() - 1;
    if (last >= 0 && values.get(last) != null) {
      FlowSvg.Spot end = point(last, values.get(last), values.size(), low, high);
      out.open("circle", "cx", end.x(), "cy", end.y(), "r", "3").close();
    }
    out.closeLine();
  }

  private static FlowSvg.Spot point(int i, double value, int size, double low, double high) {
    double x = size == 1 ? WIDTH / 2 : MARGIN + i * (WIDTH - 2 * MARGIN) / (size - 1);
    double share = high == low ? 0 : (value - low) / (high - low);
    return FlowSvg.Spot.of(x, HEIGHT - MARGIN - share * (HEIGHT - 2 * MARGIN));
  }
}
