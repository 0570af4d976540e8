package io.beamhouse.pipelines.cli;

import io.beamhouse.core.error.Problem;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.pipelines.run.CompiledSpec;
import io.beamhouse.pipelines.run.FlattenPlans;
import io.beamhouse.pipelines.run.FlattenPlans.Planned;
import io.beamhouse.transforms.flatten.PlanFile;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "flatten-plan",
    description = "Shows the tables and columns that FlattenRows makes; reads no row.",
    footer = {
      "",
      "Store a plan with --json > FILE. --check FILE ends with 43 and the differences when the"
          + " plan is another one now."
    })
final class FlattenPlanCommand implements Callable<Integer> {
  @Spec private CommandSpec command;
  @Mixin private SpecArguments arguments;

  @Option(
      names = "--step",
      paramLabel = "NAME",
      description = "Only this step; default is every FlattenRows.")
  private String step;

  @Option(
      names = "--table",
      paramLabel = "NAME",
      description = "Only these entries of the spec's for_each.")
  private List<String> tables = new ArrayList<>();

  @Option(names = "--json", description = "Print the plan of one step as it is stored.")
  private boolean json;

  @Option(
      names = "--check",
      paramLabel = "FILE",
      description = "Compare the plan of one step with the one that is stored in FILE.")
  private String check;

  @Override
  public Integer call() {
    CompiledSpec compiled = arguments.compile();
    List<Planned> plans = new ArrayList<>();
    compiled.jobs(tables).forEach(job -> plans.addAll(FlattenPlans.of(job)));
    List<Planned> wanted = step == null ? plans : named(plans);
    if (wanted.isEmpty()) {
      throw new SpecException(compiled.file(), "has no FlattenRows step");
    }
    PrintWriter out = command.commandLine().getOut();
    if (check != null) {
      check(one("--check", wanted));
      out.println("the plan is that of " + check);
    }
    if (json) {
      out.print(one("--json", wanted).plan().toJson());
    } else if (check == null) {
      for (Planned planned : wanted) {
        out.println(planned.job() + " " + planned.step());
        out.print(planned.plan().toText().indent(2));
      }
    }
    return ExitCodes.DONE;
  }

  private List<Planned> named(List<Planned> plans) {
    List<Planned> named = plans.stream().filter(p -> p.step().equals(step)).toList();
    if (named.isEmpty()) {
      List<String> names = plans.stream().map(Planned::step).distinct().toList();
      throw new SpecException(
          "--step " + step,
          "no FlattenRows has this name"
              + Problems.didYouMean(step, names)
              + "; there are: "
              + String.join(", ", names));
    }
    return named;
  }

  private static Planned one(String option, List<Planned> plans) {
    if (plans.size() > 1) {
      throw new SpecException(
          option,
          "is about one plan; choose with --step or --table from: "
              + String.join(", ", plans.stream().map(p -> p.job() + " " + p.step()).toList()));
    }
    return plans.get(0);
  }

  private void check(Planned now) {
    List<Problem> drift =
        now.plan().diff(PlanFile.read(check)).stream()
            .map(line -> new Problem(check, line))
            .toList();
    if (!drift.isEmpty()) {
      throw new SpecException(drift);
    }
  }
}
