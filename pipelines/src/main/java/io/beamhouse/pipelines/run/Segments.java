package io.beamhouse.pipelines.run;

import io.beamhouse.core.rowwise.Gated;
import io.beamhouse.core.rowwise.RowWise;
import io.beamhouse.io.core.increment.JoiningSink;
import io.beamhouse.io.core.increment.SinkContext;
import io.beamhouse.io.core.increment.StagingSink;
import io.beamhouse.pipelines.spec.Step;
import io.beamhouse.pipelines.spec.Step.Edge;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;

/**
 * Which steps run in one DoFn: row steps and the stagings of sinks that, one through the other, are
 * fed by the same rows. A source whose outputs are mixed is the first row step of its segment.
 */
final class Segments {
  /** The output of a source that its own sorting takes. */
  static final String MIXED = "mixed";

  /**
   * Steps that run as one.
   *
   * @param root where their rows come from
   */
  record Segment(Edge root, List<Step> steps) {
    String name() {
      return String.join("+", steps.stream().map(Step::name).toList());
    }
  }

  private final List<Step> steps;
  private final Function<Step, SchemaTransform> transforms;
  private final Map<String, SinkContext> bound;
  private final Map<String, Segment> byRoot = new LinkedHashMap<>();
  private final Map<String, Segment> byStep = new HashMap<>();

  private Segments(
      List<Step> steps,
      Function<Step, SchemaTransform> transforms,
      Map<String, SinkContext> bound) {
    this.steps = steps;
    this.transforms = transforms;
    this.bound = bound;
  }

  /** Finds the segments among the {@code wanted} of {@code steps}, which stand in their order. */
  static Segments of(
      List<Step> steps,
      Function<Step, SchemaTransform> transforms,
      Map<String, SinkContext> bound,
      Predicate<Step> wanted) {
    Segments segments = new Segments(steps, transforms, bound);
    for (Step step : steps) {
      if (wanted.test(step)) {
        segments.home(step, wanted).ifPresent(segment -> segments.add(step, segment));
      }
    }
    steps.stream()
        .filter(step -> transforms.apply(step) instanceof Gated)
        .filter(step -> segments.byStep.containsKey(step.name()))
        .filter(step -> !segments.asked(segments.byStep.get(step.name())))
        .toList()
        .forEach(segments::remove);
    return segments;
  }

  /** Whether a sink that asks gates is fed by the segment, so that its gates have a say. */
  private boolean asked(Segment segment) {
    Set<String> fed = new HashSet<>();
    segment.steps.forEach(step -> fed.add(step.name()));
    boolean asked = segment.steps.stream().anyMatch(this::isStaged);
    for (Step step : steps) {
      if (fed.stream().anyMatch(name -> reads(step, name))) {
        fed.add(step.name());
        asked |= isStaged(step);
      }
    }
    return asked;
  }

  private boolean isStaged(Step step) {
    return transforms.apply(step) instanceof StagingSink && bound.containsKey(step.name());
  }

  /** A gate that nobody asks must judge by itself. */
  private void remove(Step step) {
    byStep.remove(step.name()).steps.remove(step);
  }

  /** The segment that {@code step} is part of. */
  Optional<Segment> of(Step step) {
    return Optional.ofNullable(byStep.get(step.name()));
  }

  /** The segment that {@code step} can run in, if all that feeds it comes from there. */
  private Optional<Segment> home(Step step, Predicate<Step> wanted) {
    SchemaTransform transform = transforms.apply(step);
    if (step.inputs().isEmpty() && transform instanceof RowWise) {
      boolean sorts =
          steps.stream().filter(wanted).anyMatch(other -> reads(other, step.name()) && fits(other));
      return sorts ? Optional.of(home(new Edge(step.name(), MIXED))) : Optional.empty();
    }
    if (!fits(step)) {
      return Optional.empty();
    }
    List<Segment> homes =
        step.inputs().values().stream().map(edges -> home(edges.get(0))).distinct().toList();
    return homes.size() == 1 ? Optional.of(homes.get(0)) : Optional.empty();
  }

  /** Whether {@code step} is of a kind that can run inside a DoFn with others. */
  private boolean fits(Step step) {
    SchemaTransform transform = transforms.apply(step);
    if (transform instanceof Gated && steps.stream().anyMatch(other -> reads(other, step.name()))) {
      return false; // its results are wanted as rows
    }
    boolean several = isStaged(step) && transform instanceof JoiningSink;
    boolean one = (transform instanceof RowWise || isStaged(step)) && step.inputs().size() == 1;
    return (several || one) && step.inputs().values().stream().allMatch(edges -> edges.size() == 1);
  }

  private static boolean reads(Step step, String from) {
    return step.inputs().values().stream()
        .flatMap(List::stream)
        .anyMatch(edge -> edge.step().equals(from));
  }

  private Segment home(Edge edge) {
    Segment feeding = byStep.get(edge.step());
    boolean inside =
        feeding != null
            && feeding.steps.stream()
                .filter(other -> other.name().equals(edge.step()))
                .anyMatch(other -> transforms.apply(other) instanceof RowWise);
    return inside
        ? feeding
        : byRoot.computeIfAbsent(edge.toString(), any -> new Segment(edge, new ArrayList<>()));
  }

  private void add(Step step, Segment segment) {
    segment.steps.add(step);
    byStep.put(step.name(), segment);
  }
}
