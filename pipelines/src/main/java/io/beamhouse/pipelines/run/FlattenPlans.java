package io.beamhouse.pipelines.run;

import io.beamhouse.core.Internal;
import io.beamhouse.pipelines.spec.Step;
import io.beamhouse.transforms.flatten.FlattenPlan;
import io.beamhouse.transforms.flatten.FlattenRowsStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.beam.sdk.values.PCollectionRowTuple;

/** Finds the plan of each FlattenRows step of a spec; sources are planned, no row is read. */
@Internal
public final class FlattenPlans {
  private FlattenPlans() {}

  /** The plan of one step. */
  @Internal
  public record Planned(String job, String step, FlattenPlan plan) {}

  /** Returns the plans as they are now; stored ones are not looked at. */
  public static List<Planned> of(SpecJob job) {
    SpecGraph graph =
        job.graph()
            .with(t -> t instanceof FlattenRowsStep flatten ? flatten.withoutStoredPlan() : t);
    Predicate<Step> flattens = step -> graph.transform(step) instanceof FlattenRowsStep;
    Map<String, PCollectionRowTuple> outputs =
        StepTypes.of(job, graph, flattens, 1, Map.of(), Optional.empty(), (source, plan) -> {});
    List<Planned> plans = new ArrayList<>();
    for (Step step : graph.steps()) {
      // A step behind a sink has no schema before there is something to read.
      if (graph.transform(step) instanceof FlattenRowsStep flatten
          && outputs.containsKey(step.name())) {
        plans.add(
            new Planned(job.name(), step.name(), flatten.plan(graph.inputSchema(step, outputs))));
      }
    }
    return plans;
  }
}
