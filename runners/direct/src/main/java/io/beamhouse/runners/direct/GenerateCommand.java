package io.beamhouse.runners.direct;

import com.google.auto.service.AutoService;
import io.beamhouse.pipelines.cli.CliCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code beamhouse generate}: data to try pipelines on. */
@AutoService(CliCommand.class)
@Command(
    name = "generate",
    description = "Makes data up to try pipelines on.",
    subcommands = {GenerateEvents.class, GenerateReference.class})
public final class GenerateCommand implements CliCommand {
  @Spec private CommandSpec command;

  /** Without a subcommand: the help. */
  @Override
  public Integer call() {
    command.commandLine().usage(command.commandLine().getOut());
    return 0;
  }
}
