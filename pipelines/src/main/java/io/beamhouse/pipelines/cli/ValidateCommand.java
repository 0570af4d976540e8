package io.beamhouse.pipelines.cli;

import io.beamhouse.pipelines.run.CompiledSpec;
import io.beamhouse.pipelines.run.SpecJob;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "validate",
    description = "Checks a spec and lists its sources and sinks; reads and writes nothing.")
final class ValidateCommand implements Callable<Integer> {
  @Spec private CommandSpec command;
  @Mixin private SpecArguments arguments;

  @Override
  public Integer call() {
    CompiledSpec compiled = arguments.compile();
    PrintWriter out = command.commandLine().getOut();
    for (SpecJob job : compiled.jobs()) {
      out.println(job.name());
      job.sources()
          .forEach(
              (name, source) ->
                  out.println(
                      "  source "
                          + name
                          + ": "
                          + (source.replayable()
                              ? "replayable, read as it is"
                              : job.captureSink(name)
                                  .map(sink -> "captured by " + sink)
                                  .orElse("captured beside the state"))));
      job.sinks()
          .forEach(
              (name, sink) ->
                  out.println(
                      "  sink " + name + ": " + sink.target() + " (" + delivery(sink) + ")"));
    }
    out.println(compiled.file() + " is valid");
    return ExitCodes.DONE;
  }

  private static String delivery(io.beamhouse.io.core.increment.IncrementalSink sink) {
    return sink.delivery().name().toLowerCase(Locale.ROOT);
  }
}
