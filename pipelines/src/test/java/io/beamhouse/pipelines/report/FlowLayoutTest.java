package io.beamhouse.pipelines.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.pipelines.increment.StepShape.Kind;
import io.beamhouse.pipelines.report.FlowGraph.Arrow;
import io.beamhouse.pipelines.report.FlowGraph.Box;
import io.beamhouse.pipelines.report.FlowLayout.Link;
import io.beamhouse.pipelines.report.FlowLayout.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class FlowLayoutTest {
  private static final FlowLayout.Sizes SIZES = new FlowLayout.Sizes(100, 40, 60, 20, 20);

  private static FlowGraph graph(int boxes, List<int[]> arrows) {
    List<Box> all = new ArrayList<>();
    for (int i = 0; i < boxes; i++) {
      all.add(new Box("b" + i, "", Kind.STEP, null, false));
    }
    return new FlowGraph(
        all, arrows.stream().map(a -> new Arrow("b" + a[0], "", "b" + a[1], false, null)).toList());
  }

  private static List<String> names(List<Node> layer) {
    return layer.stream().map(node -> node.box == null ? "-" : node.box.name()).toList();
  }

  @Test
  void layersAreLongestPathsAndLongArrowsHaveTheirOwnPlaceInEach() {
    FlowLayout layout =
        new FlowLayout(
            graph(
                4, List.of(new int[] {0, 1}, new int[] {1, 2}, new int[] {0, 2}, new int[] {3, 2})),
            SIZES);

    assertThat(layout.layers).hasSize(3);
    assertThat(names(layout.layers.get(0))).containsExactlyInAnyOrder("b0", "b3");
    assertThat(names(layout.layers.get(1))).containsExactlyInAnyOrder("b1", "-", "-");
    assertThat(names(layout.layers.get(2))).containsExactly("b2");
    assertThat(layout.along).isEqualTo(3 * 100 + 2 * 60);
  }

  @Test
  void aCircleEndsToo() {
    FlowLayout layout =
        new FlowLayout(graph(2, List.of(new int[] {0, 1}, new int[] {1, 0})), SIZES);

    assertThat(layout.layers.stream().flatMap(List::stream).filter(node -> node.box != null))
        .hasSize(2);
  }

  @Property(tries = 100)
  void nothingOverlapsAndArrowsGoForward(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 25) int boxes) {
    Random random = new Random(seed);
    List<int[]> arrows = new ArrayList<>();
    for (int i = random.nextInt(2 * boxes); i > 0 && boxes > 1; i--) {
      int to = 1 + random.nextInt(boxes - 1);
      arrows.add(new int[] {random.nextInt(to), to});
    }

    FlowLayout layout = new FlowLayout(graph(boxes, arrows), SIZES);

    assertThat(layout.paths).hasSize(arrows.size()).noneMatch(List::isEmpty);
    for (List<Node> layer : layout.layers) {
      double end = -SIZES.gapAcross();
      for (Node node : layer) {
        assertThat(node.across).isGreaterThanOrEqualTo(end + SIZES.gapAcross() - 1e-6);
        end = node.across + node.sizeAcross;
      }
      assertThat(end).isLessThanOrEqualTo(layout.across + 1e-6);
    }
    for (List<Link> path : layout.paths) {
      for (Link link : path) {
        assertThat(link.to().along).isGreaterThan(link.from().along);
        assertThat(link.start())
            .isBetween(link.from().across, link.from().across + link.from().sizeAcross);
        assertThat(link.end()).isBetween(link.to().across, link.to().across + link.to().sizeAcross);
      }
    }
  }
}
