package io.beamhouse.pipelines.cli;

import io.beamhouse.core.error.Problems;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.io.core.increment.PlanRequest.Backfill;
import io.beamhouse.pipelines.continuous.ContinuousRun;
import io.beamhouse.pipelines.continuous.Pace;
import io.beamhouse.pipelines.continuous.PrometheusMetrics;
import io.beamhouse.pipelines.continuous.StopSignal;
import io.beamhouse.pipelines.continuous.Upkeep;
import io.beamhouse.pipelines.increment.IncrementRunner;
import io.beamhouse.pipelines.increment.RunOptions;
import io.beamhouse.pipelines.notify.Notifications;
import io.beamhouse.pipelines.run.BeamLauncher;
import io.beamhouse.pipelines.run.CompiledSpec;
import io.beamhouse.pipelines.run.DryRun;
import io.beamhouse.pipelines.run.SpecJob;
import io.beamhouse.pipelines.run.SpecRun;
import io.beamhouse.pipelines.run.StateCaptureFiles;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

  @Option(
      names = "--on-event",
      paramLabel = "FILE",
      description =
          "Run for a CloudEvent, if it is one that the spec's on_event names; - reads one from each"
              + " line of standard input.")
  private String onEvent;

  @Mixin private ContinuousArguments continuous;

  @Unmatched private List<String> passedOn = new ArrayList<>();

  @Override
  public Integer call() {
    checkArguments();
    PrintWriter out = command.commandLine().getOut();
    PrintWriter err = command.commandLine().getErr();
    return onEvent == null
        ? run(Map.of())
        : new EventRuns(arguments.spec(), exitNothingNew, out, err).run(onEvent, this::run);
  }

  /** Runs once, with the values that an event has for parameters. */
  private int run(Map<String, String> fromEvent) {
    CompiledSpec compiled = arguments.compile(fromEvent);
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
    IncrementRunner increments =
        state.map(at -> IncrementRunner.at(at, launcher, new StateCaptureFiles())).orElse(null);
    PrintWriter err = command.commandLine().getErr();
    if (continuous.on()) {
      return runContinuously(compiled, jobs, launcher, increments, state);
    }
    RunOptions options =
        RunOptions.create().withProgress(err::println).withPage(ReportSubcommand.page(jobs, false));
    if (backfill().isPresent()) {
      options = options.withBackfill(backfill().get().from(), backfill().get().to());
    }
    List<SpecRun.Result> results =
        new SpecRun(launcher, increments, options, err::println)
            .withListener(notifications(compiled, state))
            .run(jobs, parallel);
    return Summary.print(results, exitNothingNew, out, err, Main.debug(command));
  }

  private Notifications notifications(CompiledSpec compiled, Optional<String> state) {
    return new Notifications(
        compiled.notifications(),
        state,
        InstantSource.system(),
        command.commandLine().getErr()::println);
  }

  private int runContinuously(
      CompiledSpec compiled,
      List<SpecJob> jobs,
      BeamLauncher launcher,
      IncrementRunner increments,
      Optional<String> state) {
    PrintWriter err = command.commandLine().getErr();
    Pace pace = continuous.pace();
    // Shorter than usual, so that another process need not wait long after a kill.
    RunOptions options = RunOptions.create().withBeat(Duration.ofSeconds(3));
    try (StopSignal stop = StopSignal.ofProcess();
        PrometheusMetrics metrics = continuous.metrics().orElse(null)) {
      if (metrics != null) {
        err.println("metrics at http://localhost:" + metrics.port() + "/metrics");
      }
      Map<String, RuntimeException> failures =
          new ContinuousRun(
                  new SpecRun(launcher, increments, options, text -> {})
                      .withListener(notifications(compiled, state)),
                  new Upkeep(state.orElse(""), pace.keepRuns(), ReportSubcommand.page(jobs, false)),
                  pace,
                  parallel,
                  stop,
                  InstantSource.system(),
                  continuous.watchers(err, Optional.ofNullable(metrics)))
              .run(jobs);
      failures.forEach(
          (job, failure) -> {
            err.println(job + ": gave up (" + ExitCodes.of(failure) + ")");
            Failures.print(failure, err, Main.debug(command));
          });
      return failures.values().stream().map(ExitCodes::of).findFirst().orElse(ExitCodes.DONE);
    }
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
    if (onEvent != null && continuous.on()) {
      problems.add("--on-event", "does not go with --continuous: each event is one run");
    }
    continuous.check(from != null, dryRun, problems);
    problems.throwIfAny();
  }
}
