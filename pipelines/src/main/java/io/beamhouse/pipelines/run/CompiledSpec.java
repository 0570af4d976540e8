package io.beamhouse.pipelines.run;

import io.beamhouse.core.Internal;
import io.beamhouse.core.error.Problem;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.io.core.increment.IncrementalSink;
import io.beamhouse.io.core.increment.IncrementalSource;
import io.beamhouse.io.core.increment.JoiningSink;
import io.beamhouse.io.core.increment.StagingSink;
import io.beamhouse.pipelines.registry.Entry;
import io.beamhouse.pipelines.registry.Registry;
import io.beamhouse.pipelines.spec.Notify;
import io.beamhouse.pipelines.spec.Spec;
import io.beamhouse.pipelines.spec.SpecFile;
import io.beamhouse.pipelines.spec.SpecProblems;
import io.beamhouse.pipelines.spec.SpecReader;
import io.beamhouse.pipelines.spec.Step;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;

/**
 * A valid spec: every transform made from its config, one job for each table.
 *
 * @param state where the spec says the state lives
 * @param options pipeline options by name
 * @param notifications who is told of the end of a run
 */
@Internal
public record CompiledSpec(
    String file,
    Optional<String> state,
    Map<String, String> options,
    Notify notifications,
    List<SpecJob> jobs) {
  private static final Pattern STATE_NAME = Pattern.compile("[A-Za-z0-9._-]+");

  /**
   * Reads and checks {@code file}; throws one SpecException with every problem.
   *
   * @param parameters values from the command line, by name
   */
  public static CompiledSpec compile(
      SpecFile file, Map<String, String> parameters, Registry registry) {
    SpecProblems problems = new SpecProblems(file.name());
    Spec spec = new SpecReader(registry, problems).read(file, parameters);
    List<SpecJob> jobs = new ArrayList<>();
    for (Spec.Table table : spec.tables()) {
      Map<String, SchemaTransform> transforms = new LinkedHashMap<>();
      for (Step step : table.steps()) {
        make(step, registry, problems).ifPresent(t -> transforms.put(step.name(), t));
      }
      checkStateNames(spec, table, transforms, problems);
      checkGuards(spec, table, transforms, problems);
      jobs.add(
          new SpecJob(file.name(), jobName(spec, table), table.steps(), transforms, spec.guards()));
    }
    problems.throwIfAny();
    return new CompiledSpec(
        file.name(), spec.state(), spec.options(), spec.notifications(), List.copyOf(jobs));
  }

  private static String jobName(Spec spec, Spec.Table table) {
    String name = spec.name().orElse("pipeline");
    return table.name().isEmpty() ? name : name + "/" + table.name();
  }

  private static Optional<SchemaTransform> make(
      Step step, Registry registry, SpecProblems problems) {
    Entry entry = registry.get(step.type()).orElse(null);
    if (entry == null || step.config() == null) {
      return Optional.empty();
    }
    try {
      SchemaTransform transform = entry.provider().from(step.config());
      if (transform instanceof JoiningSink sink) {
        sink.checkInputs(step.inputs().keySet());
      }
      return Optional.of(transform);
    } catch (SpecException e) {
      for (Problem problem : e.problems()) {
        String key = problem.where();
        String path = step.path() + (key.isEmpty() ? "" : ".config." + key);
        problems.add(step.lineOf(key), path, problem.what());
      }
    } catch (IllegalArgumentException e) {
      // Beam's own providers say it this way.
      problems.add(step.line(), step.path() + ".config", String.valueOf(e.getMessage()));
    }
    return Optional.empty();
  }

  /** A state outlives the file, so what it is known by must be chosen, not implied. */
  private static void checkStateNames(
      Spec spec, Spec.Table table, Map<String, SchemaTransform> transforms, SpecProblems problems) {
    boolean stateful = false;
    for (Step step : table.steps()) {
      SchemaTransform transform = transforms.get(step.name());
      if (!(transform instanceof IncrementalSource) && !(transform instanceof IncrementalSink)) {
        continue;
      }
      stateful = true;
      if (!STATE_NAME.matcher(step.name()).matches()) {
        problems.add(
            step.line(),
            step.path() + ".name",
            step.named()
                ? "'" + step.name() + "' names a part of the state: letters, digits, . _ - only"
                : "needs a name: its state is known by it, and there are several " + step.type());
      }
    }
    if (transforms.values().stream().anyMatch(IncrementalSource.class::isInstance)
        && transforms.values().stream().noneMatch(IncrementalSink.class::isInstance)
        && transforms.size() == table.steps().size()) {
      problems.add(
          table.steps().get(0).line(),
          "pipeline",
          "reads increments and has no sink: what is read would count as done and go nowhere");
    }
    if (stateful && spec.name().isEmpty()) {
      problems.add(1, "name", "required key is missing: the pipeline's state is known by it");
    }
  }

  private static void checkGuards(
      Spec spec, Spec.Table table, Map<String, SchemaTransform> transforms, SpecProblems problems) {
    boolean whole = transforms.size() == table.steps().size();
    Collection<SchemaTransform> all = transforms.values();
    if (whole
        && spec.guards().maxDeleteShare() != null
        && all.stream().noneMatch(t -> t instanceof StagingSink sink && sink.limitsDeletes())) {
      problems.add(
          table.steps().get(0).line(),
          "guards.max_delete_share",
          "judges a MergeIntoDelta step, and there is none");
    }
    if (whole
        && spec.guards().maxNewColumns() != null
        && all.stream().noneMatch(IncrementalSource.class::isInstance)) {
      problems.add(
          table.steps().get(0).line(),
          "guards.max_new_columns",
          "judges a source that knows runs, and there is none");
    }
  }

  /** Returns the jobs of the named tables, all of them when {@code names} is empty. */
  public List<SpecJob> jobs(List<String> names) {
    if (names.isEmpty()) {
      return jobs;
    }
    List<String> known = jobs.stream().map(SpecJob::table).toList();
    Problems problems = new Problems();
    for (String name : names) {
      if (!known.contains(name)) {
        problems.add(
            "--table " + name,
            "the spec has no such table"
                + Problems.didYouMean(name, known)
                + "; it has: "
                + String.join(", ", known));
      }
    }
    problems.throwIfAny();
    return jobs.stream().filter(job -> names.contains(job.table())).toList();
  }
}
