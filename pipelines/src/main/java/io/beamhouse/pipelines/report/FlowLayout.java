package io.beamhouse.pipelines.report;

import io.beamhouse.pipelines.report.FlowGraph.Arrow;
import io.beamhouse.pipelines.report.FlowGraph.Box;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Where boxes and arrows are drawn. A box's layer is the longest path to it; an arrow over several
 * layers has a place of its own in each. Positions are along the flow and across it, so that one
 * layout serves both directions.
 */
final class FlowLayout {
  /** How large things are, in pixels. */
  record Sizes(double along, double across, double gapAlong, double gapAcross, double perPort) {}

  /** A box, or the place of a passing arrow when {@code box} is null. */
  static final class Node {
    final Box box;
    final int layer;
    final List<Link> in = new ArrayList<>();
    final List<Link> out = new ArrayList<>();
    double order;
    double along;
    double across;
    double sizeAcross;

    Node(Box box, int layer) {
      this.box = box;
      this.layer = layer;
    }

    /** Where the {@code i}th of {@code n} arrows touches this node. */
    double port(int i, int n) {
      return across + sizeAcross * (i + 1) / (n + 1);
    }
  }

  /** A part of an arrow, from one layer to the next. */
  record Link(Arrow arrow, Node from, Node to) {
    double start() {
      return from.port(from.out.indexOf(this), from.out.size());
    }

    double end() {
      return to.port(to.in.indexOf(this), to.in.size());
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }

  private static final double PASSING = 10;

  final List<List<Node>> layers = new ArrayList<>();
  final List<List<Link>> paths = new ArrayList<>();
  final Sizes sizes;
  double along;
  double across;

  FlowLayout(FlowGraph graph, Sizes sizes) {
    this.sizes = sizes;
    Map<String, Node> nodes = new LinkedHashMap<>();
    Map<String, Integer> depth = depths(graph);
    graph.boxes().forEach(box -> nodes.put(box.name(), add(box, depth.get(box.name()))));
    graph.arrows().forEach(arrow -> connect(arrow, nodes));
    number();
    for (int sweep = 0; sweep < 4; sweep++) {
      layers.forEach(layer -> sort(layer, node -> node.in.stream().map(Link::from).toList()));
      for (int i = layers.size() - 1; i >= 0; i--) {
        sort(layers.get(i), node -> node.out.stream().map(Link::to).toList());
      }
    }
    layers.forEach(layer -> sort(layer, node -> node.in.stream().map(Link::from).toList()));
    place();
  }

  /** The longest path to each box; the bound ends it on a circle, which no spec can have. */
  private static Map<String, Integer> depths(FlowGraph graph) {
    Map<String, Integer> depth = new HashMap<>();
    graph.boxes().forEach(box -> depth.put(box.name(), 0));
    boolean changed = true;
    for (int round = 0; changed && round < graph.boxes().size(); round++) {
      changed = false;
      for (Arrow arrow : graph.arrows()) {
        int least = depth.get(arrow.from()) + 1;
        if (depth.get(arrow.to()) < least) {
          depth.put(arrow.to(), least);
          changed = true;
        }
      }
    }
    return depth;
  }

  private Node add(Box box, int layer) {
    while (layers.size() <= layer) {
      layers.add(new ArrayList<>());
    }
    Node node = new Node(box, layer);
    layers.get(layer).add(node);
    return node;
  }

  private void connect(Arrow arrow, Map<String, Node> nodes) {
    List<Link> path = new ArrayList<>();
    Node from = nodes.get(arrow.from());
    Node to = nodes.get(arrow.to());
    while (from.layer < to.layer) {
      Node next = from.layer + 1 == to.layer ? to : add(null, from.layer + 1);
      Link link = new Link(arrow, from, next);
      from.out.add(link);
      next.in.add(link);
      path.add(link);
      from = next;
    }
    paths.add(path);
  }

  private void number() {
    for (List<Node> layer : layers) {
      for (int i = 0; i < layer.size(); i++) {
        layer.get(i).order = i;
      }
    }
  }

  /** Puts each node near the middle of those it is joined to, which crosses few arrows. */
  private static void sort(List<Node> layer, Function<Node, List<Node>> joined) {
    Map<Node, Double> middle = new HashMap<>();
    for (Node node : layer) {
      middle.put(
          node,
          joined.apply(node).stream()
              .mapToDouble(other -> other.order)
              .average()
              .orElse(node.order));
    }
    layer.sort(Comparator.comparingDouble(middle::get));
    for (int i = 0; i < layer.size(); i++) {
      layer.get(i).order = i;
    }
  }

  private void place() {
    double position = 0;
    for (List<Node> layer : layers) {
      double size = -sizes.gapAcross();
      for (Node node : layer) {
        node.in.sort(Comparator.comparingDouble(link -> link.from().order));
        node.out.sort(Comparator.comparingDouble(link -> link.to().order));
        int ports = Math.max(node.in.size(), node.out.size());
        node.along = position;
        node.sizeAcross =
            node.box == null ? PASSING : Math.max(sizes.across(), sizes.perPort() * (ports + 1));
        size += node.sizeAcross + sizes.gapAcross();
      }
      across = Math.max(across, size);
      position += sizes.along() + sizes.gapAlong();
    }
    along = position - sizes.gapAlong();
    for (List<Node> layer : layers) {
      double size =
          layer.stream().mapToDouble(node -> node.sizeAcross).sum()
              + sizes.gapAcross() * (layer.size() - 1);
      double next = (across - size) / 2;
      for (Node node : layer) {
        node.across = next;
        next += node.sizeAcross + sizes.gapAcross();
      }
    }
  }
}
