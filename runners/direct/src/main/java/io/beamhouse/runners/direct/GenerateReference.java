package io.beamhouse.runners.direct;

import io.beamhouse.testing.events.EventReference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "reference",
    description = "Writes the users and titles that good events name: users.csv and titles.csv.")
final class GenerateReference implements Callable<Integer> {
  @Spec private CommandSpec command;
  @Mixin private GeneratorOptions options;

  @Parameters(paramLabel = "DIR", description = "Where the files go.")
  private Path directory;

  @Override
  public Integer call() throws IOException {
    EventReference.write(options.generator(), directory);
    command.commandLine().getOut().println("Wrote users.csv and titles.csv to " + directory);
    return 0;
  }
}
