package io.beamhouse.pipelines.report;

import io.beamhouse.core.rowwise.RowStep;
import io.beamhouse.pipelines.increment.IncrementJob.Flow;
import io.beamhouse.pipelines.increment.JobHistory;
import io.beamhouse.pipelines.increment.RunReport;
import io.beamhouse.pipelines.increment.RunReport.SinkReport;
import io.beamhouse.pipelines.increment.RunReport.StepReport;
import io.beamhouse.pipelines.increment.StepShape;
import io.beamhouse.pipelines.increment.StepShape.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The steps of a job and the rows that went from one to another in one run.
 *
 * @param boxes in the order of the spec
 */
record FlowGraph(List<Box> boxes, List<Arrow> arrows) {
  /**
   * A step.
   *
   * @param rows that a source gave, a step took or a sink wrote; null means unknown
   * @param quarantine a sink that only takes bad rows
   */
  record Box(String name, String type, Kind kind, Long rows, boolean quarantine) {}

  /**
   * Rows on their way.
   *
   * @param output of the first step; empty for its main one
   * @param errors whether it is the output of bad rows
   * @param rows null means unknown
   */
  record Arrow(String from, String output, String to, boolean errors, Long rows) {}

  /**
   * Rows of several parts together.
   *
   * @param known of those parts that are counted; null when none is
   * @param whole whether all parts are counted
   */
  record Total(Long known, boolean whole) {
    static Total of(List<Long> counts) {
      List<Long> known = counts.stream().filter(Objects::nonNull).toList();
      return new Total(
          known.isEmpty() ? null : Long.valueOf(known.stream().mapToLong(Long::longValue).sum()),
          !counts.isEmpty() && known.size() == counts.size());
    }

    /** Returns the number; null when it is not known whole. */
    Double value() {
      return whole ? Double.valueOf(known) : null;
    }

    String shown() {
      return Shown.count(known) + (whole || known == null ? "" : " + " + Shown.UNKNOWN);
    }
  }

  static FlowGraph of(JobHistory job, RunReport report) {
    return new Counting(job, report).graph();
  }

  /** Rows that all sources gave. */
  Total read() {
    return Total.of(
        boxes.stream().filter(box -> box.kind() == Kind.SOURCE).map(Box::rows).toList());
  }

  /** Rows that all sinks wrote, without those that only take bad rows. */
  Total written() {
    return Total.of(
        boxes.stream()
            .filter(box -> box.kind() == Kind.SINK && !box.quarantine())
            .map(Box::rows)
            .toList());
  }

  /** Bad rows that left a step; 0 also when no step puts bad rows aside. */
  Total quarantined() {
    Map<String, Long> byStep = new LinkedHashMap<>();
    arrows.stream().filter(Arrow::errors).forEach(arrow -> byStep.put(arrow.from(), arrow.rows()));
    return byStep.isEmpty() ? new Total(0L, true) : Total.of(new ArrayList<>(byStep.values()));
  }

  /** What a sink wrote, of the outcomes that it names. */
  static Long written(SinkReport sink) {
    if (sink == null || sink.counts() == null) {
      return null;
    }
    Map<String, Long> counts = sink.counts();
    if (!counts.containsKey("written") && counts.containsKey("inserted")) {
      return counts.get("inserted") + counts.getOrDefault("updated", 0L);
    }
    return counts.get("written");
  }

  /** Both ends of an arrow may be counted, and all arrows of an output hold the same rows. */
  private static final class Counting {
    private final Map<String, StepShape> steps = new LinkedHashMap<>();
    private final List<Flow> flows;
    private final RunReport report;
    private final Map<Flow, Long> counts = new HashMap<>();

    Counting(JobHistory job, RunReport report) {
      job.steps().forEach(step -> steps.put(step.name(), step));
      this.flows = job.flows();
      this.report = report;
      flows.forEach(flow -> learn(flow, given(flow)));
      flows.forEach(flow -> learn(flow, taken(flow)));
      flows.forEach(flow -> learn(flow, refused(flow)));
    }

    FlowGraph graph() {
      List<Arrow> arrows = new ArrayList<>();
      for (Flow flow : flows) {
        if (steps.containsKey(flow.from()) && steps.containsKey(flow.to())) {
          arrows.add(new Arrow(flow.from(), flow.output(), flow.to(), errors(flow), count(flow)));
        }
      }
      return new FlowGraph(steps.values().stream().map(this::box).toList(), arrows);
    }

    private Box box(StepShape step) {
      List<Flow> in = flows.stream().filter(flow -> flow.to().equals(step.name())).toList();
      boolean quarantine =
          step.kind() == Kind.SINK && !in.isEmpty() && in.stream().allMatch(this::errors);
      return new Box(step.name(), step.type(), step.kind(), rows(step), quarantine);
    }

    private Long rows(StepShape step) {
      String name = step.name();
      return switch (step.kind()) {
        case SINK -> written(report.sinks().get(name));
        case STEP -> report.steps().containsKey(name) ? report.steps().get(name).in() : null;
        case SOURCE -> {
          RunReport.SourceReport source = report.sources().get(name);
          yield source != null && source.rows() != null
              ? source.rows()
              : flows.stream()
                  .filter(flow -> flow.from().equals(name) && !errors(flow))
                  .map(this::count)
                  .filter(Objects::nonNull)
                  .findFirst()
                  .orElse(null);
        }
      };
    }

    private void learn(Flow flow, Long rows) {
      if (rows != null) {
        counts.putIfAbsent(output(flow), rows);
      }
    }

    private Long count(Flow flow) {
      return counts.get(output(flow));
    }

    private static Flow output(Flow flow) {
      return new Flow(flow.from(), flow.output(), "");
    }

    private boolean errors(Flow flow) {
      StepShape from = steps.get(flow.from());
      return from != null && !flow.output().isEmpty() && flow.output().equals(from.errorOutput());
    }

    private Long given(Flow flow) {
      RunReport.SourceReport source = report.sources().get(flow.from());
      if (source != null) {
        if (errors(flow) || source.rejected() == null) {
          return errors(flow) ? source.rejected() : source.rows();
        }
        return source.rows() - source.rejected();
      }
      StepReport step = report.steps().get(flow.from());
      if (step == null) {
        return null;
      }
      return step.out().get(flow.output().isEmpty() ? RowStep.OUTPUT : flow.output());
    }

    private Long taken(Flow flow) {
      if (into(flow.to()).size() != 1) {
        return null;
      }
      StepReport step = report.steps().get(flow.to());
      if (step != null) {
        return step.in();
      }
      return flows.stream().anyMatch(other -> other.from().equals(flow.to()))
          ? null
          : outcomes(flow.to());
    }

    /** What a sink took and has no outcome for is what it put aside. */
    private Long refused(Flow flow) {
      Long outcomes = outcomes(flow.from());
      List<Flow> into = into(flow.from());
      return outcomes == null
              || !errors(flow)
              || into.isEmpty()
              || into.stream().anyMatch(other -> count(other) == null)
          ? null
          : Long.valueOf(into.stream().mapToLong(this::count).sum() - outcomes);
    }

    private List<Flow> into(String step) {
      return flows.stream().filter(other -> other.to().equals(step)).toList();
    }

    private Long outcomes(String name) {
      SinkReport sink = report.sinks().get(name);
      StepShape step = steps.get(name);
      return sink == null || step == null || !step.complete() ? null : sink.rowsTaken();
    }
  }
}
