package io.beamhouse.pipelines.cli;

import io.beamhouse.core.error.Problems;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.io.core.increment.PlanRequest.Backfill;
import io.beamhouse.pipelines.increment.IncrementRunner;
import io.beamhouse.pipelines.increment.RunOptions;
import io.beamhouse.pipelines.run.BeamLauncher;
import io.beamhouse.pipelines.run.CompiledSpec;
import io.beamhouse.pipelines.run.DryRun;
import io.beamhouse.pipelines.run.SpecJob;
import io.beamhouse.pipelines.run.SpecRun;
import io.beamhouse.pipelines.run.StateCaptureFiles;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

@Command(
    name = "run",
    description = "Runs a spec: brings what is new from its sources to its sinks.",
    footer = {
      "",
      "Other options of the form --name=value go to the runner, such as"
          + " --sparkMaster=local[2] or --targetParallelism=4."
    })
final class RunCommand implements Callable<Integer> {
  @Spec private CommandSpec command;
  @Mixin private SpecArguments arguments;

  @Option(
      names = "--runner",
      defaultValue = "DirectRunner",
      description = "DirectRunner or SparkRunner; default ${DEFAULT-VALUE}.")
  private String runner;

  @Option(
      names = "--dry-run",
      description = "Show what a run would read and write; moves no data and no state.")
  private boolean dryRun;

  @Option(
      names = "--from",
      paramLabel = "CURSOR",
      description = "Backfill from this cursor value on; leaves the state's position alone.")
  private String from;

  @Option(
      names = "--to",
      paramLabel = "CURSOR",
      description = "Backfill up to, not including, this value; default is up to now.")
  private String to;

  @Option(
      names = "--table",
      paramLabel = "NAME",
      description = "Only these entries of the spec's for_each.")
  private List<String> tables = new ArrayList<>();

  @Option(
      names = "--parallel",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "How many entries of the spec's for_each run at once; default ${DEFAULT-VALUE}. On Spark"
              + " their pipelines still run one after the other, each with all executors.")
  private int parallel;

  @Option(
      names = "--exit-nothing-new",
      description = "Exit with 20 instead of 0 when there was nothing new.")
  private boolean exitNothingNew;

  @Unmatched private List<String> passedOn = new ArrayList<>();

  @Override
  public Integer call() {
    checkArguments();
    CompiledSpec compiled = arguments.compile();
    List<SpecJob> jobs = compiled.jobs(tables);
    BeamLauncher launcher = BeamLauncher.create(runner, compiled.options(), passedOn);
    Optional<String> state =
        jobs.stream().allMatch(SpecJob::stateless)
            ? Optional.empty()
            : Optional.of(arguments.state(compiled));
    PrintWriter out = command.commandLine().getOut();
    if (dryRun) {
      new DryRun(state, backfill(), out::println).run(jobs);
      return ExitCodes.DONE;
    }
    PrintWriter err = command.commandLine().getErr();
    RunOptions options =
        RunOptions.create().withProgress(err::println).withPage(ReportSubcommand.page(jobs, false));
    if (backfill().isPresent()) {
      options = options.withBackfill(backfill().get().from(), backfill().get().to());
    }
    IncrementRunner increments =
        state.map(at -> IncrementRunner.at(at, launcher, new StateCaptureFiles())).orElse(null);
    List<SpecRun.Result> results =
        new SpecRun(launcher, increments, options, err::println).run(jobs, parallel);
    return Summary.print(results, exitNothingNew, out, err, Main.debug(command));
  }

  private Optional<Backfill> backfill() {
    return from == null
        ? Optional.empty()
        : Optional.of(new Backfill(from, Optional.ofNullable(to)));
  }

  private void checkArguments() {
    if (from == null && to != null) {
      throw new SpecException("--to", "needs --from: a backfill has a begin");
    }
    if (parallel < 1) {
      throw new SpecException("--parallel", "is " + parallel + "; allowed is 1 or more");
    }
    List<String> known =
        command.optionsMap().keySet().stream().filter(name -> name.startsWith("--")).toList();
    Problems problems = new Problems();
    for (String argument : passedOn) {
      String name = argument.split("=", 2)[0];
      if (!argument.startsWith("--")) {
        problems.add("arguments", "unexpected '" + argument + "'");
      } else if (!Problems.didYouMean(name, known).isEmpty()) {
        problems.add(name, "unknown option" + Problems.didYouMean(name, known));
      }
    }
    problems.throwIfAny();
  }
}
