package io.beamhouse.pipelines.cli;

import io.beamhouse.pipelines.increment.StateCommand;
import io.beamhouse.pipelines.run.CompiledSpec;
import io.beamhouse.pipelines.run.SpecJob;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "state",
    description = {
      "Shows, resets or cleans the state of a spec's tables.",
      "show: the last run, positions, who is at work.",
      "reset: the next run loads everything again; the old state is kept aside.",
      "clean: deletes what old runs left behind."
    })
final class StateSubcommand implements Callable<Integer> {
  /** What to do with the state. */
  enum Action {
    show,
    reset,
    clean
  }

  @Spec private CommandSpec command;
  @Mixin private SpecArguments arguments;

  @Parameters(
      index = "1",
      arity = "0..1",
      defaultValue = "show",
      paramLabel = "ACTION",
      description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
  private Action action;

  @Option(
      names = "--keep-runs",
      defaultValue = "10",
      description = "How many finished runs clean keeps; default ${DEFAULT-VALUE}.")
  private int keepRuns;

  @Option(
      names = "--table",
      paramLabel = "NAME",
      description = "Only these entries of the spec's for_each.")
  private List<String> tables = new ArrayList<>();

  @Override
  public Integer call() {
    if (keepRuns < 1) {
      throw new io.beamhouse.core.error.SpecException("--keep-runs", "must be 1 or more");
    }
    CompiledSpec compiled = arguments.compile();
    String location = arguments.state(compiled);
    PrintWriter out = command.commandLine().getOut();
    for (SpecJob job : compiled.jobs(tables)) {
      StateCommand state = StateCommand.at(location, job.name());
      switch (action) {
        case show -> show(job, state.show(), out);
        case reset ->
            out.println(
                job.name()
                    + ": reset; the next run loads everything again"
                    + state.reset().map(old -> "; the old state is " + old).orElse(""));
        case clean ->
            out.println(
                job.name() + ": deleted " + state.clean(job, keepRuns) + " keys and directories");
      }
    }
    return ExitCodes.DONE;
  }

  private static void show(SpecJob job, StateCommand.View view, PrintWriter out) {
    out.println(job.name());
    out.println("  location   " + view.location());
    if (view.stateId() == null) {
      out.println("  no state yet: the next run loads everything");
      return;
    }
    out.println("  state id   " + view.stateId() + " since " + view.created());
    out.println("  last run   " + (view.lastDone() == 0 ? "none" : view.lastDone()));
    view.positions().forEach((source, at) -> out.println("  position   " + source + ": " + at));
    if (view.unfinished() != null) {
      out.println(
          "  unfinished run "
              + view.unfinished()
              + ", "
              + view.attempts()
              + " attempts; the next run finishes it");
    }
    if (view.heldBy() != null) {
      out.println("  held by    " + view.heldBy());
    }
    view.backfills().forEach((id, run) -> out.println("  backfill   " + id + ": run " + run));
  }
}
