package io.beamhouse.pipelines.cli;

import io.beamhouse.core.error.Problems;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.pipelines.increment.IncrementRunner;
import io.beamhouse.pipelines.increment.RunOptions;
import io.beamhouse.pipelines.increment.StateCommand;
import io.beamhouse.pipelines.run.BeamLauncher;
import io.beamhouse.pipelines.run.CompiledSpec;
import io.beamhouse.pipelines.run.QuarantineReplay;
import io.beamhouse.pipelines.run.QuarantineSelection;
import io.beamhouse.pipelines.run.SpecJob;
import io.beamhouse.pipelines.run.SpecRun;
import io.beamhouse.pipelines.run.StateCaptureFiles;
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
import picocli.CommandLine.Unmatched;

@Command(
    name = "quarantine",
    description = {
      "Lists, shows or replays the records that a spec's steps refused.",
      "list: what was refused by what; no values.",
      "show ID: records with their values; the beginning of the id is enough.",
      "replay: feeds them to the step that refused them again; what passes is resolved."
    })
final class QuarantineCommand implements Callable<Integer> {
  /** What to do with the records. */
  enum Action {
    list,
    show,
    replay
  }

  @Spec private CommandSpec command;
  @Mixin private SpecArguments arguments;

  @Parameters(
      index = "1",
      arity = "0..1",
      defaultValue = "list",
      paramLabel = "ACTION",
      description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
  private Action action;

  @Parameters(index = "2", arity = "0..1", paramLabel = "ID", description = "As --id.")
  private String shown;

  @Option(names = "--id", paramLabel = "ID", description = "Only records whose id begins so.")
  private String id;

  @Option(names = "--rule", paramLabel = "RULE", description = "Only records that broke this.")
  private String rule;

  @Option(
      names = "--step",
      paramLabel = "STEP",
      description = "Only records that this step refused, or a transform of this type.")
  private String step;

  @Option(
      names = "--where",
      paramLabel = "SQL",
      description = "Only records for which this is true, by the table's columns: run >= 7.")
  private String where;

  @Option(names = "--all", description = "Resolved records, too; list and show only.")
  private boolean all;

  @Option(
      names = "--limit",
      defaultValue = "50",
      paramLabel = "N",
      description = "How many records are printed at most; default ${DEFAULT-VALUE}.")
  private int limit;

  @Option(
      names = "--table",
      paramLabel = "NAME",
      description = "Only these entries of the spec's for_each.")
  private List<String> tables = new ArrayList<>();

  @Option(
      names = "--runner",
      defaultValue = "DirectRunner",
      description = "For replay: DirectRunner or SparkRunner; default ${DEFAULT-VALUE}.")
  private String runner;

  @Unmatched private List<String> passedOn = new ArrayList<>();

  @Override
  public Integer call() {
    checkArguments();
    CompiledSpec compiled = arguments.compile();
    List<SpecJob> jobs = compiled.jobs(tables);
    if (jobs.stream().allMatch(job -> QuarantineReplay.of(job).isEmpty())) {
      throw new SpecException(compiled.file(), "has no WriteToQuarantine step");
    }
    PrintWriter out = command.commandLine().getOut();
    if (action == Action.replay) {
      return replay(compiled, jobs, out);
    }
    QuarantineListing listing = new QuarantineListing(out, limit, action == Action.show);
    for (SpecJob job : jobs) {
      for (QuarantineReplay sink : QuarantineReplay.of(job)) {
        listing.print(job.name(), sink, selection(job, sink));
      }
    }
    return ExitCodes.DONE;
  }

  private void checkArguments() {
    Problems problems = new Problems();
    if (shown != null && id != null) {
      problems.add("--id", "is given twice");
    }
    if (action == Action.show && shown == null && id == null) {
      problems.add("show", "needs the id of a record, or its beginning; list has them");
    }
    if (action == Action.replay && all) {
      problems.add("--all", "a resolved record is not replayed: its rows have landed");
    }
    if (limit < 1) {
      problems.add("--limit", "must be 1 or more");
    }
    if (action != Action.replay) {
      passedOn.forEach(argument -> problems.add("arguments", "unexpected '" + argument + "'"));
    } else {
      passedOn.stream()
          .filter(argument -> !argument.startsWith("--"))
          .forEach(argument -> problems.add("arguments", "unexpected '" + argument + "'"));
    }
    problems.throwIfAny();
  }

  private QuarantineSelection selection(SpecJob job, QuarantineReplay sink) {
    return new QuarantineSelection(
        job.name(),
        sink.name(),
        sink.named(step) ? null : step,
        rule,
        shown == null ? id : shown,
        where,
        all);
  }

  private int replay(CompiledSpec compiled, List<SpecJob> jobs, PrintWriter out) {
    String state = arguments.state(compiled);
    BeamLauncher launcher = BeamLauncher.create(runner, compiled.options(), passedOn);
    IncrementRunner increments = IncrementRunner.at(state, launcher, new StateCaptureFiles());
    PrintWriter err = command.commandLine().getErr();
    int code = ExitCodes.DONE;
    for (SpecJob job : jobs) {
      StateCommand.View view = StateCommand.at(state, job.name()).show();
      for (QuarantineReplay sink : QuarantineReplay.of(job)) {
        if (step != null && !sink.known(step)) {
          continue;
        }
        if (step == null && sink.obstacle().isPresent()) {
          out.println(sink.obstacle().get());
          continue;
        }
        SpecJob again = sink.job(selection(job, sink), view.lastDone() + 1, view.positions());
        RunOptions options = RunOptions.create().withLine(sink.line()).withProgress(err::println);
        List<SpecRun.Result> results =
            new SpecRun(launcher, increments, options, err::println).run(List.of(again), 1);
        out.println(job.name() + ": replay of " + sink.name());
        int own = Summary.print(results, false, out, err, Main.debug(command));
        code = code == ExitCodes.DONE ? own : code;
      }
    }
    return code;
  }
}
