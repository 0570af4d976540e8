package io.beamhouse.pipelines.cli;

import io.beamhouse.core.error.Problems;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.error.StorageFailedException;
import io.beamhouse.pipelines.reference.Reference;
import io.beamhouse.pipelines.registry.Entry;
import io.beamhouse.pipelines.registry.Registry;
import io.beamhouse.pipelines.spec.SpecJsonSchema;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "transforms",
    description = "Lists the transforms that specs can name, or shows one with its config keys.")
final class TransformsCommand implements Callable<Integer> {
  @Spec private CommandSpec command;

  @Parameters(arity = "0..1", paramLabel = "NAME", description = "The transform to show.")
  private String name;

  @Option(
      names = "--json-schema",
      description = "Print the JSON Schema of specs, for completion and checks in editors.")
  private boolean jsonSchema;

  @Option(
      names = "--markdown",
      paramLabel = "DIR",
      description = "Write the reference of all transforms as markdown files.")
  private Path markdown;

  @Override
  public Integer call() {
    Registry registry = Registry.load();
    PrintWriter out = command.commandLine().getOut();
    if (jsonSchema) {
      out.println(SpecJsonSchema.of(registry));
    } else if (markdown != null) {
      write(new Reference(registry).pages(), markdown);
      out.println("wrote " + markdown);
    } else if (name != null) {
      out.println(Reference.page(find(registry)));
    } else {
      for (String each : registry.names()) {
        String summary = Reference.summary(registry.get(each).orElseThrow());
        out.println(String.format("%-22s %s", each, summary));
      }
    }
    return ExitCodes.DONE;
  }

  private Entry find(Registry registry) {
    return registry
        .get(name)
        .orElseThrow(
            () ->
                new SpecException(
                    name,
                    "there is no such transform" + Problems.didYouMean(name, registry.names())));
  }

  private static void write(Map<String, String> pages, Path directory) {
    try {
      Files.createDirectories(directory);
      for (Map.Entry<String, String> page : pages.entrySet()) {
        Files.writeString(
            directory.resolve(page.getKey()), page.getValue(), StandardCharsets.UTF_8);
      }
    } catch (IOException e) {
      throw new StorageFailedException(
          "cannot write the reference to " + directory + ": " + e.getMessage(), e);
    }
  }
}
